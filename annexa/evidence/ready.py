"""The ready manual checks, for what no machine sees. Pure: knows no Django."""

from dataclasses import dataclass
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data" / "checks.yaml"
FORMAT = "annexa/checks/1"


@dataclass(frozen=True)
class Ready:
    """One ready check: which controls, how often, what to look at, what to keep, and what is expected."""

    key: str
    title: str
    controls: tuple[str, ...]
    every_days: int
    look: str
    keep: str
    expected: str = ""


def _load() -> dict[str, Ready]:
    found = yaml.safe_load(DATA.read_text())
    if found.get("format") != FORMAT:
        raise ValueError(f"{DATA} is not of the format {FORMAT}")
    return {each["key"]: Ready(**{**each, "controls": tuple(each["controls"])}) for each in found["checks"]}


READY = _load()
