"""Four eyes cover all that a version freezes: rows, the scope's words, own controls."""

import pytest

from annexa.catalog import services as catalog
from annexa.isms import services as isms
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.roles import Role
from annexa.treatment.models import StatementRow
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import statements
from tests.factories import organizations as make
from tests.factories import statements as soa

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(acme):
    return make.member(acme, Role.ISMS_MANAGER, name="Rosa Calder")


@pytest.fixture
def boss(acme):
    return make.member(acme, Role.TOP_MANAGEMENT, name="Priya Raman")


def _in_review(actor, justification="Usual"):
    statement = soa.draft(actor)
    rows = list(queries.rows(statement))
    values = {"applicable": True, "reasons": ["baseline"], "justification": justification, "decision_needed": ""}
    statements.decide_controls(actor=actor, rows=rows, values=values)
    statements.submit_statement(actor=actor, statement=statement)
    return soa.again(actor, statement)


def test_whoever_changed_the_scope_does_not_approve(acme, manager):
    isms.describe_scope(actor=acme, scope=organizations.scope_for(acme), statement="All of it")
    statement = _in_review(manager)
    with pytest.raises(NotAllowed, match="four eyes"):
        statements.approve_statement(actor=acme, statement=statement, seen_hash=statement.submitted_hash)


def test_whoever_wrote_an_own_control_does_not_approve(acme, manager, boss):
    catalog.create_control(actor=acme, ref="OC-1", title="Ours")
    statement = _in_review(manager)
    with pytest.raises(NotAllowed, match="four eyes"):
        statements.approve_statement(actor=acme, statement=statement, seen_hash=statement.submitted_hash)
    assert statements.approve_statement(actor=boss, statement=statement, seen_hash=statement.submitted_hash).is_approved


@pytest.mark.parametrize("field", ["name", "legal_name"])
def test_whoever_changed_what_the_organisation_is_called_does_not_approve(acme, manager, boss, field):
    people.update_organization(actor=acme, **{field: "Acme International"})
    statement = _in_review(manager)
    with pytest.raises(NotAllowed, match="four eyes"):
        statements.approve_statement(actor=acme, statement=statement, seen_hash=statement.submitted_hash)
    approved = statements.approve_statement(actor=boss, statement=statement, seen_hash=statement.submitted_hash)
    assert approved.content["organization"] == "Acme International"
    again = _in_review(manager, justification="As usual")
    assert statements.approve_statement(actor=acme, statement=again, seen_hash=again.submitted_hash).is_approved


def test_settings_that_no_version_freezes_do_not_count(acme, manager):
    people.update_organization(actor=acme, time_zone="Europe/Berlin", currency="SEK")
    statement = _in_review(manager)
    assert statements.approve_statement(actor=acme, statement=statement, seen_hash=statement.submitted_hash).is_approved


@pytest.mark.parametrize("verb", [statements.approve_statement, statements.return_statement])
def test_nobody_decides_on_what_they_have_not_seen(acme, manager, boss, verb):
    seen = _in_review(manager)
    statements.return_statement(actor=manager, statement=seen, seen_hash=seen.submitted_hash)
    soa.decide(manager, soa.again(manager, seen), "A.5.1", justification="Slipped in")
    statements.submit_statement(actor=manager, statement=seen)
    for posted in (seen.submitted_hash, ""):
        with pytest.raises(UserError, match="sent for review again while this page was open; read it again"):
            verb(actor=boss, statement=seen, seen_hash=posted, note="Fine")
    assert soa.again(boss, seen).state == "in_review"


@pytest.mark.parametrize("note", ["", "  ", " \x00 "])
def test_an_approver_returns_nothing_without_a_word(acme, manager, boss, note):
    statement = _in_review(manager)
    with pytest.raises(UserError, match="what should change"):
        statements.return_statement(actor=boss, statement=statement, seen_hash=statement.submitted_hash, note=note)


@pytest.mark.parametrize("verb", [statements.approve_statement, statements.return_statement])
def test_a_note_is_kept_as_other_texts_are(acme, manager, boss, verb):
    statement = _in_review(manager)
    with pytest.raises(UserError, match="at most 20000 characters"):
        verb(actor=boss, statement=statement, seen_hash=statement.submitted_hash, note="x" * 20_001)
    verb(actor=boss, statement=statement, seen_hash=statement.submitted_hash, note=" Well\x00 done.\r\nThanks. ")
    found = soa.again(boss, statement)
    assert (found.approval_note or found.returned_note) == "Well done.\nThanks."


def test_what_changes_while_in_review_must_be_asked_for_again(acme, manager, boss):
    statement = _in_review(manager)
    isms.describe_scope(actor=acme, scope=organizations.scope_for(acme), statement="Rewritten meanwhile")
    with pytest.raises(UserError, match="changed since review was asked for"):
        statements.approve_statement(actor=boss, statement=statement, seen_hash=statement.submitted_hash)
    statements.return_statement(actor=manager, statement=statement, seen_hash=statement.submitted_hash)
    statements.submit_statement(actor=manager, statement=statement)
    statement = soa.again(boss, statement)
    assert statements.approve_statement(actor=boss, statement=statement, seen_hash=statement.submitted_hash).is_approved


def test_nobody_but_an_owner_changes_their_own_role(acme, manager):
    with pytest.raises(NotAllowed, match="Somebody else changes"):
        people.change_membership(actor=manager, membership=manager.membership, role=Role.READER)
    with pytest.raises(NotAllowed, match="Only an owner"):
        people.invite_person(actor=manager, email="friend@example.com", role=Role.TOP_MANAGEMENT)


def test_a_member_of_one_scope_finds_no_row_of_another_by_its_id(acme):
    soa.draft(acme)
    row = StatementRow.objects.first()
    other = people.create_scope(actor=acme, name="Second site")
    limited = make.member(acme, Role.READER, scope=other)
    with pytest.raises(NotFound):
        queries.row_for(limited, row.pk)
    assert queries.row_for(acme, row.pk) == row
