"""Ending somebody's access: their open work goes to another, nothing is lost."""

import pytest

from annexa.activity.models import TrailEntry
from annexa.assets.services import assets
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.errors import LastOwner
from annexa.organizations.models import Membership
from annexa.organizations.roles import Role
from annexa.risks.services import risks
from annexa.tasks import services as tasks
from annexa.tasks.models import Task
from annexa.treatment.models import GapRating, Statement, StatementRow
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import gap
from annexa.treatment.services.handover import end_access
from tests.factories import organizations as make
from tests.factories import statements as soa


@pytest.fixture
def jonas(acme):
    """A member with an open and a finished task, a gap action and a control."""
    member = make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")
    tasks.create_task(actor=acme, title="Open", owner=member.membership)
    done = tasks.create_task(actor=acme, title="Done", owner=member.membership)
    tasks.finish_task(actor=member, task=done)
    statement = soa.draft(acme)
    soa.decide(acme, statement, "A.5.1", owner=member.membership)
    gap.start_assessment(actor=acme, scope=organizations.scope_for(acme))
    rating = GapRating.objects.get(requirement__ref="A.5.1")
    gap.rate_requirement(actor=acme, rating=rating, values={"action": "Write it", "owner": member.membership})
    return member


@pytest.fixture
def kim(acme):
    return make.member(acme, Role.CONTRIBUTOR, "Kim Lee")


def owners(model, **which):
    return {row.owner_id for row in model.objects.filter(**which)}


def test_open_work_goes_to_the_successor_and_done_work_stays(acme, jonas, kim):
    moved = end_access(actor=acme, membership=jonas.membership, successor=kim.membership)
    assert not Membership.objects.get(pk=jonas.membership.pk).is_active()
    assert owners(Task, state="open", title__in=["Open", "Write it"]) == {kim.membership.pk}
    assert owners(Task, title="Done") == {jonas.membership.pk}
    assert owners(GapRating, requirement__ref="A.5.1") == {kim.membership.pk}
    assert owners(StatementRow, requirement__ref="A.5.1") == {kim.membership.pk}
    told = TrailEntry.objects.filter(command="treatment.end_access").count()
    assert moved == told == 4


def test_without_a_successor_it_stays_with_them(acme, jonas):
    assert end_access(actor=acme, membership=jonas.membership) == 0
    assert owners(Task, title="Open") == {jonas.membership.pk}


def test_a_statement_in_review_stays_as_it_was_sent(acme, kim):
    member = make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")
    statement = soa.complete(acme)
    row = soa.decide(acme, statement, "A.5.1", owner=member.membership)
    soa.statements.submit_statement(actor=acme, statement=soa.again(acme, statement))
    end_access(actor=acme, membership=member.membership, successor=kim.membership)
    row.refresh_from_db()
    assert row.owner_id == member.membership.pk


def test_whoever_hands_controls_over_has_changed_the_draft(acme, jonas, kim):
    manager = make.member(acme, Role.ISMS_MANAGER, "Rosa Calder")
    end_access(actor=manager, membership=jonas.membership, successor=kim.membership)
    draft = Statement.objects.get()
    assert manager.person_id in draft.editors
    assert queries.has_changed(manager, draft)


def test_the_successor_must_be_somebody_else_who_is_active_and_reaches_as_far(acme, jonas, kim):
    first = organizations.scope_for(acme)
    narrow = make.member(acme, Role.CONTRIBUTOR, "Lena Limited", scope=first)
    people.deactivate_membership(actor=acme, membership=kim.membership)
    for wrong in (jonas, kim, narrow):
        with pytest.raises(UserError) as caught:
            end_access(actor=acme, membership=jonas.membership, successor=wrong.membership)
        assert "successor" in caught.value.fields
    assert Membership.objects.get(pk=jonas.membership.pk).is_active()


def test_nothing_moves_when_access_cannot_end(acme, kim):
    tasks.create_task(actor=acme, title="Mine", owner=acme.membership)
    with pytest.raises(LastOwner):
        end_access(actor=acme, membership=acme.membership, successor=kim.membership)
    assert owners(Task, title="Mine") == {acme.membership.pk}


def test_who_may_not_change_members_hands_nothing_over(acme, jonas, kim):
    with pytest.raises(NotAllowed):
        end_access(actor=kim, membership=jonas.membership, successor=kim.membership)


def test_the_page_says_what_will_move(client, acme, jonas, kim):
    address = make.url(acme, f"people/{jonas.membership.pk}/deactivate/")
    text = make.signed_in(client, acme).get(address).content.decode()
    assert "Kim Lee" in text
    answer = client.post(address, {"successor": str(kim.membership.pk)}, follow=True)
    assert "4 things were handed over" in answer.content.decode()


def test_assets_and_open_risks_move_and_what_is_over_stays(acme):
    jonas, cara = (make.member(acme, Role.CONTRIBUTOR, name) for name in ("Jonas Weber", "Cara Colleague"))
    scope = organizations.scope_for(acme)
    kept = [
        assets.add_asset(actor=acme, name=name, kind="hardware", owner=jonas.membership) for name in ("Disk", "Old")
    ]
    assets.retire_asset(actor=acme, asset=kept[1])
    found = [risks.add_risk(actor=acme, scope=scope, title=title, owner=jonas.membership) for title in ("Open", "Over")]
    risks.close_risk(actor=acme, risk=found[1], reason="Gone")
    assert end_access(actor=acme, membership=jonas.membership, successor=cara.membership) == 2
    for row in (*kept, *found):
        row.refresh_from_db()
    assert [row.owner for row in (*kept, *found)] == [cara.membership, jonas.membership] * 2
