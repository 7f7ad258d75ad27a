import datetime
import io
import itertools
import time
import tracemalloc
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


NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PLACE = "xl/worksheets/sheet1.xml"


def sheet(rows):
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'


def with_a_cell_at(row, far):
    first = '<row><c r="A1"><v>1</v></c></row>'
    return repacked(workbook(First=[["a"]]), {PLACE: sheet(f'{first}<row r="{row}"><c r="{far}"><v>1</v></c></row>')})


def shared_text(length, times):
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, times + 1))
    text = f'<sst xmlns="{NAMESPACE}"><si><t>{"x" * length}</t></si></sst>'
    return repacked(workbook(First=[["a"]]), {PLACE: sheet(rows), "xl/sharedStrings.xml": text})


def entities_in_entities():
    names = "abcdefghij"
    inner = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in itertools.pairwise(names))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{"x" * 1000}">{inner}]>'
    cell = '<row><c r="A1" t="str"><v>&j;</v></c></row>'
    return repacked(workbook(First=[["a"]]), {PLACE: head + sheet(cell)})


def a_row_repeated_to_the_end():
    office, table, text = (f"urn:oasis:names:tc:opendocument:xmlns:{part}:1.0" for part in ("office", "table", "text"))
    cell = '<t:table-cell t:number-columns-repeated="16384" o:value-type="string"><x:p>x</x:p></t:table-cell>'
    rows = f'<t:table-row t:number-rows-repeated="1048576">{cell}</t:table-row>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<o:document-content xmlns:o="{office}" xmlns:t="{table}" xmlns:x="{text}"><o:body><o:spreadsheet>'
            f'<t:table t:name="S">{rows}</t:table></o:spreadsheet></o:body></o:document-content>',
        )
    return out.getvalue()


def an_archive_that_lies_about_its_sizes():
    """Every member says it unpacks to a thousand bytes; one unpacks to 200 MB."""
    content = repacked(workbook(First=[["a"]]), {PLACE: sheet("<!--" + "0" * 200_000_000 + "-->")})
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = -1
        while (place := content.find(signature, place + 1)) != -1:
            content = content[: place + at] + (1000).to_bytes(4, "little") + content[place + at + 4 :]
    return content


HOSTILE = {
    "one row too many": (lambda: with_a_cell_at(20001, "A20001"), "more than 20,000 rows"),
    "one column too many": (lambda: with_a_cell_at(2, "GS2"), "200 columns"),
    "a cell at the far corner": (lambda: with_a_cell_at(1048576, "XFD1048576"), "too much memory"),
    "a cell at the corner of what is allowed": (lambda: with_a_cell_at(20000, "GR20000"), "500,000 cells"),
    "a thousand sheets": (lambda: workbook(**{f"S{n}": [["a"]] for n in range(1000)}), "50 sheets"),
    "large sheets together": (lambda: workbook(**{f"S{n}": [["b"] * 200] * 100 for n in range(26)}), "cells"),
    "one long text in many cells": (lambda: shared_text(1_000_000, 100), "too much memory"),
    "one huge text in many cells": (lambda: shared_text(50_000_000, 1000), "too much memory"),
    "one huge text": (lambda: shared_text(90_000_000, 1), "too much memory"),
    "entities in entities": (entities_in_entities, "damaged"),
    "a row repeated to the end": (a_row_repeated_to_the_end, "damaged|memory|more than"),
    "lies about sizes": (an_archive_that_lies_about_its_sizes, "damaged"),
    "half a workbook": (lambda: workbook(First=[["a"]])[:2000], "damaged"),
    "half a member": (lambda: repacked(workbook(First=[["a"]]), {PLACE: sheet("<row>")[:100]}), "damaged"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_workbook_costs_a_sentence_and_little_more(what):
    make, sentence = HOSTILE[what]
    content = make()
    assert _cost(content, "a.xlsx", sentence) < 10  # on an idle machine below 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a," * 5_000_000, "columns"),
        (b"ab," * 3_300_000, "columns"),
        (b"," * 10_000_000, "columns"),
        (b"a\n" * 5_000_000, "rows"),
        (b'"' + b"a\n" * 5_000_000, "field larger"),
        (b'"\n",' * 2_000_000, "columns"),
        ((b"a," * 150 + b"\n") * 19_000, "500,000 cells"),
        (b",;\t|" * 2_500_000, "columns"),
        (b"a,b\n" * 50_000 + b"\x81", "encoding"),
    ],
)
def test_a_hostile_csv_file_costs_a_sentence_and_little_more(content, sentence):
    tracemalloc.start()
    try:
        assert _cost(content, "a.csv", sentence) < 10
        assert tracemalloc.get_traced_memory()[1] < 150 * 1024**2
    finally:
        tracemalloc.stop()


def _cost(content, name, sentence):
    began = time.monotonic()
    with pytest.raises(UserError, match=sentence):
        sheets.read(content, name)
    return time.monotonic() - began


def test_nul_is_left_out():
    assert sheets.read(b"a,b\n" * 60 + b"a\0b,\0\n", "a.csv")["a.csv"][-1] == ["ab", None]
    content = repacked(
        workbook(First=[["a"]]), {"xl/sharedStrings.xml": f'<sst xmlns="{NAMESPACE}"><si><t>a_x0000_b</t></si></sst>'}
    )
    assert "\0" not in str(sheets.read(content, "a.xlsx"))
