"""Read the cells of a spreadsheet that somebody sent: XLSX, ODS or CSV, within limits.

A workbook is read by a process of its own with little memory: a file of a few hundred bytes can name a cell at the far
corner of a sheet and make any reader allocate everything in between. What is counted is counted before rows are made.
"""

import codecs
import csv
import datetime
import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from annexa.lib.errors import UserError

Cell = str | int | float | bool | datetime.date | None
Rows = list[list[Cell]]
Book = dict[str, Rows]

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_COLUMNS = 200
MOST_ROWS = 20_000
MOST_SHEETS = 50
MOST_CELLS = 500_000  # over all sheets, the empty ones between others included
MOST_TEXT = 20 * 1024 * 1024  # characters over all sheets: a shared text is stored once and read as often as it is used
MOST_LINE = 1024 * 1024  # characters in one record of a CSV file
MOST_MEMORY = 768 * 1024 * 1024
MOST_SECONDS, MOST_PROCESSOR_SECONDS = 15, 4
PIECE = 64 * 1024
DELIMITERS = ",;\t|"
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read(content: bytes, name: str) -> Book:
    """Return the rows of each sheet, a CSV file being one sheet with the file's name; raises UserError."""
    if not content.strip():
        raise UserError(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise UserError(_("The file is larger than %(size)s MB.") % {"size": MOST_BYTES // 1024**2})
    if content.startswith(OLD_EXCEL):
        raise UserError(_("This is an old or a protected workbook. Save it as .xlsx without a password."))
    if content.startswith(ZIP):
        _check_archive(content)
        return _read_apart(content)
    if not name.lower().endswith((".csv", ".tsv", ".txt")):
        raise UserError(_("Annexa reads .xlsx, .ods and .csv files; this is none of them."))
    return {name: _read_csv(content)}


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError) as error:
        raise _damaged() from error
    if unpacked > MOST_UNPACKED:
        raise UserError(_("The workbook unpacks to more than %(size)s MB.") % {"size": MOST_UNPACKED // 1024**2})


def _read_apart(content: bytes) -> Book:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "annexa.lib.sheets"], input=content, capture_output=True, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise _exhausting() from error
    answer: dict[str, Any] = {"exhausting": True} if done.returncode else json.loads(done.stdout)
    if "sheets" in answer:
        return {name: [[_cell(value) for value in row] for row in rows] for name, rows in answer["sheets"].items()}
    if "large" in answer:
        raise _too_large(answer["large"])
    if "many" in answer:
        raise _too_many()
    raise _exhausting() if "exhausting" in answer else _damaged()


def _damaged() -> UserError:
    return UserError(
        _("The workbook cannot be read; it may be damaged. Open it, save it again as .xlsx and try once more.")
    )


def _too_large(sheet: str) -> UserError:
    return UserError(
        _("The sheet “%(sheet)s” has more than %(rows)s rows or %(columns)s columns.")
        % {"sheet": sheet, "rows": f"{MOST_ROWS:,}", "columns": MOST_COLUMNS}
    )


def _too_many() -> UserError:
    return UserError(
        _("The file has more than %(sheets)s sheets or %(cells)s cells. Leave in it what is to be read.")
        % {"sheets": MOST_SHEETS, "cells": f"{MOST_CELLS:,}"}
    )


def _exhausting() -> UserError:
    return UserError(
        _("Reading the workbook takes too long or too much memory. Copy the rows to a new workbook and try once more.")
    )


def _cell(value: Any) -> Cell:
    """Undo _plain."""
    if isinstance(value, list):
        return datetime.date.fromisoformat(value[0])
    return None if value == "" else value


def _read_csv(content: bytes) -> Rows:
    encoding = _encoding(content)
    rows: Rows = []
    cells = 0
    try:
        for row in csv.reader(_lines(content, encoding, rows), delimiter=_delimiter(content, encoding)):
            cells += len(row)
            if len(rows) == MOST_ROWS or len(row) > MOST_COLUMNS:
                raise _too_large("CSV")
            if cells > MOST_CELLS:
                raise _too_many()
            rows.append([_text(value) or None for value in row])
    except csv.Error as error:
        raise UserError(_("The CSV file cannot be read: %(why)s.") % {"why": error}) from error
    return rows


def _lines(content: bytes, encoding: str, rows: Rows) -> Iterator[str]:
    """Yield lines as long as the record they belong to stays short; a quotation mark may join any number of them."""
    complete, record = 0, 0
    for line in io.TextIOWrapper(io.BytesIO(content), encoding, newline=""):
        if complete != len(rows):
            complete, record = len(rows), 0
        record += len(line)
        if record > MOST_LINE:
            raise _too_large("CSV")
        yield line


def _encoding(content: bytes) -> str:
    """Try what spreadsheets write: UTF-8, UTF-16 with or without its mark, then the Windows code page."""
    encodings = ["utf-8-sig", "cp1252"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in content[:200]:
        encodings = ["utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"]
    for encoding in encodings:
        try:
            for _piece in codecs.iterdecode(_pieces(content), encoding):
                pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise UserError(_("The CSV file is in no known encoding. Save it as UTF-8."))


def _pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


def _delimiter(content: bytes, encoding: str) -> str:
    """Return the delimiter that splits the first rows into most columns."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding).read(PIECE)
    head = "\n".join([line for line in text.splitlines() if line.strip()][:5])

    def columns(delimiter: str) -> int:
        try:
            return sum(len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=columns)


def _read_workbook(content: bytes) -> dict[str, Any]:
    """Return every sheet with its rows from the very first cell on; runs in the process apart."""
    sheets: dict[str, list[list[Any]]] = {}
    cells = text = 0
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        if len(workbook.sheet_names) > MOST_SHEETS:
            return {"many": True}
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            last_row, last_column = sheet.end or (0, 0)  # counted from 0
            if last_row >= MOST_ROWS or last_column >= MOST_COLUMNS:
                return {"large": name}
            cells += (last_row + 1) * (last_column + 1)
            if cells > MOST_CELLS:
                return {"many": True}
            sheets[name] = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            text += sum(len(value) for row in sheets[name] for value in row if isinstance(value, str))
            if text > MOST_TEXT:
                return {"exhausting": True}
    return {"sheets": sheets}


def _plain(value: Any) -> Any:
    """Return a value for JSON: a day as a list of one, whole floats as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime.datetime):
        return [value.date().isoformat()]
    if isinstance(value, datetime.date):
        return [value.isoformat()]
    return value if isinstance(value, int | float | bool) else _text(str(value))


def _text(value: str) -> str:
    """Return a text without NUL, which no database keeps."""
    return value.replace("\x00", "")


def _answer() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_PROCESSOR_SECONDS, MOST_PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = _read_workbook(sys.stdin.buffer.read())
    except (CalamineError, ValueError, OSError):
        answer = {"damaged": True}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _answer()
