"""A workbook: a first sheet with facts and notices, then a sheet per table."""

import datetime
import io
import re
from decimal import Decimal
from typing import Any

import xlsxwriter

from annexa.reports.document import Report, Section, Table
from annexa.reports.formats import text

SHEET_NAME = 31
CHARACTERS = 14  # per unit of a column's width
INK, PALE, WARN = "#1a3a5c", "#eef2f6", "#fff4d6"
Formats = dict[str, Any]


def render(report: Report) -> bytes:
    """Return the report as XLSX; text stays text, whatever it begins with."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": report.title, "subject": report.subtitle, "created": datetime.datetime(2000, 1, 1)})
    formats = _formats(book)
    names = {text(report.words.get("about") or "About").casefold()}
    _about(book.add_worksheet(text(report.words.get("about") or "About")), report, formats)
    for section in report.sections:
        if section.table:
            _table(book.add_worksheet(_sheet_name(section, names)), section.table, formats, report)
    book.close()
    return out.getvalue()


def _formats(book: xlsxwriter.Workbook) -> Formats:
    top = {"valign": "top"}
    return {
        "title": book.add_format({"bold": True, "font_size": 18, "font_color": INK}),
        "head": book.add_format({"bold": True, "font_color": "#ffffff", "bg_color": INK, "text_wrap": True, **top}),
        "group": book.add_format({"bold": True, "bg_color": PALE, **top}),
        "key": book.add_format({"bold": True, **top}),
        "notice": book.add_format({"bold": True, "bg_color": WARN, "text_wrap": True, **top}),
        "wrap": book.add_format({"text_wrap": True, **top}),
        "plain": book.add_format(top),
        "date": book.add_format({"num_format": "yyyy-mm-dd", **top}),
    }


def _about(sheet: Any, report: Report, formats: Formats) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, text(report.title), formats["title"])
    sheet.write_string(1, 0, text(report.subtitle), formats["plain"])
    line = 3
    for notice in report.notices:
        sheet.merge_range(line, 0, line, 1, text(notice), formats["notice"])
        sheet.set_row(line, 15 * (1 + len(notice) // 110))
        line += 1
    for key, value in report.facts:
        sheet.write_string(line, 0, text(key), formats["key"])
        sheet.write_string(line, 1, text(value), formats["wrap"])
        line += 1
    for section in report.sections:
        if section.paragraphs:
            line += 1
            sheet.write_string(line, 0, text(section.heading), formats["key"])
        for paragraph in section.paragraphs:
            sheet.write_string(line, 1, text(paragraph), formats["wrap"])
            line += 1


def _table(sheet: Any, table: Table, formats: Formats, report: Report) -> None:
    rows = table.rows
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, max(8, min(80, column.width * CHARACTERS)))
        sheet.write_string(0, index, text(column.label), formats["head"])
    styles = [formats["wrap" if column.wrap else "plain"] for column in table.columns]
    for line, row in enumerate(rows, 1):
        for index, value in enumerate(row):
            _cell(sheet, line, index, value, styles[index], formats["date"])
    sheet.freeze_panes(1, 1)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(table.columns) - 1)
    if report.landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{text(report.footer).replace('&', '&&')[:180]}&R&P / &N")


def _cell(sheet: Any, line: int, index: int, value: Any, style: Any, date: Any) -> None:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        sheet.write_string(line, index, text(value)[:32_767], style)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(line, index, value, style)
    elif isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        sheet.write_datetime(line, index, value, date)
    else:
        sheet.write_string(line, index, text(value)[:32_767], style)


def _sheet_name(section: Section, taken: set[str]) -> str:
    wanted = section.table.name if section.table else ""
    base = re.sub(r"[\[\]:*?/\\]", " ", text(wanted or section.heading)).strip().strip("'") or "Table"
    name, number = base[:SHEET_NAME], 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: SHEET_NAME - 3]} {number}"
    taken.add(name.casefold())
    return name
