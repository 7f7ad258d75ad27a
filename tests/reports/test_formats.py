"""The same report in four formats: whole, safe to open, and quick."""

import csv
import io
import time
import zipfile

import docx
import pypdf
import pytest
from python_calamine import CalamineWorkbook

from annexa.reports.document import Column, Group, Report, Section, Table
from annexa.reports.formats import csv as csv_format
from annexa.reports.formats import docx as docx_format
from annexa.reports.formats import pdf, text, xlsx

HOSTILE = "=HYPERLINK(\"http://x\") #emph[x] $x$ <w:p/> & 'q'"
COLUMNS = [Column("Id", 0.7), Column("Control", 2, wrap=True), Column("Effort")]


def report(rows=93, **changes):
    body = [[f"A.5.{number}", f"{HOSTILE} {number}", number] for number in range(1, rows + 1)]
    table = Table(COLUMNS, [Group("Organizational", body[:37]), Group("Own", body[37:])], "SoA")
    given = {
        "title": "Statement of Applicability",
        "subtitle": "Acme",
        "facts": [("Version", "v1"), ("Approved by", "Ruth Calder")],
        "notices": ["Preliminary: not derived from risk treatment."],
        "sections": [Section("Controls", ["One sentence."], table)],
        "footer": "Acme · v1",
        "landscape": True,
    }
    return Report(**{**given, **changes})


def read_pdf(content):
    return pypdf.PdfReader(io.BytesIO(content))


def words(page):
    return " ".join(page.extract_text().split())


def sheets(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


class TestPdf:
    def test_is_tagged_with_title_and_language(self):
        found = read_pdf(pdf.render(report(language="de")))
        root = found.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "de"
        assert "/StructTreeRoot" in root
        assert found.metadata.title == "Statement of Applicability"
        assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()

    def test_has_a_title_page_then_pages_with_numbers_and_the_heading_row(self):
        pages = read_pdf(pdf.render(report())).pages
        assert "Ruth Calder" in words(pages[0])
        assert "Preliminary" in words(pages[0])
        assert f"Page 2 of {len(pages)}" in words(pages[1])
        assert all("Id Control Effort" in words(page) for page in pages[1:])

    def test_holds_every_row_as_it_was_written(self):
        everything = " ".join(words(page) for page in read_pdf(pdf.render(report())).pages)
        assert everything.count("#emph[x] $x$") == 93

    def test_the_same_report_gives_the_same_bytes(self):
        assert pdf.render(report(3)) == pdf.render(report(3))

    def test_words_of_the_layout_are_translated(self):
        assert "Seite 1 von 2" in words(read_pdf(pdf.render(report(1, words={"page": "Seite", "of": "von"}))).pages[0])

    @pytest.mark.parametrize("title", ["名前", "🎉 party", "bad\x00\x0bbytes", "\ud800"])
    def test_any_script_comes_through(self, title):
        assert read_pdf(pdf.render(report(1, title=title))).pages


class TestXlsx:
    def test_begins_with_facts_and_notices(self):
        about = sheets(xlsx.render(report()))["About"]
        cells = [cell for row in about for cell in row]
        assert "Preliminary: not derived from risk treatment." in cells
        assert "Ruth Calder" in cells

    def test_has_a_sheet_per_table_with_numbers_as_numbers(self):
        rows = sheets(xlsx.render(report()))["SoA"]
        assert rows[0] == ["Id", "Control", "Effort"]
        assert len(rows) == 94
        assert rows[93][2] == 93.0

    def test_text_never_becomes_a_formula(self):
        with zipfile.ZipFile(io.BytesIO(xlsx.render(report()))) as book:
            assert not any(b"<f>" in book.read(name) for name in book.namelist())

    def test_head_stays_and_filters(self):
        with zipfile.ZipFile(io.BytesIO(xlsx.render(report()))) as book:
            sheet = book.read("xl/worksheets/sheet2.xml")
        assert b'state="frozen"' in sheet
        assert b'<autoFilter ref="A1:C94"' in sheet

    def test_sheets_get_names_that_a_spreadsheet_takes(self):
        table = Table(COLUMNS, [], "")
        found = xlsx.render(
            report(sections=[Section("A/B: [x]" + "y" * 40, table=table)] * 2 + [Section("about", table=table)])
        )
        assert [len(name) <= 31 for name in sheets(found)] == [True] * 4


class TestDocx:
    def test_has_headings_and_a_repeating_landscape_table(self):
        found = docx.Document(io.BytesIO(docx_format.render(report())))
        assert [p.text for p in found.paragraphs if p.style.name in ("Title", "Heading 1")] == [
            "Statement of Applicability",
            "Controls",
        ]
        facts, table = found.tables
        assert facts.rows[1].cells[1].text == "Ruth Calder"
        assert len(table.rows) == 1 + 93 + 2
        assert "tblHeader" in table.rows[0]._tr.xml
        assert found.sections[0].page_width > found.sections[0].page_height
        assert found.core_properties.title == "Statement of Applicability"

    def test_keeps_text_as_text(self):
        found = docx.Document(io.BytesIO(docx_format.render(report(1))))
        assert found.tables[1].rows[2].cells[1].text == f"{HOSTILE} 1"


class TestCsv:
    def read(self, content):
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))

    def test_holds_the_table_and_disarms_formulas(self):
        rows = self.read(csv_format.render(report()))
        assert rows[0] == ["Id", "Control", "Effort"]
        assert rows[1][1] == f"'{HOSTILE} 1"
        assert len(rows) == 94

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_every_beginning_of_a_formula_is_disarmed(self, start):
        table = Table([Column("A")], [Group("", [[f"{start}1"]])])
        assert self.read(csv_format.render(report(sections=[Section("", table=table)])))[1] == [f"'{start}1"]

    def test_several_tables_say_which_is_which(self):
        table = Table([Column("A")], [Group("", [[1]])])
        given = report(sections=[Section("Words only"), Section("One", table=table), Section("Two", table=table)])
        assert self.read(csv_format.render(given)) == [["One"], ["A"], ["1"], [], ["Two"], ["A"], ["1"]]


def test_values_are_shown_plainly():
    assert [text(value) for value in (None, 2.50, 3.0, ["a", 1], "x\x07")] == ["", "2.5", "3", "a, 1", "x"]


@pytest.mark.slow
@pytest.mark.parametrize(("render", "goal"), [(pdf.render, 0.5), (xlsx.render, 0.2), (docx_format.render, 0.5)])
def test_93_rows_are_quick(render, goal):
    render(report(92))
    start = time.perf_counter()
    render(report())
    assert time.perf_counter() - start < goal
