"""Comma-separated values: the tables only, one below the other."""

import csv
import io
from typing import Any

from annexa.reports.document import Report, Table
from annexa.reports.formats import FORMULA_STARTS, text


def render(report: Report) -> bytes:
    """Return the report's tables as CSV that a spreadsheet opens without running anything."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    tables = [(section.heading, section.table) for section in report.sections if section.table]
    for number, (heading, table) in enumerate(tables):
        if number:
            writer.writerow([])
        if len(tables) > 1:
            writer.writerow([_safe(heading or table.name)])
        _write(writer, table)
    return out.getvalue().encode("utf-8-sig")


def _write(writer: Any, table: Table) -> None:
    writer.writerow([_safe(column.label) for column in table.columns])
    writer.writerows([_safe(value) for value in row] for row in table.rows)


def _safe(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    plain = text(value)
    return f"'{plain}" if plain.startswith(FORMULA_STARTS) else plain
