"""The library of scenarios that ships: what may happen, to which kinds of asset, and which controls treat it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).with_name("data")
HARMS = {"C": "confidentiality", "I": "integrity", "A": "availability"}


@dataclass(frozen=True)
class Scenario:
    """Something that may happen; `profiles` is empty where it concerns every organisation.

    `harms` holds C, I and A; `controls` ids of Annex A; `attack` ids of MITRE ATT&CK.
    """

    key: str
    title: str
    cause: str
    event: str
    consequence: str
    category: str
    threat: str
    vulnerability: str
    harms: str
    assets: tuple[str, ...]
    controls: tuple[str, ...]
    attack: tuple[str, ...]
    profiles: tuple[str, ...]

    @property
    def pk(self) -> str:
        """What a table calls the row's key."""
        return self.key

    @property
    def techniques(self) -> list[str]:
        """Return the techniques by id and name."""
        return [f"{each} {techniques()[each]}" for each in self.attack]

    def concerns(self, profile: str) -> bool:
        """Whether it is typical of an industry profile."""
        return not self.profiles or profile in self.profiles


@cache
def scenarios(locale: str = "en") -> dict[str, Scenario]:
    """Return every scenario by key, those for everybody first."""
    files = sorted((DATA / f"scenarios.{locale}").glob("*.yaml"), key=lambda path: (path.stem != "common", path.stem))
    found: dict[str, Scenario] = {}
    for path in files:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key, words in content["scenarios"].items():
            found[key] = _scenario(key, words, content["profiles"])
    return found


@cache
def techniques() -> dict[str, str]:
    """Return the names of the ATT&CK techniques that scenarios refer to, by id."""
    found: dict[str, str] = yaml.safe_load((DATA / "attack.yaml").read_text(encoding="utf-8"))
    return found


def narrowed(*, text: str = "", profile: str = "", category: str = "") -> list[Scenario]:
    """Return the scenarios that have every word, are typical of a profile, and belong to a category."""
    words = text.casefold().split()
    return [
        each
        for each in scenarios().values()
        if (not profile or each.concerns(profile))
        and (not category or each.category == category)
        and all(word in f"{each.title} {each.event} {each.threat}".casefold() for word in words)
    ]


def categories() -> list[str]:
    """Return the categories in order."""
    return sorted({each.category for each in scenarios().values()})


def _scenario(key: str, words: dict[str, Any], profiles: Iterable[str]) -> Scenario:
    whole = {**words, **{name: tuple(words[name]) for name in ("assets", "controls", "attack")}}
    return Scenario(key=key, profiles=tuple(profiles), **whole)
