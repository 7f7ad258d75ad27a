"""An existing statement comes in whole or not at all, and what comes from 2013 waits for a person."""

import pytest

from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations.roles import Role
from annexa.treatment.errors import StatementFrozen
from annexa.treatment.queries import statement_sheet
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import statement_import, statements
from tests.factories import organizations as make
from tests.factories import statements as soa

HEAD = ["Id", "Applicable", "Reasons", "Justification", "Owner"]


def bring(actor, statement, *rows, head=HEAD):
    sheet = statement_sheet.open_sheet({"SoA": [head, *rows]})
    outcome = statement_sheet.read(actor, statement, sheet)
    return statement_import.import_statement(actor=actor, statement=statement, outcome=outcome)


def test_rows_come_in_and_a_second_time_changes_nothing(acme):
    statement = soa.draft(acme)
    rows = [["A.5.1", "yes", "risk", "Because.", "Olga Owner"], ["A.7.12", "no", "", "No cabling.", ""]]
    assert bring(acme, statement, *rows) == 2
    assert soa.row(statement, "A.5.1").owner == acme.membership
    assert soa.row(statement, "A.7.12").applicable is False
    assert bring(acme, statement, *rows) == 0


def test_one_bad_cell_imports_nothing(acme):
    statement = soa.draft(acme)
    with pytest.raises(UserError, match="Nothing was imported"):
        bring(acme, statement, ["A.5.1", "yes"], ["A.5.99", "yes"])
    assert soa.row(statement, "A.5.1").applicable is None


def test_2013_rows_name_their_origin_and_stop_approval_until_decided(acme):
    statement = soa.draft(acme)
    bring(acme, statement, ["A.9.2.2", "yes", "risk", "Joiners."], ["A.9.2.5", "no", "", "Not done."])
    row = soa.row(statement, "A.5.18")
    assert row.applicable is None
    assert "A.9.2.2: applies. Joiners." in row.decision_needed
    assert "A.9.2.5: does not apply. Not done." in row.decision_needed
    assert "disagree" in row.decision_needed
    assert any(each.ref == "A.5.18" and "2013" in each.sentence for each in queries.contradictions(acme, statement))

    soa.decide(acme, statement, "A.5.18", applicable=True, reasons=["risk"])
    assert soa.row(statement, "A.5.18").decision_needed == ""


def test_a_carried_row_can_be_kept_as_it_stands(acme):
    statement = soa.draft(acme)
    bring(acme, statement, ["A.9.2.1", "yes", "risk", "Joiners."])
    statements.confirm_control(actor=acme, row=soa.row(statement, "A.5.16"))
    row = soa.row(statement, "A.5.16")
    assert (row.decision_needed, row.applicable) == ("", True)


def test_our_own_export_comes_back_unchanged(acme):
    statement = soa.complete(acme)
    rows = [
        [line.ref, "Yes" if line.applicable else "No", ", ".join(line.reasons), line.justification, line.owner]
        for line in queries.lines(statement)
    ]
    assert bring(acme, statement, *rows) == 0


def test_an_approved_version_takes_nothing(acme):
    with pytest.raises(StatementFrozen):
        bring(acme, soa.approved(acme), ["A.5.1", "no", "", "Changed."])


def test_a_contributor_imports_nothing(acme):
    statement = soa.draft(acme)
    with pytest.raises(NotAllowed):
        bring(make.member(acme, Role.CONTRIBUTOR), statement, ["A.5.1", "yes"])


def test_the_best_sheet_is_chosen(acme):
    book = {"Cover": [["Acme"]], "SoA": [["Acme"], HEAD, ["A.5.1", "yes"]]}
    sheet = statement_sheet.open_sheet(book)
    assert (sheet.name, sheet.heading, sheet.headings[0]) == ("SoA", 1, (0, "Id"))


def test_a_sheet_without_ids_says_so(acme):
    sheet = statement_sheet.open_sheet({"SoA": [["Nothing"], ["here"]]})
    with pytest.raises(UserError, match="which column"):
        statement_sheet.read(acme, soa.draft(acme), sheet)
