"""Somebody's workbook, with the sheet that was chosen and which of its columns holds which field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from annexa.lib import headings
from annexa.lib.errors import UserError

Book = Mapping[str, list[list[Any]]]


@dataclass(frozen=True)
class Sheet:
    """One sheet of the upload, the row of its headings, and which column holds what."""

    name: str
    rows: list[list[Any]]
    heading: int
    columns: dict[str, int] = field(default_factory=dict)

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Return index and words of each column that has a heading."""
        row = self.rows[self.heading] if self.rows else []
        return [(index, str(cell)) for index, cell in enumerate(row) if cell not in (None, "")]

    @property
    def remembered(self) -> dict[str, str]:
        """Return heading in lower case → field, for the next sheet with the same headings; empty: ignored."""
        fields = {index: name for name, index in self.columns.items()}
        return {words.strip().casefold()[:80]: fields.get(index, "") for index, words in self.headings}

    def with_columns(self, columns: Mapping[str, int]) -> "Sheet":
        """Return the sheet with the columns that a person chose."""
        return Sheet(self.name, self.rows, self.heading, dict(columns))


def open_sheet(
    book: Book, patterns: headings.Patterns, known: Mapping[str, str], best: Callable[[Sheet], Any], name: str = ""
) -> Sheet:
    """Return the named sheet, or the best one, with its columns guessed or as `known`; raises UserError."""
    guessed = [_guess(each, rows, patterns, known) for each, rows in book.items() if not name or each == name]
    if not guessed:
        raise UserError(_("There is no such sheet."), {"sheet": _("There is no such sheet.")})
    return max(guessed, key=best)


def _guess(name: str, rows: list[list[Any]], patterns: headings.Patterns, known: Mapping[str, str]) -> Sheet:
    heading = headings.find(rows, patterns)
    return Sheet(name, rows, heading, headings.guess(rows[heading], patterns, known) if rows else {})
