"""Quantities one is unsure of: what they mean, and their moments in closed form. Pure, without NumPy.

Money is in units of the organisation's currency; losses are per year. PERT as a beta distribution after Malcolm et al.
(1959).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHAPE = 4.0  # weight of the likeliest value in a PERT distribution
NINETY = 1.6448536269514722  # standard normal: 90 % lie within ± this
KINDS = ("fixed", "pert", "lognormal")


@dataclass(frozen=True)
class Range:
    """A quantity one is unsure of.

    `fixed`: low is the value. `pert`: lowest, likeliest and highest. `lognormal`: low and high enclose 90 %.
    """

    kind: str
    low: float
    likely: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if problem := self.problem():
            raise ValueError(problem)

    def problem(self) -> str:
        """Return what kind of problem the range has, or nothing."""
        numbers = [each for each in (self.low, self.likely, self.high) if each is not None]
        if self.kind not in KINDS:
            return "kind"
        if not all(math.isfinite(each) for each in numbers) or self.low < 0:
            return "number"
        if self.kind == "pert":
            fits = self.likely is not None and self.high is not None and self.low <= self.likely <= self.high
            return "" if fits else "order"
        if self.kind == "lognormal":
            return "" if self.high is not None and 0 < self.low < self.high else "order"
        return ""

    @property
    def mean(self) -> float:
        """Return the mean, in closed form."""
        if self.kind == "pert" and self.likely is not None and self.high is not None:
            return (self.low + SHAPE * self.likely + self.high) / (SHAPE + 2)
        if self.kind == "lognormal":
            mu, sigma = self.log_terms()
            return math.exp(mu + sigma**2 / 2)
        return self.low

    @property
    def second_moment(self) -> float:
        """Return the mean of the square, in closed form."""
        if self.kind == "pert" and self.likely is not None and self.high is not None:
            span = self.high - self.low
            if span == 0:
                return self.low**2
            a, b = self.beta_terms()
            variance = a * b / ((a + b) ** 2 * (a + b + 1)) * span**2
            return variance + self.mean**2
        if self.kind == "lognormal":
            mu, sigma = self.log_terms()
            return math.exp(2 * mu + 2 * sigma**2)
        return self.low**2

    def beta_terms(self) -> tuple[float, float]:
        """Return the two shapes of the beta distribution behind a PERT range."""
        assert self.likely is not None
        assert self.high is not None
        share = (self.likely - self.low) / (self.high - self.low)
        return 1 + SHAPE * share, 1 + SHAPE * (1 - share)

    def log_terms(self) -> tuple[float, float]:
        """Return mean and deviation of the logarithm behind a log-normal range."""
        assert self.high is not None
        low, high = math.log(self.low), math.log(self.high)
        return (low + high) / 2, (high - low) / (2 * NINETY)


NONE = Range("fixed", 0.0)


@dataclass(frozen=True)
class Effect:
    """How a treatment lowers frequency and loss: shares from 0 to 1, each a range."""

    frequency: Range = NONE
    loss: Range = NONE


@dataclass(frozen=True)
class Exposure:
    """One risk in numbers: `key` seeds its draws; `effect` is what its treatment is expected to do."""

    key: str
    frequency: Range
    loss: Range
    secondary: Range = NONE
    effect: Effect | None = None


def read(plain: Mapping[str, Any] | None) -> Range:
    """Return a range from plain values, or nothing from none; raises ValueError."""
    return Range(**plain) if plain else NONE


def expected(exposure: Exposure) -> float:
    """Return the expected loss a year before treatment, in closed form."""
    return exposure.frequency.mean * (exposure.loss.mean + exposure.secondary.mean)


def returns(before: float, after: float, cost: float) -> float | None:
    """Return loss avoided ÷ cost of a treatment, or None without a cost."""
    return (before - after) / cost if cost > 0 else None
