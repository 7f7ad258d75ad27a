"""Actions of the treatment plan: one serves many risks, its owner says how far it is, the task follows."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.catalog.models import Requirement
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.roles import Role
from annexa.risks.services import risks
from annexa.tasks.models import Kind, Notice, Task
from annexa.treatment.models import Action
from annexa.treatment.queries import plan as queries
from annexa.treatment.services import plan
from tests.factories import organizations as make
from tests.factories import risks as some

JUNE = datetime.date(2026, 6, 1)


@pytest.fixture
def scope(acme):
    return organizations.scope_for(acme)


@pytest.fixture
def jonas(acme):
    return make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")


@pytest.fixture
def two(acme, scope, jonas):
    return [risks.add_risk(actor=acme, scope=scope, title=title, owner=jonas.membership) for title in ("Flood", "Fire")]


@pytest.fixture
def action(acme, scope, two, jonas):
    return plan.add_action(
        actor=acme, scope=scope, title="Move the servers", risks=two, owner=jonas.membership, due=JUNE,
        cost=Decimal(12000), effort=Decimal(10),
    )  # fmt: skip


def test_one_action_serves_many_risks_and_stands_once(acme, scope, two, action):
    assert action.reference == "ACTION-1"
    listed = queries.in_scope(acme, scope).get()
    assert (listed.risk_numbers, listed.owner_name) == ([1, 2], "Jonas Weber")
    assert [queries.of_risk(acme, risk) for risk in two] == [[action], [action]]


def test_controls_are_named(acme, scope, two):
    catalog.adopt_framework(actor=acme, framework_id=library.ISO_27001)
    control = Requirement.objects.get(framework__slug=library.ISO_27001, ref="A.7.5")
    made = plan.add_action(actor=acme, scope=scope, title="Pumps", risks=two[:1], controls=[control])
    assert queries.in_scope(acme, scope).get(pk=made.pk).control_refs == ["A.7.5"]
    plan.change_action(actor=acme, action=made, controls=[])
    assert queries.in_scope(acme, scope).get(pk=made.pk).control_refs == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"risks": []}, "risks"),
        ({"cost": Decimal(-1)}, "cost"),
        ({"effort": Decimal("0.55")}, "effort"),
        ({"state": "maybe"}, "state"),
        ({"state": "dropped"}, "state_note"),
        ({"links": [{"url": "javascript:alert(1)"}]}, "links"),
        ({"owner": "Jonas"}, "owner"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_field(acme, scope, two, values, field):
    with pytest.raises(UserError) as refused:
        plan.add_action(actor=acme, scope=scope, **{"title": "Pumps", "risks": two, **values})
    assert field in refused.value.fields
    assert not Action.objects.exists()


def test_a_risk_of_another_scope_is_refused(acme, scope, two):
    other = people.create_scope(actor=acme, name="Harbour")
    elsewhere = risks.add_risk(actor=acme, scope=other, title="Storm")
    with pytest.raises(UserError, match="RISK-3: of another scope"):
        plan.add_action(actor=acme, scope=scope, title="Pumps", risks=[*two, elsewhere])


def test_the_owner_says_how_far_it_is_and_nothing_else(acme, jonas, action):
    plan.change_action(actor=jonas, action=action, state="in_progress", links=[{"url": "https://wiki.example.com/1"}])
    assert action.links == [{"url": "https://wiki.example.com/1", "title": ""}]
    with pytest.raises(NotAllowed):
        plan.change_action(actor=jonas, action=action, due=datetime.date(2027, 1, 1))
    with pytest.raises(NotAllowed):
        plan.change_action(actor=make.member(acme, Role.CONTRIBUTOR, "Eve Other"), action=action, state="done")


def test_the_owners_task_follows(acme, jonas, action):
    task = Task.objects.get(source_kind=Action.TASK_KIND)
    assert (task.title, task.owner, task.due, task.reference) == (action.title, jonas.membership, JUNE, "ACTION-1")
    plan.change_action(actor=acme, action=action, title="Move them all")
    task.refresh_from_db()
    assert task.title == "Move them all"
    plan.change_action(actor=acme, action=action, state="done")
    task.refresh_from_db()
    assert task.state == Task.State.DROPPED


def test_the_last_action_that_is_done_asks_the_owner_to_read_anew(acme, scope, two, action):
    more = plan.add_action(actor=acme, scope=scope, title="Pumps", risks=two[:1])
    plan.change_action(actor=acme, action=action, state="done")
    told = Notice.objects.filter(kind=Kind.RISK_TREATED)
    assert [notice.subject_id for notice in told] == [str(two[1].pk)]
    plan.change_action(actor=acme, action=more, state="dropped", state_note="Not needed")
    assert told.count() == 1  # nothing was done
    plan.change_action(actor=acme, action=more, state="planned")
    assert more.ended_at is None
    plan.change_action(actor=acme, action=more, state="done")
    assert Notice.objects.filter(kind=Kind.RISK_TREATED, subject_id=str(two[0].pk)).exists()


def test_progress_moves_the_expected_reading(acme, two, action):
    some.method(acme)
    for stage, likelihood in (("current", 4), ("target", 2)):
        risks.assess_risk(actor=acme, risk=two[0], stage=stage, likelihood=likelihood, impact=4)
    assert queries.expected_score(two[0], queries.of_risk(acme, two[0])) is None
    plan.change_action(actor=acme, action=action, state="in_progress")
    assert queries.expected_score(two[0], queries.of_risk(acme, two[0])) == 12
    plan.change_action(actor=acme, action=action, state="done")
    assert queries.expected_score(two[0], queries.of_risk(acme, two[0])) == 8
    two[0].refresh_from_db()
    assert two[0].current_score == 16  # the owner confirms the real one


def test_many_at_once_or_none(acme, scope, two, action):
    more = plan.add_action(actor=acme, scope=scope, title="Pumps", risks=two)
    assert plan.change_actions(actor=acme, actions=[action, more], values={"due": JUNE}) == 2
    with pytest.raises(UserError):
        plan.change_actions(actor=acme, actions=[action, more], values={"state": "dropped"})
    assert set(Action.objects.values_list("state", flat=True)) == {"planned"}


def test_totals_and_burndown(acme, scope, two, action):
    plan.add_action(actor=acme, scope=scope, title="Pumps", risks=two, cost=Decimal(500), state="in_progress")
    done = plan.add_action(actor=acme, scope=scope, title="Sandbags", risks=two, cost=Decimal(40))
    plan.change_action(actor=acme, action=done, state="done")
    found = queries.totals(acme, scope)
    assert (found.planned, found.in_progress, found.done, found.open, found.all) == (1, 1, 1, 2, 3)
    assert (found.cost, found.effort) == (Decimal(12540), Decimal(10))
    now = timezone.now()
    found = queries.burndown(
        acme, scope, [now - datetime.timedelta(days=400), now], [JUNE - datetime.timedelta(1), JUNE]
    )
    assert (found.past, found.promised, found.undated) == ([0, 2], [2, 1], 1)


def test_actions_are_found_by_reference(acme, action):
    assert queries.action_for(acme, "action-1") == action
    for wanted in ("ACTION-2", "nonsense", "0" * 36):
        with pytest.raises(NotFound):
            queries.action_for(acme, wanted)


def test_a_member_of_one_scope_sees_no_action_of_another(acme, action):
    other = people.create_scope(actor=acme, name="Harbour")
    limited = make.member(acme, Role.ISMS_MANAGER, "Lena Harbour", scope=other)
    with make.inside(limited):
        assert not queries.visible_to(limited).exists()
