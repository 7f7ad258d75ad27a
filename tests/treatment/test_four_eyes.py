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


def _in_review(actor):
    statement = soa.draft(actor)
    rows = list(queries.rows(statement))
    values = {"applicable": True, "reasons": ["baseline"], "justification": "Usual", "decision_needed": ""}
    statements.decide_controls(actor=actor, rows=rows, values=values)
    statements.submit_statement(actor=actor, statement=statement)
    return statement


def test_whoever_changed_the_scope_does_not_approve(acme, manager):
    isms.describe_scope(actor=acme, scope=organizations.scope_for(acme), statement="All of it")
    statement = _in_review(manager)
    with pytest.raises(NotAllowed, match="four eyes"):
        statements.approve_statement(actor=acme, statement=statement)


def test_whoever_wrote_an_own_control_does_not_approve(acme, manager, boss):
    catalog.create_control(actor=acme, ref="OC-1", title="Ours")
    statement = _in_review(manager)
    with pytest.raises(NotAllowed, match="four eyes"):
        statements.approve_statement(actor=acme, statement=statement)
    assert statements.approve_statement(actor=boss, statement=statement).is_approved


def test_what_changes_while_in_review_must_be_asked_for_again(acme, manager, boss):
    statement = _in_review(manager)
    isms.describe_scope(actor=acme, scope=organizations.scope_for(acme), statement="Rewritten meanwhile")
    with pytest.raises(UserError, match="changed since review was asked for"):
        statements.approve_statement(actor=boss, statement=statement)
    statements.return_statement(actor=manager, statement=statement)
    statements.submit_statement(actor=manager, statement=statement)
    assert statements.approve_statement(actor=boss, statement=statement).is_approved


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
