"""How much a risk may cost in a year: Monte Carlo over the register. Pure NumPy: knows no Django.

`python -m annexa.risks.simulation` reads a request as JSON and answers line by line: in a process of its own, so that
web and worker need neither NumPy's memory nor its time.

An event happens a Poisson number of times a year; each time it costs a loss drawn from the risk's range, and perhaps a
secondary loss (fines, claims). A control lowers how often, or how much, by a share that is itself a range. Draws are
seeded by risk, so the same seed gives the same figures on any machine, however many risks are simulated beside it.
Money is in units of the organisation's currency; losses are per year.

Source: loss exceedance after Hubbard and Seiersen, How to Measure Anything in Cybersecurity Risk (2016).
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annexa.risks.ranges import NONE, Effect, Exposure, Range, read

Floats = NDArray[np.float64]
PERCENTILES = (10, 50, 90, 95, 99)
MOST_EVENTS = 10_000  # in one year of one risk; more is a frequency nobody means
AT_ONCE = 2_000_000  # single losses drawn together, which bounds memory


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
    rates = np.minimum(_draw(exposure.frequency, random, trials), MOST_EVENTS)
    events = random.poisson(rates)
    effect = exposure.effect
    fewer = np.clip(_draw(effect.frequency, random, trials), 0, 1) if effect else None
    before, kept = _losses(random, exposure, events, fewer)
    if effect is None:
        return before, before
    smaller = np.clip(_draw(effect.loss, random, trials), 0, 1)
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


def figures(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as it is stored."""
    risks = {key: [outcome.before[key], outcome.after[key]] for key in outcome.before}
    return {"risks": risks, "before": _plain(outcome.whole_before), "after": _plain(outcome.whole_after)}


def _plain(result: Result) -> dict[str, Any]:
    return {
        "mean": result.mean,
        "deviation": result.deviation,
        "percentiles": {str(place): value for place, value in result.percentiles.items()},
        "curve": [list(point) for point in result.curve],
    }


def _draw(of: Range, random: np.random.Generator, number: int) -> Floats:
    """Return draws from a range."""
    if of.kind == "pert" and of.high is not None and of.high > of.low:
        a, b = of.beta_terms()
        return of.low + (of.high - of.low) * random.beta(a, b, number)
    if of.kind == "lognormal":
        return random.lognormal(*of.log_terms(), number)
    return np.full(number, of.low)


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
            single = _draw(exposure.loss, random, number)
            if exposure.secondary is not NONE:
                single += _draw(exposure.secondary, random, number)
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


def _exposure(plain: dict[str, Any]) -> Exposure:
    """Return a risk in numbers from the plain values of a request."""
    ranges = {name: read(plain.get(name)) for name in ("frequency", "loss", "secondary", "prevented", "cheaper")}
    has_effect = plain.get("prevented") or plain.get("cheaper")
    effect = Effect(ranges["prevented"], ranges["cheaper"]) if has_effect else None
    return Exposure(plain["key"], ranges["frequency"], ranges["loss"], ranges["secondary"], effect)


def _answer() -> None:
    request = json.load(sys.stdin)
    exposures = [_exposure(each) for each in request["exposures"]]

    def tell(done: int) -> None:
        print(json.dumps({"done": done}), flush=True)

    outcome = simulate(exposures, trials=request["trials"], seed=request["seed"], progress=tell)
    print(json.dumps({"figures": figures(outcome)}), flush=True)


if __name__ == "__main__":
    _answer()
