"""What importing a sheet takes and gives, whatever its rows become."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from ninja import Field

from annexa.api.fields import Line
from annexa.api.schema import Schema
from annexa.lib.cells import Problem
from annexa.lib.errors import UserError

Sentence = Callable[[Problem], str]


class ImportQuery(Schema):
    """Which sheet of the workbook, and whether to look first."""

    sheet: Line = Field("", description="Name of the sheet; the likeliest one if left out.")
    preview: bool = Field(False, description="Only say what would change.")


class CellProblem(Schema):
    """What is wrong with a cell, and what to do."""

    cell: str
    sentence: str
    stops: bool


class ImportOut(Schema):
    """What an import did, or would do."""

    applied: bool
    new: int
    changed: int
    same: int
    columns: dict[str, str] = Field(description="Heading → field; empty where a column was left out.")
    problems: list[CellProblem]


def refuse(problems: Iterable[Problem], sentence: Sentence) -> None:
    """Raise UserError that names every cell."""
    words = _("Nothing was imported: some cells need another look first.")
    raise UserError(words, {each.cell: _after_cell(each, sentence) for each in problems})


def told(problems: Iterable[Problem], sentence: Sentence) -> list[CellProblem]:
    """Show what is wrong, cell by cell."""
    return [CellProblem(cell=p.cell, sentence=sentence(p), stops=p.stops) for p in problems]


def _after_cell(problem: Problem, sentence: Sentence) -> str:
    return sentence(problem).removeprefix(f"{problem.cell}: ")
