"""Read a filled-in gap sheet: plain cells in, values and problems out. Pure: knows no Django.

An empty cell leaves what is there; a single hyphen empties it. Problems name sheet, cell, what is wrong and what to do.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from annexa.lib import headings

Cells = Sequence[Any]
LONGEST_ACTION, LONGEST_NOTE = 300, 20_000
CLEAR = ("-", "–", "—")
SEARCHED_ROWS = 10


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translation, which happens where it is shown."""
    return sentence


COLUMNS = {
    "ref": gettext_noop("Id"),
    "title": gettext_noop("Title"),
    "conformity": gettext_noop("Conformity"),
    "maturity": gettext_noop("Maturity now"),
    "target": gettext_noop("Target"),
    "note": gettext_noop("Note"),
    "action": gettext_noop("Next action"),
    "owner": gettext_noop("Owner e-mail"),
    "effort": gettext_noop("Effort (days)"),
    "due": gettext_noop("Due"),
}


@dataclass(frozen=True)
class Problem:
    """What stops the import, and where; problem and remedy are sentences with %(name)s to fill from `values`."""

    sheet: str
    cell: str
    problem: str
    remedy: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """The values of one row that a sheet gives."""

    ref: str
    sheet: str
    row: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What cells may say: headings and conformity words in lower case, requirement kinds by id, owners by e-mail."""

    headings: Mapping[str, str]
    conformities: Mapping[str, str]
    kinds: Mapping[str, str]
    owners: Mapping[str, Any]


@dataclass
class Sheet:
    """Everything that was found."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


class Wrong(Exception):
    """A cell that cannot be used."""

    def __init__(self, problem: str, remedy: str, **values: Any):
        super().__init__(problem)
        self.problem, self.remedy, self.values = problem, remedy, values


def parse(book: Mapping[str, Sequence[Cells]], known: Known) -> Sheet:
    """Return the lines of every sheet that has headings; nothing is raised, problems are part of the answer."""
    found = Sheet()
    places: dict[str, str] = {}
    headed = 0
    for name, rows in book.items():
        head = _heading_row(rows, known)
        if head is None:
            continue
        headed += 1
        columns = _columns(name, head, rows[head], known, found)
        for number in range(head + 1, len(rows)):
            _line(found, known, places, name, number, rows[number], columns)
    if not headed:
        remedy = gettext_noop("Start from the template, or name the columns as the template does.")
        found.problems.append(Problem("", "", gettext_noop("No sheet has a column “Id”."), remedy))
    return found


def cell_name(row: int, column: int) -> str:
    """Return a cell's name in a spreadsheet; row and column count from 0."""
    return headings.cell_name(row + 1, column)


def _heading_row(rows: Sequence[Cells], known: Known) -> int | None:
    for number, row in enumerate(rows[:SEARCHED_ROWS]):
        if any(known.headings.get(_text(cell).casefold()) == "ref" for cell in row):
            return number
    return None


def _columns(sheet: str, number: int, row: Cells, known: Known, found: Sheet) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(row):
        text = _text(cell)
        name = known.headings.get(text.casefold())
        if name in columns:
            remedy = gettext_noop("Keep one of the two columns.")
            problem = gettext_noop("The heading “%(heading)s” stands there twice.")
            found.problems.append(Problem(sheet, cell_name(number, index), problem, remedy, {"heading": text}))
        elif name:
            columns[name] = index
        elif text:
            found.ignored.append(text)
    return columns


def _line(
    found: Sheet,
    known: Known,
    places: dict[str, str],
    sheet: str,
    number: int,
    row: Cells,
    columns: Mapping[str, int],
) -> None:
    cells = {name: row[index] if index < len(row) else None for name, index in columns.items()}
    if not any(_text(cell) for cell in cells.values()):
        return
    values: dict[str, Any] = {}
    ref = ""
    for name, cell in cells.items():
        place = cell_name(number, columns[name])
        try:
            if name == "ref":
                ref = _ref(cell, known, places, f"{sheet}!{place}")
            elif name != "title" and _text(cell):
                values[name] = READERS[name](cell, known, _text(cells["ref"]))
        except Wrong as wrong:
            found.problems.append(Problem(sheet, place, wrong.problem, wrong.remedy, wrong.values))
    if ref and values:
        found.lines.append(Line(ref, sheet, number + 1, values))


