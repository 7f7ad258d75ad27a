"""The guided start and the context it fills."""

import pytest

from annexa.activity import queries as trail
from annexa.isms import queries, services
from annexa.isms.models import InterestedParty, Issue, Obligation
from annexa.isms.profiles import Answers
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from annexa.tasks.models import Task
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


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"headcount": -1}, "headcount"),
        ({"headcount": "many"}, "headcount"),
        ({"statement": "x" * 20_001}, "statement"),
        ({"statement": None}, "statement"),
    ],
)
def test_a_scope_is_described_in_values_that_fit(acme, scope, values, field):
    with pytest.raises(UserError) as error:
        services.describe_scope(actor=acme, scope=scope, **values)
    assert list(error.value.fields) == [field]


@pytest.mark.parametrize("field", ["organization_id", "is_default", "slug", "scope_id", "id", "from_profile"])
def test_what_is_not_for_people_to_change_is_refused(acme, scope, field):
    row = services.add_context_row(actor=acme, scope=scope, model=Issue, side="internal", text="Growth")
    for act in (
        lambda: services.describe_scope(actor=acme, scope=scope, **{field: "x"}),
        lambda: services.change_context_row(actor=acme, row=row, **{field: "x"}),
        lambda: services.add_context_row(actor=acme, scope=scope, model=Issue, side="internal", text="x", **{field: 1}),
    ):
        with pytest.raises(UserError, match=f"{field} cannot be changed here"):
            act()


@pytest.mark.parametrize(
    ("model", "values", "field"),
    [
        (Issue, {"side": "above", "text": "Growth"}, "side"),
        (Issue, {"side": "internal"}, "text"),
        (Issue, {"text": "Growth"}, "side"),
        (InterestedParty, {"name": "Staff", "needs": "\x00"}, "needs"),
        (InterestedParty, {"name": "Staff", "needs": "Calm", "addressed": "perhaps"}, "addressed"),
        (Obligation, {"title": "Act", "kind": "legal", "controls": [5]}, "controls"),
        (Obligation, {"title": "Act", "kind": "legal", "controls": "A.5.1"}, "controls"),
    ],
)
def test_a_row_of_the_context_holds_only_what_fits(acme, scope, model, values, field):
    with pytest.raises(UserError) as error:
        services.add_context_row(actor=acme, scope=scope, model=model, **values)
    assert list(error.value.fields) == [field]
    assert not queries.rows(model, scope)


def test_the_context_has_no_other_kind_of_rows(acme, scope):
    with pytest.raises(UserError, match="issues, interested parties and obligations"):
        services.add_context_row(actor=acme, scope=scope, model=Task, title="x")


def test_the_trail_says_what_stood_there_although_the_page_was_older(acme, scope):
    read_before = organizations.scope_for(acme)
    services.describe_scope(actor=acme, scope=scope, statement="Second")
    services.describe_scope(actor=acme, scope=read_before, statement="Third")
    body = trail.body_of(trail.recent(acme.organization_id)[0])
    assert body == {"before": {"statement": "Second"}, "after": {"statement": "Third"}}


def test_a_row_that_was_removed_meanwhile_is_not_changed(acme, scope):
    row = services.add_context_row(actor=acme, scope=scope, model=Issue, side="internal", text="Growth")
    services.remove_context_row(actor=acme, row=Issue.objects.get(pk=row.pk))
    for act in (
        lambda: services.change_context_row(actor=acme, row=row, text="More growth"),
        lambda: services.remove_context_row(actor=acme, row=row),
    ):
        with pytest.raises(NotFound):
            act()
