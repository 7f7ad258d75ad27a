"""The self-assessment workbook: empty for anybody, or filled with what an assessment says so far."""

import datetime
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from annexa.catalog import library
from annexa.treatment.importers.gap_sheet import COLUMNS
from annexa.treatment.models import Conformity, GapRating
from annexa.treatment.queries import gap

WIDTHS = {
    "ref": 9,
    "title": 46,
    "conformity": 16,
    "maturity": 10,
    "target": 9,
    "note": 50,
    "action": 40,
    "owner": 26,
    "effort": 10,
    "due": 12,
}
LEVEL_COLUMNS = ("maturity", "target")
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Row:
    """One row of the workbook."""

    ref: str
    title: str
    kind: str
    values: dict[str, Any]


def empty_rows() -> list[Row]:
    """Return a row for each requirement and control of ISO/IEC 27001:2022, nothing rated."""
    nodes = library.frameworks()[library.ISO_27001].nodes
    return [Row(node.id, gap.title_of(node), node.kind, {}) for node in nodes if node.is_assessable]


def filled_rows(ratings: Iterable[GapRating]) -> list[Row]:
    """Return a row for each rating, with what it says."""
    return [Row(r.requirement.ref, gap.heading(r.requirement), r.requirement.kind, _values(r)) for r in ratings]


def build(rows: Sequence[Row], title: str) -> bytes:
    """Return the workbook; whatever text begins with, it stays text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, SAFE)
    book.set_properties({"title": title, "created": datetime.datetime(2000, 1, 1)})
    head = book.add_format(
        {"bold": True, "font_color": "#ffffff", "bg_color": "#1a3a5c", "valign": "top", "text_wrap": True}
    )
    styles = {
        "head": head,
        "fixed": book.add_format({"valign": "top", "text_wrap": True, "font_color": "#3d4a5c"}),
        "text": book.add_format({"valign": "top", "text_wrap": True}),
        "date": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
        "title": book.add_format({"bold": True, "font_size": 16, "font_color": "#1a3a5c"}),
        "key": book.add_format({"bold": True, "valign": "top"}),
    }
    _read_me(book.add_worksheet(_("Read me")), title, styles)
    clauses = [row for row in rows if row.kind == "requirement"]
    _sheet(book.add_worksheet(_("Clauses")), clauses, styles, _conformities(with_out=False))
    controls = [row for row in rows if row.kind == "control"]
    _sheet(book.add_worksheet(_("Annex A")), controls, styles, _conformities(with_out=True))
    book.close()
    return out.getvalue()


def _values(rating: GapRating) -> dict[str, Any]:
    assessed = rating.conformity != Conformity.NOT_ASSESSED
    return {
        "conformity": rating.get_conformity_display() if assessed else "",
        "maturity": rating.maturity,
        "target": rating.target,
        "note": rating.note,
        "action": rating.action,
        "owner": rating.owner.person.email if rating.owner else "",
        "effort": rating.effort,
        "due": rating.due,
    }


def _conformities(*, with_out: bool) -> list[str]:
    return [str(label) for value, label in Conformity.choices if with_out or value != Conformity.NOT_APPLICABLE]


def _sheet(sheet: Any, rows: Sequence[Row], styles: dict[str, Any], conformities: list[str]) -> None:
    names = list(COLUMNS)
    for index, name in enumerate(names):
        sheet.set_column(index, index, WIDTHS[name])
        sheet.write_string(0, index, _(COLUMNS[name]), styles["head"])
    for line, row in enumerate(rows, 1):
        for index, value in enumerate((row.ref, row.title)):
            sheet.write_string(line, index, value, styles["fixed"])
        for name, value in row.values.items():
            _write(sheet, line, names.index(name), value, styles)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(rows), len(names) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    _validate(sheet, len(rows), names, conformities)


def _write(sheet: Any, line: int, index: int, value: Any, styles: dict[str, Any]) -> None:
    if isinstance(value, datetime.date):
        sheet.write_datetime(line, index, value, styles["date"])
    elif isinstance(value, int | Decimal):
        sheet.write_number(line, index, value, styles["text"])
    elif value:
        sheet.write_string(line, index, value, styles["text"])


def _validate(sheet: Any, last: int, names: list[str], conformities: list[str]) -> None:
    at = names.index
    sheet.data_validation(
        1,
        at("conformity"),
        last,
        at("conformity"),
        {
            "validate": "list",
            "source": conformities,
            "error_title": _("Conformity"),
            "error_message": _("Choose from the list."),
        },
    )
    for name in LEVEL_COLUMNS:
        sheet.data_validation(
            1,
            at(name),
            last,
            at(name),
            {
                "validate": "integer",
                "criteria": "between",
                "minimum": 0,
                "maximum": 5,
                "error_title": _("Maturity"),
                "error_message": _("A whole number from 0 to 5."),
            },
        )
    sheet.data_validation(
        1,
        at("effort"),
        last,
        at("effort"),
        {
            "validate": "decimal",
            "criteria": ">",
            "value": 0,
            "error_title": _("Effort"),
            "error_message": _("A number of days."),
        },
    )
    sheet.data_validation(
        1,
        at("due"),
        last,
        at("due"),
        {
            "validate": "date",
            "criteria": ">",
            "value": datetime.date(2000, 1, 1),
            "error_title": _("Due"),
            "error_message": _("A date."),
        },
    )


def _read_me(sheet: Any, title: str, styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, title, styles["title"])
    for line, (key, sentence) in enumerate(_instructions(), 2):
        sheet.write_string(line, 0, key, styles["key"])
        sheet.write_string(line, 1, sentence, styles["text"])


def _instructions() -> list[tuple[str, str]]:
    return [
        (
            _("What this is"),
            _("A self-assessment against ISO/IEC 27001:2022 with Amendment 1:2024: 30 requirements and 93 controls."),
        ),
        (
            _("How to fill it"),
            _("Go through the sheets Clauses and Annex A row by row. Any order will do; rows may stay empty."),
        ),
        (
            _("Conformity"),
            _("Conforms, partly, or not met, as an auditor would see it. Only Annex A controls can be not applicable."),
        ),
        (
            _("Maturity"),
            _("0 nothing, 1 by chance, 2 planned, 3 done and written down, 4 measured, 5 improving by itself."),
        ),
        (
            _("Readiness"),
            _("What conforms ÷ everything that applies. Partly met does not count: an auditor would not accept it."),
        ),
        (_("Owner e-mail"), _("The address with which the person signs in to Annexa.")),
        (_("Due"), _("A date, or year, month and day as text: 2026-03-31.")),
        (
            _("Bringing it back"),
            _("In Annexa open Gap analysis, then Import. You see every change before anything is stored."),
        ),
        ("", _("An empty cell leaves what Annexa has; a single hyphen empties it. All rows are taken, or none.")),
        ("", _("Keep the ids and the headings. Rows may be sorted, and columns moved or added.")),
        (
            _("Wording"),
            _("Ids and short titles are those of the standard; the standard itself is sold by ISO and its members."),
        ),
    ]
