"""Look at a filled-in sheet before anything changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annexa.lib import sheets
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.treatment.importers import gap_sheet
from annexa.treatment.models import Conformity, GapAssessment, GapRating
from annexa.treatment.queries import gap


@dataclass(frozen=True)
class Change:
    """What a sheet would change in one row: (field, before, after)."""

    rating: GapRating
    fields: list[tuple[str, Any, Any]]

    @property
    def values(self) -> dict[str, Any]:
        return {name: after for name, _before, after in self.fields}


@dataclass(frozen=True)
class Trouble:
    """A problem in words: where, what, and what to do about it."""

    place: str
    sentence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence} {self.remedy}" if self.place else f"{self.sentence} {self.remedy}"


@dataclass(frozen=True)
class Preview:
    """What an import would do: changes and rows that stay, or the troubles that stop it."""

    changes: list[Change]
    unchanged: int
    troubles: list[Trouble]
    ignored: list[str]

    @property
    def cells(self) -> int:
        """How many values differ."""
        return sum(len(change.fields) for change in self.changes)


def preview(actor: Actor, assessment: GapAssessment, content: bytes, name: str) -> Preview:
    """Return what importing a file would do; raises UserError when it cannot be read at all."""
    ratings = {rating.requirement.ref: rating for rating in gap.ratings(assessment)}
    found = gap_sheet.parse(sheets.read(content, name), known(actor, ratings))
    changes = []
    for line in found.lines:
        rating = ratings[line.ref]
        fields = [(key, getattr(rating, key), value) for key, value in line.values.items()]
        fields = [(key, before, after) for key, before, after in fields if before != after]
        if fields:
            changes.append(Change(rating, fields))
    return Preview(
        changes, len(found.lines) - len(changes), [_trouble(problem) for problem in found.problems], found.ignored
    )


def known(actor: Actor, ratings: Mapping[str, GapRating]) -> gap_sheet.Known:
    """Return what the cells of a sheet may say in this organisation, in its language or in English."""
    headings = {_(label): name for name, label in gap_sheet.COLUMNS.items()}
    headings |= {label: name for name, label in gap_sheet.COLUMNS.items()}
    words = {str(label): value for value, label in Conformity.choices} | {value: value for value in Conformity.values}
    return gap_sheet.Known(
        headings={heading.casefold(): name for heading, name in headings.items()},
        conformities={word.casefold(): value for word, value in words.items()},
        kinds={ref: rating.requirement.kind for ref, rating in ratings.items()},
        owners={m.person.email.casefold(): m for m in organizations.members(actor) if m.is_active()},
    )


def _trouble(problem: gap_sheet.Problem) -> Trouble:
    place = f"{problem.sheet}!{problem.cell}" if problem.cell else ""
    return Trouble(place, _(problem.problem) % problem.values, _(problem.remedy) % problem.values)
