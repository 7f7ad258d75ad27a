"""Small things about words."""

import re
import unicodedata


def initials(name: str) -> str:
    """Return up to two capitals of a name."""
    parts = [part for part in re.split(r"[\s.@_-]+", name) if part]
    letters = parts[:1] + (parts[-1:] if len(parts) > 1 and "@" not in name else [])
    return "".join(part[0] for part in letters).upper() or "?"


def one_line(text: str) -> str:
    """Return a name, a title or the subject of a mail on one line: breaks and runs of space become one space."""
    return " ".join(text.split())


def slug(name: str, fallback: str = "organisation") -> str:
    """Return a name for URLs: lower-case ASCII letters, digits and hyphens, at most 40."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or fallback


def natural_key(reference: str) -> str:
    """Return a key that sorts A.5.2 before A.5.10: numbers padded to four digits."""
    return re.sub(r"\d+", lambda number: number.group().zfill(4), reference.casefold())


def file_name(*parts: str) -> str:
    """Return a download's name that every file system takes."""
    return "-".join(slug(part, "x") for part in parts if part)


def whole_number(text: str, otherwise: int | None = None) -> int | None:
    """Return the number that a query names in up to 18 digits, which every column holds."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else otherwise
