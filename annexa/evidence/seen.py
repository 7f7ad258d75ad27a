"""What a scanner saw, in one shape for all of them. Pure: knows no Django."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

LONGEST_TITLE, LONGEST_TEXT, LONGEST_WORD = 300, 8_000, 500
SEVERITIES = ("critical", "high", "medium", "low", "info")
MOST_SEEN = 200_000  # of one file
DEEPEST = 200


class NoReport(ValueError):
    """A file that cannot be read; `kind` says why, in words the layers above translate, `place` where."""

    def __init__(self, kind: str, place: str = ""):
        super().__init__(kind)
        self.kind, self.place = kind, place[:120]


@dataclass(frozen=True)
class Seen:
    """One finding as a tool reports it; `asset` is what it was found on and `place` where there.

    `identity` stays the same from scan to scan: never made of messages, dates or scores.
    """

    identity: str
    rule: str
    title: str
    severity: str
    asset: str
    place: str = ""
    description: str = ""
    remedy: str = ""
    cves: tuple[str, ...] = ()
    cwes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    score: float | None = None
    ruled_out: str = ""  # what the tool itself says against it: not affected, suppressed


@dataclass(frozen=True)
class Report:
    """What one file says; `passed` counts checks that found nothing to mend."""

    tool: str
    version: str
    findings: list[Seen] = field(default_factory=list)
    passed: int = 0


def identity(source: str, *parts: Any) -> str:
    """Return the fingerprint of a finding: BLAKE2b-128 over the parts that stay."""
    text = "\x1f".join(("v1", source, *(str(part) for part in parts)))
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()


def word(given: Any, most: int = LONGEST_WORD) -> str:
    """Return a value as one line of storable text; empty for what is no text or number."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return ""
    return " ".join(_storable(str(given)[: most * 4]).split())[:most]


def text(given: Any) -> str:
    """Return a value as storable text of several lines."""
    return _storable(given).strip()[:LONGEST_TEXT] if isinstance(given, str) else ""


def words(given: Any, most: int = 20) -> tuple[str, ...]:
    """Return the texts of a list, or of one text."""
    found = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    return tuple(each for each in (word(every) for every in found[:most]) if each)


def links(given: Any) -> tuple[str, ...]:
    """Return the web addresses of a list."""
    return tuple(each for each in words(given) if each.startswith(("https://", "http://")))


def mapping(given: Any) -> Mapping[str, Any]:
    """Return a mapping; an empty one for anything else."""
    return given if isinstance(given, dict) else {}


def listed(given: Any, place: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield the mappings of a list with their places; raises NoReport when it is no list of mappings."""
    if given is None:
        return
    if not isinstance(given, list):
        raise NoReport("shape", place)
    for index, each in enumerate(given):
        if not isinstance(each, dict):
            raise NoReport("shape", f"{place}[{index}]")
        yield each, f"{place}[{index}]"


def number(given: Any, low: float = 0, high: float = 10) -> float | None:
    """Return a number within bounds, or None."""
    try:
        found = float(given)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if low <= found <= high else None


def severity_of_score(score: float | None) -> str:
    """Return the severity of a CVSS score (CVSS v3.1, table 14)."""
    if score is None:
        return "info"
    steps = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low"))
    return next((name for least, name in steps if score >= least), "info")


def _storable(given: str) -> str:
    """Drop what no database keeps: NUL, and halves of surrogate pairs."""
    return given.replace("\x00", "").encode(errors="ignore").decode()
