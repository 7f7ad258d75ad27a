"""How much a risk may cost in a year: Monte Carlo over the register. Pure NumPy: knows no Django.

An event happens a Poisson number of times a year; each time it costs a loss drawn from the risk's range, and perhaps a
secondary loss (fines, claims). A control lowers how often, or how much, by a share that is itself a range. Draws are
seeded by risk, so the same seed gives the same figures on any machine, however many risks are simulated beside it.
Money is in units of the organisation's currency; losses are per year.

Sources: PERT as a beta distribution after Malcolm et al. (1959); loss exceedance after Hubbard and Seiersen,
How to Measure Anything in Cybersecurity Risk (2016).
"""

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SHAPE = 4.0  # weight of the likeliest value in a PERT distribution
NINETY = 1.6448536269514722  # standard normal: 90 % lie within ± this
PERCENTILES = (10, 50, 90, 95, 99)
MOST_EVENTS = 10_000  # in one year of one risk; more is a frequency nobody means
AT_ONCE = 2_000_000  # single losses drawn together, which bounds memory
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
            mu, sigma = self._log_terms()
            return math.exp(mu + sigma**2 / 2)
        return self.low

    @property
    def second_moment(self) -> float:
        """Return the mean of the square, in closed form."""
        if self.kind == "pert" and self.likely is not None and self.high is not None:
            span = self.high - self.low
            if span == 0:
                return self.low**2
            a, b = self._beta_terms()
            variance = a * b / ((a + b) ** 2 * (a + b + 1)) * span**2
            return variance + self.mean**2
        if self.kind == "lognormal":
            mu, sigma = self._log_terms()
            return math.exp(2 * mu + 2 * sigma**2)
        return self.low**2

    def draw(self, random: np.random.Generator, number: int) -> Floats:
        """Return draws."""
        if self.kind == "pert" and self.high is not None and self.high > self.low:
            a, b = self._beta_terms()
            return self.low + (self.high - self.low) * random.beta(a, b, number)
        if self.kind == "lognormal":
            return random.lognormal(*self._log_terms(), number)
        return np.full(number, self.low)

    def _beta_terms(self) -> tuple[float, float]:
        assert self.likely is not None
        assert self.high is not None
        share = (self.likely - self.low) / (self.high - self.low)
        return 1 + SHAPE * share, 1 + SHAPE * (1 - share)

    def _log_terms(self) -> tuple[float, float]:
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


@dataclass(frozen=True)
class Result:
    """What a set of risks may cost in a year."""

    mean: float
    deviation: float
    percentiles: dict[int, float]
    curve: list[tuple[float, float]]  # loss, and the chance that a year costs more

    def chance_above(self, loss: float) -> float:
        """Return the chance that a year costs more than a loss, read off the curve."""
        losses = [each for each, _chance in self.curve]
        chances = [chance for _loss, chance in self.curve]
        return float(np.interp(loss, losses, chances)) if losses else 0.0


@dataclass(frozen=True)
class Outcome:
    """A simulation: each risk before and after treatment, and the sum of all of them."""

    trials: int
    seed: int
    before: dict[str, float]  # expected loss a year
    after: dict[str, float]
    whole_before: Result
    whole_after: Result


def simulate(
    exposures: Sequence[Exposure], *, trials: int, seed: int, progress: Callable[[int], None] | None = None
) -> Outcome:
    """Return what the risks cost over `trials` years; `progress` hears how many risks are done.

    Memory grows with trials, not with risks.
    """
    total_before, total_after = np.zeros(trials), np.zeros(trials)
    before, after = {}, {}
    for place, exposure in enumerate(exposures, 1):
        losses, treated = years(exposure, trials, seed)
        total_before += losses
        total_after += treated
        before[exposure.key], after[exposure.key] = float(losses.mean()), float(treated.mean())
        if progress:
            progress(place)
    return Outcome(trials, seed, before, after, summary(total_before), summary(total_after))


def years(exposure: Exposure, trials: int, seed: int) -> tuple[Floats, Floats]:
    """Return the loss of each simulated year of one risk, before and after its treatment."""
    random = np.random.Generator(np.random.PCG64(_seed(exposure.key, seed)))
    rates = np.minimum(exposure.frequency.draw(random, trials), MOST_EVENTS)
    events = random.poisson(rates)
    effect = exposure.effect
    fewer = np.clip(effect.frequency.draw(random, trials), 0, 1) if effect else None
    before, kept = _losses(random, exposure, events, fewer)
    if effect is None:
        return before, before
    smaller = np.clip(effect.loss.draw(random, trials), 0, 1)
    return before, kept * (1 - smaller)


def summary(losses: Floats, points: int = 60) -> Result:
    """Return mean, spread, percentiles and the exceedance curve of yearly losses."""
    ordered = np.sort(losses)
    number = len(ordered)
    at = np.unique(np.linspace(0, number - 1, points).astype(int)) if number else np.array([], int)
    curve = [(float(ordered[place]), float((number - 1 - place) / number)) for place in at]
    return Result(
        mean=float(losses.mean()),
        deviation=float(losses.std()),
        percentiles={p: float(np.percentile(ordered, p)) for p in PERCENTILES},
        curve=curve,
    )


def expected(exposure: Exposure) -> float:
    """Return the expected loss a year before treatment, in closed form."""
    return exposure.frequency.mean * (exposure.loss.mean + exposure.secondary.mean)


def returns(before: float, after: float, cost: float) -> float | None:
    """Return loss avoided ÷ cost of a treatment, or None without a cost."""
    return (before - after) / cost if cost > 0 else None


def _losses(
    random: np.random.Generator, exposure: Exposure, events: NDArray[np.int64], fewer: Floats | None
) -> tuple[Floats, Floats]:
    """Draw a loss for every event and add up those of each year, in pieces that fit in memory.

    `fewer` is the chance that an event of a year is prevented; the second sum leaves those out.
    """
    total = np.zeros(len(events))
    kept = total if fewer is None else np.zeros(len(events))
    ends = np.cumsum(events)
    start = 0
    for stop in _pieces(ends):
        number = int(ends[stop - 1] - (ends[start - 1] if start else 0))
        if number:
            single = exposure.loss.draw(random, number)
            if exposure.secondary is not NONE:
                single += exposure.secondary.draw(random, number)
            years_of = np.repeat(np.arange(stop - start), events[start:stop])
            total[start:stop] = np.bincount(years_of, single, stop - start)
            if fewer is not None:
                single[random.random(number) < fewer[start:stop][years_of]] = 0
                kept[start:stop] = np.bincount(years_of, single, stop - start)
        start = stop
    return total, kept


def _pieces(ends: NDArray[np.int64]) -> Iterable[int]:
    """Yield where pieces of years end, so that each has at most AT_ONCE events or is one year."""
    start, done = 0, 0
    while start < len(ends):
        stop = int(np.searchsorted(ends, done + AT_ONCE, side="right"))
        stop = max(stop, start + 1)
        yield stop
        start, done = stop, int(ends[stop - 1])


def _seed(key: str, seed: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{key}".encode()).digest()[:16])
