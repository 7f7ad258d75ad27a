"""Rows of somebody's sheet, cell by cell, with what is wrong in them. Pure: knows no Django.

An empty cell leaves what is there, and a single hyphen empties it.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annexa.lib import headings

CLEAR = {"-", "–", "—"}


@dataclass(frozen=True)
class Problem:
    """Something in a cell; `kind` says what, in words the layers above translate. Some only warn."""

    cell: str
    kind: str
    value: str
    stops: bool = True
    detail: str = ""


class Row:
    """The cells of one row, by field."""

    def __init__(self, cells: Sequence[Any], number: int, columns: Mapping[str, int], problems: list[Problem]):
        self.cells, self.number, self.columns, self.problems = cells, number, columns, problems

    @property
    def is_empty(self) -> bool:
        return not any(self.text(name) for name in self.columns)

    def cell(self, name: str) -> Any:
        index = self.columns.get(name)
        return self.cells[index] if index is not None and index < len(self.cells) else None

    def text(self, name: str) -> str:
        return headings.plain(self.cell(name))

    def complain(self, name: str, kind: str, value: str, *, stops: bool = True, detail: str = "") -> None:
        cell = headings.cell_name(self.number, self.columns.get(name, 0))
        self.problems.append(Problem(cell, kind, value[:80], stops, detail))

    def take_text(self, found: dict[str, Any], name: str, longest: int, *, lines: bool = False) -> None:
        """Take a text, on one line unless it may have several."""
        text = self.text(name)
        if not text:
            return
        if text in CLEAR and name not in ("name", "title"):
            found[name] = ""
        elif len(text) > longest:
            self.complain(name, "long", text, detail=str(longest))
        else:
            found[name] = text if lines else " ".join(text.split())

    def take_day(self, found: dict[str, Any], name: str) -> None:
        """Take a day."""
        cell, text = self.cell(name), self.text(name)
        if isinstance(cell, datetime.datetime):
            found[name] = cell.date()
        elif isinstance(cell, datetime.date):
            found[name] = cell
        elif text in CLEAR:
            found[name] = None
        elif text and (day := date(text)) is None:
            self.complain(name, "day", text)
        elif text:
            found[name] = day

    def take_person(self, found: dict[str, Any], name: str, members: Mapping[str, Any]) -> None:
        """Take a member by name or address; one that nobody has only warns."""
        text = self.text(name)
        if text in CLEAR:
            found[name] = None
        elif text and (member := members.get(text.casefold())):
            found[name] = member
        elif text:
            self.complain(name, "person", text, stops=False)

    def words(self, name: str) -> list[str]:
        """Return what stands in a cell between commas, semicolons, bars and line ends."""
        parts = (each.strip() for each in re.split(r"[;,\n|]", self.text(name)))
        return [each for each in parts if each and each not in CLEAR]


def date(text: str) -> datetime.date | None:
    """Read 2026-12-31 and 31.12.2026; slashes mean different days to different people."""
    dotted = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    try:
        if dotted:
            day, month, year = map(int, dotted.groups())
            return datetime.date(year, month, day)
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None
