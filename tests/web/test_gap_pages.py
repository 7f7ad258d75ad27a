import json
import re
from datetime import date

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annexa.lib import clock
from annexa.organizations.roles import Role
from annexa.reports import gap_template
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap
from tests.factories import organizations as make
from tests.factories import treatment

MOST_QUERIES = 12
HTMX = {"HX-Request": "true"}
OVERHEAD = ("SAVEPOINT", "RELEASE", "set local", "BEGIN", "COMMIT")


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.FILES = tmp_path / "files"


def _kept(folder):
    return [file for file in folder.rglob("*") if file.is_file()]


@pytest.fixture
def assessment(acme):
    return treatment.assessment(acme)


@pytest.fixture
def page(client, acme):
    """Return what asks for pages of the gap analysis as the owner."""
    make.signed_in(client, acme)
    return lambda path="", **query: client.get(make.url(acme, f"gap/{path}"), query)


@pytest.fixture
def post(client, acme):
    make.signed_in(client, acme)
    return lambda path, data=None, **more: client.post(make.url(acme, f"gap/{path}"), data or {}, **more)


def path_of(row, verb=""):
    return f"{row.assessment.number}/{row.pk}/{verb}"


def text(response):
    return response.content.decode()


def refs(response):
    return re.findall(r'<span class="id">([^<]+)</span><span class="t" title', text(response))


def asked(captured):
    return [each["sql"] for each in captured if not each["sql"].startswith(OVERHEAD)]


def test_an_organization_that_has_not_begun_is_shown_how(page):
    response = page()
    assert response.status_code == 200
    assert "Start an assessment" in text(response)


def test_the_page_shows_every_row_and_the_figures(page, acme, assessment):
    treatment.rate(acme, assessment, "4.1", conformity="conforming", maturity=3)
    treatment.rate(acme, assessment, "9.2.1", conformity="nonconforming", action="Hold the audit")
    response = page()
    assert response.status_code == 200
    assert len(refs(response)) == 123
    assert "What moves readiness most" in text(response)
    assert "Hold the audit (9.2.1)" in text(response)
    assert f"/gap/{assessment.number}/?conformity=conforming#table-gap" in text(response)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"part": "requirement"}, 30),
        ({"clause": "9"}, 6),
        ({"theme": ["people", "physical"]}, 22),
        ({"conformity": "partial"}, 1),
        ({"unassessed": "1"}, 122),
        ({"new": "1"}, 11),
        ({"q": "backup"}, 1),
        ({"owner": "none"}, 123),
    ],
)
def test_filters_live_in_the_address(page, acme, assessment, query, count):
    treatment.rate(acme, assessment, "A.8.13", conformity="partial")
    assert len(refs(page(**query))) == count


def test_what_people_type_is_only_text(page, acme, assessment):
    treatment.rate(acme, assessment, "4.1", action="<script>alert(1)</script>", note='"><img src=x>')
    for path in ("", "?view=plan", path_of(treatment.row(assessment, "4.1"))):
        content = text(page(path))
        assert "<script>alert" not in content
        assert "<img src=x>" not in content


def test_the_list_is_sorted_by_its_address(page, acme, assessment):
    treatment.rate(acme, assessment, "A.8.13", maturity=5)
    treatment.rate(acme, assessment, "A.5.1", maturity=1)
    assert refs(page(sort="maturity"))[:2] == ["A.5.1", "A.8.13"]


def test_columns_are_chosen_and_remembered(page, client, assessment):
    client.cookies["ax-columns-gap"] = "title.due"
    content = text(page())
    assert "data-rate=" not in content
    assert len(refs(page())) == 123


def test_the_page_costs_few_queries(page, acme, assessment):
    treatment.rate_all(acme, assessment, "partial")
    gap.close_assessment(actor=acme, assessment=assessment)
    later = treatment.assessment(acme, title="Winter", copy_from=assessment)
    row = treatment.rate(acme, later, "A.8.13", owner=acme.membership, action="Test a restore")
    page()  # remembers the organisation
    for path in ("", "?view=plan", path_of(row), "assessments/", "compare/"):
        with CaptureQueriesContext(connection) as captured:
            assert page(path).status_code == 200
        assert len(asked(captured)) <= MOST_QUERIES, (path, *(sql[:300] for sql in asked(captured)))


