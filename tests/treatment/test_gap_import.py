import io

import pytest
import xlsxwriter

from annexa.lib import clock, sheets
from annexa.lib.errors import Conflict, NotAllowed, UserError
from annexa.reports import gap_template
from annexa.treatment.queries import gap as queries
from annexa.treatment.queries import gap_import as previews
from annexa.treatment.services import gap_import
from tests.factories import organizations as make
from tests.factories import treatment

pytestmark = pytest.mark.usefixtures("frozen_time")
HEAD = ["Id", "Conformity", "Maturity now", "Note"]


@pytest.fixture
def assessment(acme):
    return treatment.assessment(acme)


def workbook(*rows, head=HEAD):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Clauses")
        for number, row in enumerate([head, *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def test_a_second_import_of_the_same_file_changes_nothing(acme, assessment):
    content = workbook(["4.1", "Partly", 2, "Half done"], ["A.5.1", "Conforms", 3, ""])
    terms = {"actor": acme, "assessment": assessment, "content": content, "name": "a.xlsx"}
    assert gap_import.import_sheet(**terms) == 2
    row = treatment.row(assessment, "4.1")
    assert (row.conformity, row.maturity, row.note) == ("partial", 2, "Half done")
    assert gap_import.import_sheet(**terms) == 0


def test_the_filled_template_comes_back_unchanged(acme, assessment):
    treatment.rate(
        acme,
        assessment,
        "A.8.13",
        conformity="partial",
        maturity=1,
        note="=1+1",
        action="-> restore",
        owner=acme.membership,
        effort="1.5",
        due=clock.today(),
    )
    content = gap_template.build(gap_template.filled_rows(queries.ratings(assessment)), "Gap")
    found = previews.preview(acme, assessment, content, "template.xlsx")
    assert (found.changes, found.troubles, found.ignored) == ([], [], [])
    assert found.unchanged == 123


def test_the_preview_shows_before_and_after(acme, assessment):
    found = previews.preview(acme, assessment, workbook(["4.1", "Partly", 2, ""], ["4.2", "", "", ""]), "a.xlsx")
    (change,) = found.changes
    assert change.fields == [("conformity", "not_assessed", "partial"), ("maturity", None, 2)]
    assert found.cells == 2
    assert treatment.row(assessment, "4.1").conformity == "not_assessed"


def test_one_bad_cell_stops_everything(acme, assessment):
    content = workbook(["4.1", "Partly", 2, ""], ["4.2", "green", 9, ""])
    with pytest.raises(UserError) as error:
        gap_import.import_sheet(actor=acme, assessment=assessment, content=content, name="a.xlsx")
    lines = error.value.sentence.splitlines()
    assert lines[0] == "Nothing was imported, because 2 cells need another look."
    assert lines[1].startswith("Clauses!B3: “green” is no conformity. Choose from the list:")
    assert treatment.row(assessment, "4.1").conformity == "not_assessed"


def test_what_changed_since_the_preview_is_shown_again(acme, assessment):
    with pytest.raises(Conflict):
        gap_import.import_sheet(
            actor=acme,
            assessment=assessment,
            content=workbook(["4.1", "Partly", 2, ""]),
            name="a.xlsx",
            seen=clock.now().replace(year=2025),
        )


def test_a_contributor_imports_nothing(acme, assessment):
    jonas = make.member(acme)
    with pytest.raises(NotAllowed):
        gap_import.import_sheet(actor=jonas, assessment=assessment, content=b"", name="a.xlsx")


def test_csv_comes_in_too(acme, assessment):
    text = "Id;Conformity;Due\nA.5.1;Conforms;2026-12-01\n"
    assert gap_import.import_sheet(actor=acme, assessment=assessment, content=text.encode(), name="a.csv") == 1


def test_the_empty_template_has_every_row_and_changes_nothing(acme, assessment):
    content = gap_template.build(gap_template.empty_rows(), "Self-assessment")
    book = sheets.read(content, "template.xlsx")
    assert [(name, len(rows)) for name, rows in book.items()][1:] == [("Clauses", 31), ("Annex A", 94)]
    found = previews.preview(acme, assessment, content, "template.xlsx")
    assert (found.changes, found.unchanged, found.troubles) == ([], 0, [])
