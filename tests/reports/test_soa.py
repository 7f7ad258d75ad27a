"""A statement's report says what the statement said when it was approved, and what must not be missed."""

import pytest

from annexa.lib.errors import UserError
from annexa.organizations import services as people
from annexa.reports import soa as reports
from annexa.reports.export import FORMATS, export
from annexa.treatment.services import statements
from tests.factories import statements as soa


def facts(actor, statement):
    return dict(reports.statement_report(actor, statement).facts)


def rows(actor, statement):
    return reports.statement_report(actor, statement).sections[0].table.rows


def test_has_one_row_for_each_control_in_four_themes(acme):
    table = reports.statement_report(acme, soa.complete(acme)).sections[0].table
    assert len(table.rows) == 93
    assert [group.heading for group in table.groups] == [
        "Organizational controls", "People controls", "Physical controls", "Technological controls"
    ]  # fmt: skip


def test_says_yes_no_and_undecided(acme):
    statement = soa.complete(acme)
    soa.decide(acme, statement, "A.5.2", applicable=None)
    found = {row[0]: row for row in rows(acme, statement)}
    assert [found[ref][2] for ref in ("A.5.1", "A.7.12", "A.5.2")] == ["Yes", "No", "Undecided"]
    assert found["A.5.1"][3:6] == ["Risk", "Needed.", "Not started"]
    assert facts(acme, statement)["Controls"] == "93: 91 apply, 1 left out, 1 undecided"


def test_a_draft_says_that_it_is_one_and_preliminary(acme):
    report = reports.statement_report(acme, soa.draft(acme))
    assert "Preliminary: not derived from risk treatment." in report.notices
    assert "Not approved: this is a draft." in report.notices
    assert "Preliminary" in report.footer


def test_an_approved_version_names_who_when_and_hash(acme):
    statement = soa.approved(acme)
    found = facts(acme, statement)
    assert found["Approved by"] == "Ruth Calder"
    assert found["Content hash (SHA-256)"] == statement.content_hash
    assert found["Version"] == "v1"


def test_an_approved_version_keeps_the_names_of_its_day(acme):
    statement = soa.approved(acme)
    people.update_organization(actor=acme, name="Renamed", legal_name="Renamed Ltd")
    acme.organization.refresh_from_db()
    assert facts(acme, soa.again(acme, statement))["Organisation"] == "Acme"


def test_relaxed_four_eyes_are_said_aloud(acme):
    statement = soa.in_review(acme)
    people.relax_four_eyes(actor=acme, relaxed=True, reason="One person.")
    acme.organization.refresh_from_db()
    statements.approve_statement(actor=acme, statement=statement, seen_hash=statement.submitted_hash)
    assert any("four-eyes rule is relaxed: One person." in each for each in reports.notices(soa.again(acme, statement)))


@pytest.mark.parametrize("format", FORMATS)
def test_goes_out_in_every_format(acme, format):
    statement = soa.complete(acme)
    file = export(reports.statement_report(acme, statement), format, reports.report_name(acme, statement))
    assert file.name == f"{acme.organization.slug}-statement-of-applicability-draft-1.{format}"
    assert len(file.content) > 1000


def test_an_unknown_format_names_the_known_ones(acme):
    with pytest.raises(UserError, match="pdf, docx, xlsx, csv"):
        export(reports.statement_report(acme, soa.draft(acme)), "odt", "x")