def test_the_plan_shows_its_figures_and_the_task(page, acme, assessment):
    treatment.rate(acme, assessment, "9.2.1", conformity="nonconforming", action="Hold the audit", target=3)
    content = text(page(view="plan"))
    assert "assumed" in content
    assert "1.30" in content
    assert re.search(r"/tasks/[0-9a-f-]{36}/", content)


def test_another_assessment_has_its_own_address(page, acme, assessment):
    gap.close_assessment(actor=acme, assessment=assessment)
    treatment.assessment(acme, title="Winter")
    assert "earlier assessment" in text(page("1/"))
    assert page("7/").status_code == 404


def test_rating_from_the_list_answers_with_the_row(post, acme, assessment):
    row = treatment.row(assessment, "4.1")
    response = post(path_of(row, "rate/"), {"field": "conformity", "value": "partial", "seen": "not_assessed"})
    assert response.status_code == 200
    assert text(response).lstrip().startswith("<tr")
    assert 'data-seen="partial"' in text(response)
    assert treatment.row(assessment, "4.1").changed_by == acme.membership


def test_rating_what_somebody_else_has_rated_shows_both(post, acme, assessment):
    row = treatment.rate(acme, assessment, "4.1", conformity="conforming")
    response = post(path_of(row, "rate/"), {"field": "conformity", "value": "partial", "seen": "not_assessed"})
    assert response.status_code == 409
    words = json.loads(response.headers["HX-Trigger"])["toast"]["text"]
    assert "it says Conforms, you wanted Partly" in words
    assert 'data-seen="conforming"' in text(response)
    assert treatment.row(assessment, "4.1").conformity == "conforming"


@pytest.mark.parametrize(
    ("field", "value"), [("conformity", "not_applicable"), ("conformity", "x"), ("maturity", "9"), ("id", "1")]
)
def test_rating_nonsense_is_refused(post, acme, assessment, field, value):
    row = treatment.row(assessment, "4.1")
    response = post(path_of(row, "rate/"), {"field": field, "value": value, "seen": "not_assessed"})
    assert response.status_code == 422
    assert "toast" in response.headers["HX-Trigger"]


def test_a_row_opens_beside_the_page_or_alone(page, client, acme, assessment):
    row = treatment.rate(acme, assessment, "4.2", conformity="partial", note="Some parties")
    whole = page(path_of(row))
    assert len(refs(whole)) == 123
    assert "Who the interested parties are" in text(whole)
    assert "Not assessed → Partly" in text(whole)
    alone = client.get(make.url(acme, f"gap/{path_of(row)}"), headers={"HX-Request": "true"})
    assert refs(alone) == []
    assert "Some parties" in text(alone)


def test_a_field_of_the_drawer_is_saved_by_itself(post, acme, assessment):
    row = treatment.row(assessment, "4.1")
    for field, value in (("effort", "2.5"), ("due", "2026-12-01"), ("owner", acme.membership.pk), ("note", "Yes")):
        response = post(
            path_of(row, "save/"), {"field": f"row-{field}", f"row-{field}": value, f"seen_{field}": "="}, headers=HTMX
        )
        assert response.status_code == 200
        assert f'name="seen_{field}" value="={value}"' in text(response)
    row = treatment.row(assessment, "4.1")
    assert (float(row.effort), row.due, row.owner, row.note) == (2.5, date(2026, 12, 1), acme.membership, "Yes")


def test_a_conflict_in_the_drawer_shows_both_values(post, acme, assessment):
    row = treatment.rate(acme, assessment, "4.1", note="Theirs", owner=acme.membership)
    response = post(path_of(row, "save/"), {"field": "row-note", "row-note": "Mine", "seen_note": "="}, headers=HTMX)
    assert response.status_code == 409
    assert "Mine" in text(response)
    assert 'data-theirs="Theirs"' in text(response)
    assert 'name="seen_note" value="=Theirs"' in text(response)
    owner = post(path_of(row, "save/"), {"field": "row-owner", "row-owner": "", "seen_owner": "="}, headers=HTMX)
    assert owner.status_code == 200 or "Olga Owner" in text(owner)


def test_a_wrong_value_in_the_drawer_is_explained(post, acme, assessment):
    row = treatment.row(assessment, "4.1")
    response = post(
        path_of(row, "save/"), {"field": "row-effort", "row-effort": "soon", "seen_effort": "="}, headers=HTMX
    )
    assert response.status_code == 422
    assert "number" in text(response)