def _ref(cell: Any, known: Known, places: dict[str, str], place: str) -> str:
    text = _text(cell)
    if not text:
        raise Wrong(gettext_noop("The row has no id."), gettext_noop("Write the id, such as A.5.1, or empty the row."))
    ref = next((ref for ref in known.kinds if ref.casefold() == text.casefold()), "")
    if not ref:
        raise Wrong(
            gettext_noop("There is no requirement or control “%(id)s” in this assessment."),
            gettext_noop("Use the ids of the template, or delete the row."),
            id=text,
        )
    if ref in places:
        remedy = gettext_noop("Keep one of the two rows.")
        raise Wrong(gettext_noop("%(id)s stands at %(place)s already."), remedy, id=ref, place=places[ref])
    places[ref] = place
    return ref


def _conformity(cell: Any, known: Known, ref: str) -> str:
    text = _text(cell)
    value = "not_assessed" if text in CLEAR else known.conformities.get(text.casefold(), "")
    if not value:
        raise Wrong(
            gettext_noop("“%(value)s” is no conformity."),
            gettext_noop("Choose from the list: %(choices)s."),
            value=text,
            choices=", ".join(word for word, value in known.conformities.items() if word != value),
        )
    if value == "not_applicable" and known.kinds.get(ref, "control") != "control":
        raise Wrong(
            gettext_noop("%(id)s cannot be left out."),
            gettext_noop("Clauses 4 to 10 always apply; only Annex A controls can be not applicable."),
            id=ref,
        )
    return value


def _level(cell: Any, known: Known, ref: str) -> int:
    text = _text(cell)
    if not re.fullmatch(r"[0-5]", text):
        raise Wrong(
            gettext_noop("“%(value)s” is no maturity level."),
            gettext_noop("Write a whole number from 0 to 5."),
            value=text,
        )
    return int(text)


def _maturity(cell: Any, known: Known, ref: str) -> int | None:
    return None if _text(cell) in CLEAR else _level(cell, known, ref)


def _words(most: int) -> Any:
    def read(cell: Any, known: Known, ref: str) -> str:
        text = _text(cell)
        if len(text) > most:
            problem = gettext_noop("The text has %(length)s characters.")
            raise Wrong(problem, gettext_noop("Shorten it to %(most)s."), length=len(text), most=most)
        return "" if text in CLEAR else text

    return read


def _owner(cell: Any, known: Known, ref: str) -> Any:
    text = _text(cell)
    if text in CLEAR:
        return None
    if text.casefold() not in known.owners:
        raise Wrong(
            gettext_noop("Nobody here has the address %(value)s."),
            gettext_noop("Invite the person first, or write the address of a member."),
            value=text,
        )
    return known.owners[text.casefold()]


def _effort(cell: Any, known: Known, ref: str) -> Decimal | None:
    text = _text(cell)
    if text in CLEAR:
        return None
    try:
        days = Decimal(text.replace(",", ".")).quantize(Decimal("0.1"))
    except InvalidOperation:
        days = Decimal(0)
    if not Decimal(0) < days < 10_000:
        raise Wrong(
            gettext_noop("“%(value)s” is no number of days."),
            gettext_noop("Write a number such as 0.5 or 12."),
            value=text,
        )
    return days


def _due(cell: Any, known: Known, ref: str) -> datetime.date | None:
    if isinstance(cell, datetime.date):
        return cell
    text = _text(cell)
    if text in CLEAR:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        problem = gettext_noop("“%(value)s” is no date that can be read in one way only.")
        raise Wrong(problem, gettext_noop("Write year, month, day: 2026-03-31."), value=text) from error


READERS = {
    "conformity": _conformity,
    "maturity": _maturity,
    "target": _level,
    "note": _words(LONGEST_NOTE),
    "action": _words(LONGEST_ACTION),
    "owner": _owner,
    "effort": _effort,
    "due": _due,
}


def _text(cell: Any) -> str:
    """Return a cell as somebody reads it."""
    return "" if cell is None else str(cell).strip()
