"""Readiness and the order of the action plan. Pure: plain values in, plain values out.

Readiness of a set = conforming ÷ (all − not applicable). Partly met counts as not ready, as it would in an audit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ASSUMED_EFFORT_DAYS = 1.0
MISSING = {"not_assessed": 1.0, "nonconforming": 1.0, "partial": 0.5, "conforming": 0.0, "not_applicable": 0.0}
MATURITY_WEIGHT = 0.1


@dataclass(frozen=True)
class Readiness:
    """How many of a set's requirements are met, partly met and not met."""

    met: int = 0
    partly: int = 0
    unmet: int = 0
    unassessed: int = 0
    not_applicable: int = 0

    @property
    def total(self) -> int:
        """Everything that counts: all but what is not applicable."""
        return self.met + self.partly + self.unmet + self.unassessed

    @property
    def percent(self) -> int:
        """Whole percent; 100 only when nothing is open."""
        share = round(100 * self.met / self.total) if self.total else 0
        return min(share, 99) if self.met < self.total else share

    @property
    def open(self) -> int:
        return self.unmet + self.unassessed


def count(conformities: Iterable[str]) -> Readiness:
    """Count one set of ratings."""
    tally = dict.fromkeys(MISSING, 0)
    for conformity in conformities:
        tally[conformity] += 1
    return Readiness(
        tally["conforming"], tally["partial"], tally["nonconforming"], tally["not_assessed"], tally["not_applicable"]
    )


@dataclass(frozen=True)
class Gain:
    """What finishing one action is worth, with the figures that made it so."""

    mandatory: bool
    gain: float
    effort: float
    effort_assumed: bool

    @property
    def ratio(self) -> float:
        return self.gain / self.effort


def gain(*, mandatory: bool, conformity: str, maturity: int | None, target: int, effort: float | None) -> Gain:
    """Return an action's worth: conformity still missing (1, or ½ if partly met) + 0.1 per level below target.

    What is not applicable gains nothing.
    """
    levels = 0 if conformity == "not_applicable" else max(0, target - (maturity or 0))
    worth = MISSING[conformity] + MATURITY_WEIGHT * levels
    return Gain(mandatory, worth, float(effort) if effort else ASSUMED_EFFORT_DAYS, not effort)


def plan_key(worth: Gain, due: date | None, sort_key: str) -> tuple[bool, float, date, str]:
    """Sort key of the action plan: mandatory first, then gain ÷ effort, then due."""
    return (not worth.mandatory, -round(worth.ratio, 6), due or date.max, sort_key)