class TestWithoutScripts:
    def test_the_drawer_is_saved_as_a_whole(self, post, acme, assessment):
        row = treatment.row(assessment, "4.1")
        given = {"row-conformity": "partial", "row-target": "4", "row-note": "All at once", "row-due": "2026-12-01"}
        seen = {"seen_conformity": "=not_assessed", "seen_target": "=3", "seen_note": "=", "seen_due": "="}
        answer = post(path_of(row, "save/"), given | seen, follow=True)
        assert answer.redirect_chain[0][0].endswith(f"/gap/{path_of(row)}")
        row = treatment.row(assessment, "4.1")
        assert (row.conformity, row.target, row.note, row.due) == ("partial", 4, "All at once", date(2026, 12, 1))

    def test_a_conflict_keeps_what_was_typed_and_the_second_try_wins(self, post, acme, assessment):
        row = treatment.rate(acme, assessment, "4.1", note="Theirs", action="Another field of theirs")
        given = {"row-conformity": "partial", "row-target": "3", "row-note": "Mine", "row-action": ""}
        seen = {"seen_conformity": "=not_assessed", "seen_target": "=3", "seen_note": "=", "seen_action": "="}
        refused = post(path_of(row, "save/"), given | seen)
        assert refused.status_code == 409
        assert "<title>" in text(refused)
        assert "Mine</textarea>" in text(refused)
        assert "it says Theirs, you wanted Mine" in text(refused)
        assert 'name="seen_note" value="=Theirs"' in text(refused)
        assert treatment.row(assessment, "4.1").conformity == "not_assessed"
        post(path_of(row, "save/"), given | seen | {"seen_note": "=Theirs"})
        row = treatment.row(assessment, "4.1")
        assert (row.note, row.conformity, row.action) == ("Mine", "partial", "Another field of theirs")

    def test_refused_evidence_stands_beside_the_whole_page(self, post, acme, assessment):
        row = treatment.row(assessment, "4.1")
        refused = post(path_of(row, "evidence/"), {"title": "Proof", "url": "javascript:x", "dated": "2026-01-01"})
        assert "<title>" in text(refused)
        assert 'value="Proof"' in text(refused)


def test_many_rows_at_once(post, acme, assessment):
    rows = [treatment.row(assessment, ref).pk for ref in ("A.5.1", "A.5.2")]
    values = {"conformity": "conforming", "owner": str(acme.membership.pk), "target": "4", "due": "2026-12-01"}
    response = post(f"{assessment.number}/bulk/?theme=people", {"selected": rows, **values}, follow=True)
    assert response.redirect_chain[0][0].endswith("/gap/1/?theme=people#table-gap")
    row = treatment.row(assessment, "A.5.2")
    assert (row.conformity, row.owner, row.target, row.due) == ("conforming", acme.membership, 4, date(2026, 12, 1))


def test_bulk_changes_nothing_when_one_row_cannot_have_it(post, acme, assessment):
    rows = [treatment.row(assessment, ref).pk for ref in ("A.5.1", "4.1")]
    response = post(f"{assessment.number}/bulk/", {"selected": rows, "conformity": "not_applicable"}, follow=True)
    assert "Nothing was changed" in text(response)
    assert treatment.row(assessment, "A.5.1").conformity == "not_assessed"


def test_evidence_comes_as_link_or_file_and_goes(post, page, acme, assessment):
    row = treatment.row(assessment, "A.8.13")
    link = {"title": "Restore test", "dated": clock.today().isoformat(), "url": "https://example.com/restore"}
    assert "https://example.com/restore" in text(post(path_of(row, "evidence/"), link, headers=HTMX))
    file = SimpleUploadedFile("log.pdf", b"%PDF-1.7 restore")
    upload = {"title": "Log", "dated": clock.today().isoformat(), "file": file}
    assert "Log.pdf" in text(post(path_of(row, "evidence/"), upload, follow=True))
    stored = next(each for each in queries.evidence_of(row) if each.sha256)
    download = page(path_of(row, f"evidence/{stored.pk}/"))
    assert b"".join(download.streaming_content) == b"%PDF-1.7 restore"
    assert download.headers["Content-Disposition"] == 'attachment; filename="Log.pdf"'
    post(path_of(row, f"evidence/{stored.pk}/remove/"))
    assert [each.url for each in queries.evidence_of(row)] == ["https://example.com/restore"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"url": "javascript:alert(1)"},
        {"url": "https://example.com", "dated": "2999-01-01"},
        {"file": SimpleUploadedFile("virus.exe", b"MZ")},
        {"file": SimpleUploadedFile("page.pdf", b"<html>")},
    ],
)
def test_bad_evidence_is_refused(post, acme, assessment, data):
    row = treatment.row(assessment, "A.8.13")
    response = post(path_of(row, "evidence/"), {"title": "Proof", "dated": "2026-01-01", **data})
    assert response.status_code == 422
    assert queries.evidence_of(row) == []


