"""The industry profiles of the guided start: what three answers pre-fill. Pure reading of catalog data."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from annexa.catalog import library

PROFILES = ("saas", "hospital", "ecommerce", "finance", "manufacturer", "consultancy")


@dataclass(frozen=True)
class Answers:
    """The three answers: an industry profile, a size, and what is protected."""

    profile: str
    size: str
    protects: tuple[str, ...]


@cache
def questions() -> dict[str, Any]:
    """Return the sizes and the things one may protect."""
    found: dict[str, Any] = library.data("profiles/questions")
    return found


def profile(profile_id: str) -> dict[str, Any]:
    """Return a profile's data."""
    found: dict[str, Any] = library.data(f"profiles/{profile_id}")
    return found


def obligations(answers: Answers) -> list[dict[str, Any]]:
    """Return the obligations that bite, each with why, kind and the controls it names."""
    library_entries = {entry["id"]: entry for entry in library.data("obligations")["obligations"]}
    chosen = [entry for entry in profile(answers.profile)["obligations"] if _bites(entry.get("when") or {}, answers)]
    return [library_entries[entry["id"]] | {"why": entry["why"]} for entry in chosen]


def target_maturity(answers: Answers, refs: Iterable[str]) -> dict[str, int]:
    """Return the target maturity (0–5) of each id: the profile's own, else its default shifted by size."""
    maturity = profile(answers.profile)["maturity"]
    own = {**maturity.get("controls", {}), **maturity.get("clauses", {})}
    shift = next((size.get("maturity_shift", 0) for size in questions()["sizes"] if size["id"] == answers.size), 0)
    return {ref: max(1, min(5, own.get(ref, maturity["default"]) + shift)) for ref in refs}


def exclusions(profile_id: str) -> dict[str, dict[str, str]]:
    """Return proposed exclusions by control id, each with the question to ask and a proposed justification."""
    return {entry["control"]: entry for entry in profile(profile_id)["exclusions"]}


def priorities(profile_id: str) -> list[dict[str, str]]:
    """Return the controls to look at first, with why."""
    found: list[dict[str, str]] = profile(profile_id)["priorities"]
    return found


def _bites(when: dict[str, list[str]], answers: Answers) -> bool:
    protects, sizes = when.get("protects"), when.get("sizes")
    return (not protects or bool(set(protects) & set(answers.protects))) and (not sizes or answers.size in sizes)
