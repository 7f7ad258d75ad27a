"""The guided start and the context it fills."""

import pytest

from annexa.isms import queries, services
from annexa.isms.models import InterestedParty, Issue, Obligation
from annexa.isms.profiles import Answers
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from tests.factories import organizations as make

SAAS = Answers("saas", "medium", ("personal_data_eu", "source_code"))


@pytest.fixture
def scope(acme):
    return organizations.scope_for(acme)


def test_a_profile_fills_scope_issues_parties_and_obligations(acme, scope):
    services.choose_profile(actor=acme, scope=scope, answers=SAAS)
    assert "Acme" in scope.statement
    assert {issue.side for issue in queries.rows(Issue, scope)} == {"internal", "external"}
    assert any(not party.addressed for party in queries.rows(InterestedParty, scope))
    assert "gdpr" in {obligation.key for obligation in queries.rows(Obligation, scope)}
    assert all(row.from_profile for row in queries.rows(Issue, scope))


def test_choosing_again_keeps_what_people_wrote(acme, scope):
    services.choose_profile(actor=acme, scope=scope, answers=SAAS)
    issue = queries.rows(Issue, scope)[0]
    services.change_context_row(actor=acme, row=issue, text="Our own words")
    services.choose_profile(actor=acme, scope=scope, answers=Answers("hospital", "large", ("health_data",)))

    texts = [row.text for row in queries.rows(Issue, scope)]
    assert "Our own words" in texts
    assert "hipaa" in {obligation.key for obligation in queries.rows(Obligation, scope)}


@pytest.mark.parametrize(
    "answers", [Answers("bakery", "small", ()), Answers("saas", "huge", ()), Answers("saas", "small", ("gold",))]
)
def test_answers_nobody_offered_are_refused(acme, scope, answers):
    with pytest.raises(UserError):
        services.choose_profile(actor=acme, scope=scope, answers=answers)


def test_a_contributor_cannot_describe_the_scope(acme, scope):
    with pytest.raises(NotAllowed):
        services.describe_scope(actor=make.member(acme, Role.CONTRIBUTOR), scope=scope, statement="x")