def test_a_mandatory_document_is_set_beside_the_page(post, page, acme, assessment):
    assert "Information security policy" in text(page("1/documents/policy/"))
    response = post("1/documents/policy/", {"state": "draft", "url": "https://wiki.example.com/policy"})
    assert response.status_code == 302
    assert queries.document_for(acme, assessment, "policy").state == "draft"
    assert post("1/documents/policy/", {"state": "lost"}).status_code == 422
    assert page("1/documents/novel/").status_code == 404


def test_assessments_are_started_renamed_closed_and_compared(post, page, acme):
    assert post("start/", {"title": ""}).status_code == 422
    assert post("start/", {"title": "First"}).status_code == 302
    first = treatment.row(queries.assessment_for(acme, queries.GapAssessment.objects.get().scope), "4.1").assessment
    treatment.rate(acme, first, "4.1", conformity="partial")
    assert post("start/", {"title": "Second"}).status_code == 422
    assert post("start/", {"title": "Second", "copy": "on", "close_open": "on"}).status_code == 302
    second = queries.assessment_for(acme, first.scope, 2)
    treatment.rate(acme, second, "4.1", conformity="conforming")
    assert post("2/rename/", {"title": "Before stage 1"}).status_code == 302
    assert "Before stage 1" in text(page("assessments/"))
    compared = text(page("compare/", **{"from": "1", "to": "2"}))
    assert "Partly" in compared
    assert "Conforms" in compared
    assert post("2/close/").status_code == 302
    assert "closed" in text(page())


