"""Which controls a finding bears on, by the rules of data/bearings.yaml. Pure: knows no Django."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from annexa.evidence.seen import Seen

DATA = Path(__file__).parent / "data" / "bearings.yaml"
FORMAT = "annexa/bearings/1"


@dataclass(frozen=True)
class Rule:
    """When a finding bears on some controls: by its source, a word of its title, a CWE, or a CVE."""

    controls: tuple[str, ...]
    sources: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None
    weaknesses: frozenset[str] = frozenset()
    known_weakness: bool = False

    def fits(self, source: str, seen: Seen) -> bool:
        """Whether the rule says something of a finding."""
        if self.known_weakness:
            return bool(seen.cves)
        if self.sources:
            return source in self.sources
        if self.weaknesses:
            return bool(self.weaknesses & set(seen.cwes))
        return self.words is not None and self.words.search(seen.title.lower()) is not None


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules; raises ValueError for a file of another format."""
    found = yaml.safe_load(DATA.read_text())
    if found.get("format") != FORMAT:
        raise ValueError(f"{DATA} is not of the format {FORMAT}")
    return tuple(_rule(line) for line in found["rules"])


def controls_of(source: str, seen: Seen) -> tuple[str, ...]:
    """Return the references of the controls that a finding bears on, in order."""
    found = {ref for rule in rules() if rule.fits(source, seen) for ref in rule.controls}
    return tuple(sorted(found, key=lambda ref: [int(part) for part in ref.removeprefix("A.").split(".")]))


def _rule(line: dict[str, list[str]]) -> Rule:
    words = "|".join(re.escape(word) for word in line.get("words", ()))
    return Rule(
        controls=tuple(line["controls"]),
        sources=frozenset(line.get("sources", ())),
        words=re.compile(rf"(?<![a-z])(?:{words})(?![a-z])") if words else None,
        weaknesses=frozenset(f"CWE-{number}" for number in line.get("weaknesses", ())),
        known_weakness=bool(line.get("known_weakness")),
    )
