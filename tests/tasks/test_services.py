"""Tasks are made, handed over, finished, and follow the row they came from."""

import datetime
import uuid

import pytest

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from annexa.tasks import queries, services
from annexa.tasks.models import Task
from tests.factories import organizations as make


@pytest.fixture
def jonas(acme):
    return make.member(acme, Role.CONTRIBUTOR)


def create(actor, title="Book the audit", **values):
    return services.create_task(actor=actor, title=title, **values)


class TestCreate:
    def test_is_its_makers_unless_given_to_somebody(self, acme, jonas):
        assert create(acme).owner == acme.membership
        assert create(acme, owner=jonas.membership).owner == jonas.membership

    def test_says_what_is_to_be_done(self, acme):
        with pytest.raises(UserError) as error:
            create(acme, "   ")
        assert "title" in error.value.fields

    def test_only_who_edits_tasks_gives_them_to_others(self, acme, jonas):
        with pytest.raises(NotAllowed):
            create(jonas, owner=acme.membership)

    def test_is_not_for_an_external_auditor(self, acme):
        with pytest.raises(NotAllowed):
            create(make.member(acme, Role.EXTERNAL_AUDITOR))


class TestUpdate:
    WORDS = {"title": "Book stage 1", "due": None, "note": ""}

    def test_its_owner_changes_all_but_the_owner(self, acme, jonas):
        task = create(acme, owner=jonas.membership)
        services.update_task(actor=jonas, task=task, owner=jonas.membership, **self.WORDS)
        assert task.title == "Book stage 1"
        with pytest.raises(NotAllowed):
            services.update_task(actor=jonas, task=task, owner=acme.membership, **self.WORDS)

    def test_who_edits_tasks_hands_them_over(self, acme, jonas):
        task = create(acme)
        services.update_task(actor=acme, task=task, owner=jonas.membership, **self.WORDS)
        assert task.owner == jonas.membership

    def test_others_change_nothing(self, acme, jonas):
        task = create(acme)
        for act in (services.finish_task, services.reopen_task):
            with pytest.raises(NotAllowed):
                act(actor=jonas, task=task)
        with pytest.raises(NotAllowed):
            services.update_task(actor=jonas, task=task, owner=acme.membership, **self.WORDS)

    def test_keeps_saying_what_is_to_be_done(self, acme):
        with pytest.raises(UserError):
            services.update_task(actor=acme, task=create(acme), owner=acme.membership, **self.WORDS | {"title": " "})


def test_finishing_is_remembered_and_undone(acme):
    task = create(acme)
    services.finish_task(actor=acme, task=task)
    assert (task.state, task.done_at is not None) == (Task.State.DONE, True)
    services.reopen_task(actor=acme, task=task)
    assert (task.state, task.done_at) == (Task.State.OPEN, None)


def test_my_work_is_grouped_by_urgency(acme, jonas, frozen_time):
    today = clock.today()
    for title, days in (("late", -1), ("today", 0), ("week", 7), ("far", 8)):
        create(acme, title, due=today + datetime.timedelta(days=days))
    create(acme, "some day")
    create(acme, "not mine", owner=jonas.membership)
    services.finish_task(actor=acme, task=create(acme, "done"))
    found = {key: [task.title for task in tasks] for key, tasks in queries.my_work(acme).items()}
    assert found == {"overdue": ["late"], "week": ["today", "week"], "later": ["far", "some day"]}


def test_tasks_of_others_are_not_there(acme, jonas):
    task = create(acme)
    with pytest.raises(NotFound):
        queries.task_for(jonas, task.pk)
    assert queries.task_for(acme, task.pk) == task


def test_who_handed_a_task_over_meanwhile_does_not_finish_it(acme, jonas):
    read_before = create(jonas)
    task = Task.objects.get(pk=read_before.pk)
    services.update_task(actor=acme, task=task, title=task.title, owner=acme.membership, due=None, note="")
    with pytest.raises(NotAllowed, match="somebody else"):
        services.finish_task(actor=jonas, task=read_before)
    assert Task.objects.get(pk=read_before.pk).state == Task.State.OPEN


class TestFollowSource:
    SOURCE = uuid.UUID(int=7)

    def follow(self, actor, title, **values):
        scope_id = organizations.scope_for(actor).pk
        given = {"owner": actor.membership, "due": None, "reference": "A.5.1", "scope_id": scope_id, **values}
        with activity.recording(actor.organization_id, actor.name, "test.follow"):
            services.follow_source(actor=actor, kind="gap", source_id=self.SOURCE, title=title, **given)
        return Task.objects.filter(source_id=self.SOURCE).first()

    def test_makes_one_task_and_keeps_it_in_step(self, acme, jonas):
        self.follow(acme, "Write it down")
        task = self.follow(acme, "Write it down soon", owner=jonas.membership)
        assert (Task.objects.count(), task.title, task.owner) == (1, "Write it down soon", jonas.membership)

    def test_drops_the_task_with_its_reason_and_takes_it_up_again(self, acme):
        self.follow(acme, "Write it down")
        assert self.follow(acme, "").state == Task.State.DROPPED
        assert self.follow(acme, "Write it after all").state == Task.State.OPEN

    def test_leaves_a_finished_task_finished(self, acme):
        services.finish_task(actor=acme, task=self.follow(acme, "Write it down"))
        assert self.follow(acme, "").state == Task.State.DONE
        assert self.follow(acme, "Write it better").state == Task.State.DONE

    def test_nothing_to_do_makes_no_task(self, acme):
        assert self.follow(acme, "") is None
