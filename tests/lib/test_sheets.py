import datetime
import io
import zipfile

import pytest
import xlsxwriter

from annexa.lib import sheets
from annexa.lib.errors import UserError


def workbook(**named):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in named.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


def repacked(content, replace):
    """Return a workbook with parts of its archive replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, replace.get(entry, old.read(entry)))
    return out.getvalue()


def test_every_sheet_with_values_at_their_place():
    rows = [["Id", "Days"], ["4.1", 2], ["4.2", 0.5], [], ["x", True, datetime.date(2026, 3, 1)]]
    book = sheets.read(workbook(First=rows, Second=[["", "b1"]]), "plan.xlsx")
    assert book["First"][:3] == [["Id", "Days", None], ["4.1", 2, None], ["4.2", 0.5, None]]
    assert book["First"][4] == ["x", True, datetime.date(2026, 3, 1)]
    assert book["Second"] == [[None, "b1"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_finds_its_delimiter(delimiter):
    text = f'Id{delimiter}Note\n4.1{delimiter}"one, two; three"\n4.2{delimiter}\n'
    assert sheets.read(text.encode(), "a.csv") == {"a.csv": [["Id", "Note"], ["4.1", "one, two; three"], ["4.2", None]]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_csv_finds_its_encoding(encoding):
    rows = sheets.read("Id;Größe\n4.1;für\n".encode(encoding), "a.csv")["a.csv"]
    assert rows == [["Id", "Größe"], ["4.1", "für"]]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.xlsx", "empty"),
        (b"x" * (sheets.MOST_BYTES + 1), "a.csv", "larger than 10 MB"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "a.xls", "protected"),
        (b"PK\x03\x04 no archive", "a.xlsx", "damaged"),
        (b"%PDF-1.7", "a.pdf", "none of them"),
        (b"a\x81b", "a.csv", "encoding"),
        (b"a,b\n" * (sheets.MOST_ROWS + 1), "a.csv", "rows"),
        (b"a," * (sheets.MOST_COLUMNS + 1), "a.csv", "columns"),
    ],
)
def test_what_cannot_be_read_is_said(content, name, sentence):
    with pytest.raises(UserError, match=sentence):
        sheets.read(content, name)


def test_an_archive_that_unpacks_to_too_much_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", b"0" * (sheets.MOST_UNPACKED + 1))
    with pytest.raises(UserError, match="unpacks"):
        sheets.read(out.getvalue(), "bomb.xlsx")


def test_an_archive_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(UserError, match="damaged"):
        sheets.read(out.getvalue(), "a.xlsx")


@pytest.mark.parametrize(("row", "far"), [(20001, "A20001"), (2, "GZ2")])
def test_a_sheet_beyond_the_limits_is_refused(row, far):
    content = workbook(First=[["a"]])
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{far}"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(UserError, match="more than"):
        sheets.read(repacked(content, {"xl/worksheets/sheet1.xml": xml}), "a.xlsx")


def test_a_cell_at_the_far_corner_takes_no_memory_here():
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(UserError, match=r"damaged|more than"):
        sheets.read(repacked(workbook(First=[["a"]]), {"xl/worksheets/sheet1.xml": xml}), "a.xlsx")
