def lines() -> list[str]:
    return []
