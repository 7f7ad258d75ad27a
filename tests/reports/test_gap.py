import io
import zipfile

import pytest
from pypdf import PdfReader

from annexa.lib import sheets
from annexa.reports import export, gap, gap_template
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap as services
from tests.factories import treatment

pytestmark = pytest.mark.usefixtures("frozen_time")


@pytest.fixture
def assessment(acme):
    made = treatment.assessment(acme)
    treatment.rate(acme, made, "4.1", conformity="conforming", maturity=3)
    treatment.rate(acme, made, "9.2.1", conformity="nonconforming", action="Hold the audit", target=3)
    treatment.rate(acme, made, "A.8.13", conformity="partial", note="=HYPERLINK(1)", owner=acme.membership)
    return made


def section(report, heading):
    return next(each for each in report.sections if each.heading == heading)


def test_the_report_says_what_the_page_says(acme, assessment):
    report = gap.report(acme, assessment)
    assert dict(report.facts)["Readiness"] == "1%"
    assert report.notices == ["This assessment is still open; its figures may change."]
    assert section(report, "Readiness").table.rows[0][:3] == ["4 Context of the organization", "25%", 1]
    assert len(section(report, "Mandatory documents").table.rows) == 16
    assert len(section(report, "Requirements and controls").table.rows) == 123
    assert [group.heading for group in section(report, "Requirements and controls").table.groups][-1] == "Technological"


def test_the_plan_shows_each_figure(acme, assessment):
    first, second = section(gap.report(acme, assessment), "Action plan").table.rows
    assert first[:7] == [1, "9.2.1", "Hold the audit", "Yes", 1.3, "1 assumed", 1.3]
    assert (second[1], second[3]) == ("A.8.13", "No")


def test_a_closed_assessment_says_when(acme, assessment):
    services.close_assessment(actor=acme, assessment=assessment)
    report = gap.report(acme, assessment)
    assert report.notices == []
    assert dict(report.facts)["State"] == "Closed on 2 Mar 2026"


def test_the_pdf_can_be_read(acme, assessment):
    content = export.export(gap.report(acme, assessment), "pdf", "gap").content
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "Hold the audit" in words
    assert "Technological" in words


@pytest.mark.parametrize("rows", [gap_template.empty_rows, None])
def test_the_template_has_its_three_sheets(acme, assessment, rows):
    given = rows() if rows else gap_template.filled_rows(queries.ratings(assessment))
    book = sheets.read(gap_template.build(given, "Gap"), "a.xlsx")
    assert list(book) == ["Read me", "Clauses", "Annex A"]
    assert book["Clauses"][0][:4] == ["Id", "Title", "Conformity", "Maturity now"]
    assert book["Annex A"][1][0] == "A.5.1"


def test_what_looks_like_a_formula_stays_text(acme, assessment):
    content = gap_template.build(gap_template.filled_rows(queries.ratings(assessment)), "=cmd()")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        written = b"".join(archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/"))
    assert b"<f>" not in written
