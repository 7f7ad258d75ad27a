"""What a method says: scales, how impact and score come about, levels, appetite. Pure: knows no Django.

A method's terms are plain JSON, so that a version of it can be kept, compared and hashed. The same readings under the
same terms always give the same level (6.1.2 b).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

FEWEST, MOST = 3, 7  # steps of a scale
COMBINE = ("worst", "mean")
RULES = ("product", "sum", "matrix")
COLOURS = 4  # 0 calm to 3 severe, as the pages draw them
DIMENSIONS = ("confidentiality", "integrity", "availability")
MOST_LEVELS, LONGEST_NAME, LONGEST_WORDING = 6, 40, 400
LONGEST_REVIEW, LONGEST_ACCEPTANCE = 60, 60  # months
MOST_POINTS = 12  # of the tolerance
Impacts = tuple[int | None, int | None, int | None]


class TermsWrong(ValueError):
    """A method that cannot be applied; `problems` maps where to a kind of problem, which the layer above words."""

    def __init__(self, problems: Mapping[str, str]):
        super().__init__(", ".join(f"{place}: {kind}" for place, kind in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Step:
    """A step of a scale; its number is its place, from 1."""

    name: str
    wording: str = ""


@dataclass(frozen=True)
class Level:
    """A level of risk: the lowest score that has it, who accepts it and for how long, how often it is looked at.

    `accepted_by` is a role that signs in addition to the risk's owner, or empty; months, 0 for never.
    """

    name: str
    lowest: int
    colour: int
    acceptable: bool
    accepted_by: str = ""
    accepted_months: int = 12
    review_months: int = 12


@dataclass(frozen=True)
class Terms:
    """A method as it is applied; `matrix` has a row per impact, lowest first, and is empty under other rules.

    `tolerance` is the appetite in money: pairs of a loss and the chance of a year that may cost more, from 0 to 1.
    """

    likelihood: tuple[Step, ...]
    impact: tuple[Step, ...]
    combine: str
    rule: str
    matrix: tuple[tuple[int, ...], ...]
    levels: tuple[Level, ...]
    appetite: int
    triggers: str = ""
    tolerance: tuple[tuple[float, float], ...] = ()

    def impact_of(self, impacts: Impacts) -> int | None:
        """Return the impact that three dimensions come to, or None when none is said."""
        said = [each for each in impacts if each is not None]
        if not said:
            return None
        return max(said) if self.combine == "worst" else int(sum(said) / len(said) + 0.5)

    def score_of(self, likelihood: int, impact: int) -> int:
        """Return the score of a likelihood and an impact."""
        if self.rule == "matrix":
            return self.matrix[impact - 1][likelihood - 1]
        return likelihood * impact if self.rule == "product" else likelihood + impact

    def level_of(self, score: int) -> int:
        """Return the index of a score's level."""
        return max((index for index, level in enumerate(self.levels) if level.lowest <= score), default=0)

    def is_within(self, score: int) -> bool:
        """Whether a score lies within the appetite."""
        return score <= self.appetite

    @cached_property
    def grid(self) -> tuple[tuple[int, ...], ...]:
        """Return the score of every cell: a row per impact, lowest first."""
        return tuple(
            tuple(self.score_of(likelihood, impact) for likelihood in range(1, len(self.likelihood) + 1))
            for impact in range(1, len(self.impact) + 1)
        )

    @cached_property
    def highest(self) -> int:
        """Return the highest score there is."""
        return max(max(row) for row in self.grid)


def read(plain: Mapping[str, Any]) -> Terms:
    """Return terms from plain values; raises TermsWrong, which names every place at fault."""
    wrong: dict[str, str] = {}
    likelihood, impact = (_scale(plain.get(name), name, wrong) for name in ("likelihood", "impact"))
    combine = _one_of(plain.get("combine"), COMBINE, "combine", wrong)
    rule = _one_of(plain.get("rule"), RULES, "rule", wrong)
    matrix = _matrix(plain.get("matrix"), len(likelihood), len(impact), wrong) if rule == "matrix" else ()
    levels = _levels(plain.get("levels"), wrong)
    appetite = _whole(plain.get("appetite"), 0, 10_000, "appetite", wrong)
    triggers = str(plain.get("triggers") or "").strip()[:4000]
    tolerance = _tolerance(plain.get("tolerance") or (), wrong)
    if wrong:
        raise TermsWrong(wrong)
    terms = Terms(likelihood, impact, combine, rule, matrix, levels, appetite, triggers, tolerance)
    _check_together(terms, wrong)
    if wrong:
        raise TermsWrong(wrong)
    return terms


def plain(terms: Terms) -> dict[str, Any]:
    """Return terms as plain values, as they are stored and hashed."""
    return {
        "likelihood": [vars(step) for step in terms.likelihood],
        "impact": [vars(step) for step in terms.impact],
        "combine": terms.combine,
        "rule": terms.rule,
        "matrix": [list(row) for row in terms.matrix],
        "levels": [vars(level) for level in terms.levels],
        "appetite": terms.appetite,
        "triggers": terms.triggers,
        "tolerance": [list(point) for point in terms.tolerance],
    }