@pytest.mark.parametrize(
    ("format", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")]
)
def test_the_report_is_a_download(page, assessment, format, start):
    response = page(f"1/report.{format}")
    assert response.content.startswith(start)
    assert "attachment" in response.headers["Content-Disposition"]
    assert page("1/report.exe").status_code == 404


def test_the_filled_template_is_previewed_and_imported_and_not_kept(post, page, acme, assessment, settings):
    treatment.rate(acme, assessment, "4.1", conformity="partial", note="From here")
    book = page("1/template.xlsx").content
    nothing = post("1/import/", {"file": SimpleUploadedFile("back.xlsx", book)}, follow=True)
    assert "Nothing would change" in text(nothing)
    treatment.rate(acme, assessment, "4.1", conformity="conforming", note="Newer")
    shown = post("1/import/", {"file": SimpleUploadedFile("back.xlsx", book)}, follow=True)
    assert "1 row would change" in text(shown)
    seen = re.search(r'name="seen" value="([^"]+)"', text(shown))[1]
    address = shown.redirect_chain[0][0].partition("/gap/")[2]
    for stale in ("2020-01-01T00:00:00+00:00", "2020-01-01", "now", ""):
        assert post(address, {"seen": stale}).status_code == 409
    assert "1 row is imported" in text(post(address, {"seen": seen}, follow=True))
    assert _kept(settings.FILES) == []
    assert treatment.row(assessment, "4.1").note == "From here"


def test_an_uploaded_sheet_belongs_to_its_session_and_is_gone_once_it_is_used(post, page, client, acme, assessment):
    file = SimpleUploadedFile("a.csv", b"Id,Conformity\n4.1,Partly\n")
    shown = post("1/import/", {"file": file}, follow=True)
    address = shown.redirect_chain[0][0]
    seen = re.search(r'name="seen" value="([^"]+)"', text(shown))[1]
    assert list(settings.FILES.rglob("*")) == []
    make.signed_in(client, make.member(acme, Role.ISMS_MANAGER))
    assert client.get(address).url.endswith("/gap/1/import/")
    make.signed_in(client, acme)
    again = post("1/import/", {"file": SimpleUploadedFile("a.csv", b"Id,Conformity\n4.1,Partly\n")})
    client.post(again.url, {"seen": seen})
    assert "The upload has expired" in text(client.get(again.url, follow=True))
    assert treatment.row(assessment, "4.1").conformity == "partial"


def test_a_sheet_that_is_too_large_is_refused_at_its_field(post, assessment):
    refused = post("1/import/", {"file": SimpleUploadedFile("a.csv", b"x" * (10 * 1024 * 1024 + 1))})
    assert refused.status_code == 422
    assert "larger than 10 MB" in refused.context["form"].errors["file"][0]


def test_an_import_with_errors_names_each_cell(post, acme, assessment):
    file = SimpleUploadedFile("a.csv", b"Id,Conformity\n4.1,green\n4.99,Partly\n")
    content = text(post("1/import/", {"file": file}, follow=True))
    assert "2 cells need another look" in content
    assert "a.csv!B2" in content
    assert "Import 1 row" not in content


def test_what_is_no_sheet_is_refused_with_a_sentence(post, assessment, settings):
    response = post("1/import/", {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert response.status_code == 422
    assert "none of them" in text(response)
    assert _kept(settings.FILES) == []


PLACES = ("", "1/", "1/summary/", "assessments/", "compare/", "1/documents/policy/", "1/report.csv", "1/template.xlsx")


def test_other_organizations_are_not_there(client, acme, assessment):
    row = treatment.row(assessment, "4.1")
    make.signed_in(client, make.organization("Other"))
    for path in (*PLACES, path_of(row)):
        assert client.get(make.url(acme, f"gap/{path}")).status_code == 404


def test_a_row_of_another_organization_is_not_found(client, acme, assessment):
    row = treatment.row(assessment, "4.1")
    other = make.organization("Other")
    with make.inside(other):
        treatment.assessment(other)
    make.signed_in(client, other)
    for path in (path_of(row), path_of(row, "save/"), f"rows/{row.pk}/"):
        assert client.get(make.url(other, f"gap/{path}")).status_code in (404, 405)
    response = client.post(make.url(other, f"gap/{path_of(row, 'rate/')}"), {"field": "conformity", "value": "partial"})
    assert response.status_code == 404


def test_an_employee_sees_none_of_it(client, acme, assessment):
    make.signed_in(client, make.member(acme, Role.EMPLOYEE))
    for path in PLACES:
        assert client.get(make.url(acme, f"gap/{path}")).status_code == 403


def test_a_reader_reads_and_changes_nothing(client, acme, assessment):
    row = treatment.row(assessment, "4.1")
    make.signed_in(client, make.member(acme, Role.READER))
    content = client.get(make.url(acme, "gap/")).content.decode()
    assert "data-rate=" not in content
    assert "bulk-gap" not in content
    for path in (
        path_of(row, "rate/"),
        path_of(row, "save/"),
        path_of(row, "evidence/"),
        "1/bulk/",
        "1/close/",
        "start/",
    ):
        assert client.post(make.url(acme, f"gap/{path}"), {"field": "note"}).status_code == 403


def test_a_contributor_rates_only_what_they_own(client, acme, assessment):
    jonas = make.member(acme)
    mine = treatment.rate(acme, assessment, "A.8.13", owner=jonas.membership)
    make.signed_in(client, jonas)
    assert client.get(make.url(acme, "gap/")).content.count(b'data-rate="conformity"') == 1
    values = {"field": "maturity", "value": "2", "seen": ""}
    assert client.post(make.url(acme, f"gap/{path_of(mine, 'rate/')}"), values).status_code == 200
    other = treatment.row(assessment, "A.8.14")
    assert client.post(make.url(acme, f"gap/{path_of(other, 'rate/')}"), values).status_code == 403


def test_a_task_leads_back_to_its_row(page, assessment):
    row = treatment.row(assessment, "4.1")
    assert page(f"rows/{row.pk}/").headers["Location"].endswith(f"/gap/{path_of(row)}")


@pytest.mark.django_db
def test_the_empty_template_needs_no_account(client):
    response = client.get("/template/gap.xlsx")
    assert response.status_code == 200
    assert response.content[:2] == b"PK"
    assert response.content == gap_template.build(gap_template.empty_rows(), "ISO/IEC 27001:2022 self-assessment")
