"""Read the cells of a spreadsheet that somebody sent: XLSX, ODS or CSV, within limits.

A workbook is read by a process of its own with little memory: a file of a few hundred bytes can name a cell at the far
corner of a sheet and make any reader allocate everything in between.
"""

import csv
import datetime
import io
import json
import resource
import subprocess
import sys
import zipfile
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
MOST_MEMORY = 1024 * 1024 * 1024
MOST_SECONDS = 30
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
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError) as error:
        raise _damaged() from error
    if "sheets" in answer:
        return {name: [[_cell(value) for value in row] for row in rows] for name, rows in answer["sheets"].items()}
    if "large" in answer:
        raise _too_large(answer["large"])
    raise _damaged()


def _damaged() -> UserError:
    return UserError(
        _("The workbook cannot be read; it may be damaged. Open it, save it again as .xlsx and try once more.")
    )


def _too_large(sheet: str) -> UserError:
    return UserError(
        _("The sheet “%(sheet)s” has more than %(rows)s rows or %(columns)s columns.")
        % {"sheet": sheet, "rows": f"{MOST_ROWS:,}", "columns": MOST_COLUMNS}
    )


def _cell(value: Any) -> Cell:
    """Undo _plain."""
    if isinstance(value, list):
        return datetime.date.fromisoformat(value[0])
    return None if value == "" else value


def _read_csv(content: bytes) -> Rows:
    text = _decode(content)
    try:
        rows: Rows = [
            [value or None for value in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        ]
    except csv.Error as error:
        raise UserError(_("The CSV file cannot be read: %(why)s.") % {"why": error}) from error
    if len(rows) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in rows):
        raise _too_large("CSV")
    return rows


def _decode(content: bytes) -> str:
    """Try what spreadsheets write: UTF-8, UTF-16 with or without its mark, then the Windows code page."""
    encodings = ["utf-8-sig", "cp1252"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in content[:200]:
        encodings = ["utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(_("The CSV file is in no known encoding. Save it as UTF-8."))


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the first rows into most columns."""
    head = "\n".join([line for line in text.splitlines() if line.strip()][:5])

    def columns(delimiter: str) -> int:
        try:
            return sum(len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=columns)


def _read_workbook(content: bytes) -> dict[str, Any]:
    """Return every sheet with its rows from the very first cell on; runs in the process apart."""
    sheets = {}
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        for name in workbook.sheet_names[:MOST_SHEETS]:
            sheet = workbook.get_sheet_by_name(name)
            last_row, last_column = sheet.end or (0, 0)  # counted from 0
            if last_row >= MOST_ROWS or last_column >= MOST_COLUMNS:
                return {"large": name}
            sheets[name] = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    return {"sheets": sheets}


def _plain(value: Any) -> Any:
    """Return a value for JSON: a day as a list of one, whole floats as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime.datetime):
        return [value.date().isoformat()]
    if isinstance(value, datetime.date):
        return [value.isoformat()]
    return value if isinstance(value, str | int | float | bool) else str(value)


def _answer() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        answer = _read_workbook(sys.stdin.buffer.read())
    except (CalamineError, ValueError, MemoryError, OSError):
        answer = {"damaged": True}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _answer()