def carried(step: int, before: int, after: int) -> int:
    """Return the step of another scale that lies where a step of the old one lay; between two, the higher one."""
    return step if before == after else 1 + int((step - 1) * (after - 1) / (before - 1) + 0.5)


def _scale(given: Any, name: str, wrong: dict[str, str]) -> tuple[Step, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str) or not FEWEST <= len(given) <= MOST:
        wrong[name] = "steps"
        return ()
    steps = []
    for place, each in enumerate(given):
        words = each if isinstance(each, Mapping) else {}
        title = " ".join(str(words.get("name") or "").split())
        if not title or len(title) > LONGEST_NAME:
            wrong[f"{name}.{place}"] = "name"
        steps.append(Step(title, str(words.get("wording") or "").strip()[:LONGEST_WORDING]))
    return tuple(steps)


def _levels(given: Any, wrong: dict[str, str]) -> tuple[Level, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str) or not 2 <= len(given) <= MOST_LEVELS:
        wrong["levels"] = "levels"
        return ()
    return tuple(
        _level(each if isinstance(each, Mapping) else {}, f"levels.{place}", wrong) for place, each in enumerate(given)
    )


def _level(words: Mapping[str, Any], place: str, wrong: dict[str, str]) -> Level:
    title = " ".join(str(words.get("name") or "").split())
    if not title or len(title) > LONGEST_NAME:
        wrong[place] = "name"
    return Level(
        name=title,
        lowest=_whole(words.get("lowest"), 0, 10_000, f"{place}.lowest", wrong),
        colour=_whole(words.get("colour"), 0, COLOURS - 1, f"{place}.colour", wrong),
        acceptable=words.get("acceptable") is True,
        accepted_by=str(words.get("accepted_by") or "")[:40],
        accepted_months=_whole(
            words.get("accepted_months", 12), 1, LONGEST_ACCEPTANCE, f"{place}.accepted_months", wrong
        ),
        review_months=_whole(words.get("review_months", 12), 0, LONGEST_REVIEW, f"{place}.review_months", wrong),
    )


def _matrix(given: Any, columns: int, rows: int, wrong: dict[str, str]) -> tuple[tuple[int, ...], ...]:
    fits = isinstance(given, Sequence) and len(given) == rows and all(
        isinstance(row, Sequence) and len(row) == columns for row in given
    )  # fmt: skip
    if not fits:
        wrong["matrix"] = "shape"
        return ()
    return tuple(
        tuple(_whole(cell, 0, 10_000, f"matrix.{y}.{x}", wrong) for x, cell in enumerate(row))
        for y, row in enumerate(given)
    )


def _tolerance(given: Any, wrong: dict[str, str]) -> tuple[tuple[float, float], ...]:
    """Read the points of the appetite in money: losses rise, chances do not."""
    points: list[tuple[float, float]] = []
    fits = isinstance(given, Sequence) and not isinstance(given, str) and len(given) <= MOST_POINTS
    for each in given if fits else ():
        pair = each if isinstance(each, Sequence) and len(each) == 2 else ()
        numbers = [float(value) for value in pair if isinstance(value, int | float) and not isinstance(value, bool)]
        if len(numbers) < 2:
            fits = False
            break
        points.append((numbers[0], numbers[1]))
    rises = all(one[0] < two[0] and one[1] >= two[1] for one, two in pairwise(points))
    if not (fits and rises and all(0 <= loss <= 1e15 and 0 <= chance <= 1 for loss, chance in points)):
        wrong["tolerance"] = "tolerance"
        return ()
    return tuple(points)


def _check_together(terms: Terms, wrong: dict[str, str]) -> None:
    """Levels rise, the lowest holds the lowest score, and no cell is worth less than one left of or below it."""
    lowest = [level.lowest for level in terms.levels]
    if lowest != sorted(set(lowest)):
        wrong["levels"] = "order"
    if lowest[0] > min(min(row) for row in terms.grid):
        wrong["levels.0.lowest"] = "gap"
    if lowest[-1] > terms.highest:
        wrong[f"levels.{len(lowest) - 1}.lowest"] = "unreachable"
    grid = terms.grid
    rises = all(
        grid[y][x] >= grid[y - (y > 0)][x] and grid[y][x] >= grid[y][x - (x > 0)]
        for y in range(len(grid))
        for x in range(len(grid[0]))
    )
    if not rises:
        wrong["matrix"] = "falls"


def _one_of(given: Any, allowed: Sequence[str], place: str, wrong: dict[str, str]) -> str:
    if given not in allowed:
        wrong[place] = "choice"
    return str(given)


def _whole(given: Any, least: int, most: int, place: str, wrong: dict[str, str]) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        wrong[place] = "number"
        return least
    return given
