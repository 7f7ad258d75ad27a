"""Versions of rows, as the database keeps them."""

import datetime

import pytest
from django.db import ProgrammingError, connection, transaction

from annexa.lib import clock
from annexa.lib.database import history
from annexa.organizations.models import Membership, Organization
from annexa.organizations.roles import Role
from annexa.tasks import services as tasks
from annexa.tasks.models import Task, TaskVersion
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


def _versions(task):
    return list(TaskVersion.objects.filter(id=task.pk).order_by("kept_id"))


def _now():
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        return cursor.fetchone()[0]


def test_a_version_is_kept_with_who_and_which_command(acme):
    task = tasks.create_task(actor=acme, title="Write the policy")
    tasks.finish_task(actor=acme, task=task)
    first, second = _versions(task)
    assert (first.title, first.state, second.state) == ("Write the policy", "open", "done")
    assert (first.began_by, first.began_with) == (acme.name, "tasks.create_task")
    assert (first.ended_by, first.ended_with) == (acme.name, "tasks.finish_task")
    assert first.valid_to == second.valid_from
    assert second.valid_to is None


def test_a_bulk_change_past_the_commands_is_kept_too(acme):
    made = Task.objects.bulk_create(Task(organization=acme.organization, title=f"Task {n}") for n in range(5))
    Task.objects.filter(title__in=["Task 1", "Task 2"]).update(note="Soon")
    assert [len(_versions(task)) for task in made] == [1, 2, 2, 1, 1]


def test_a_change_that_changes_nothing_makes_no_version(acme):
    task = Task.objects.create(organization=acme.organization, title="Same")
    Task.objects.filter(pk=task.pk).update(title="Same")
    assert len(_versions(task)) == 1


def test_a_deleted_row_keeps_its_last_version_and_who_ended_it(acme):
    task = tasks.create_task(actor=acme, title="Short-lived")
    Task.objects.filter(pk=task.pk).delete()
    (kept,) = _versions(task)
    assert kept.valid_to is not None
    assert kept.ended_by == acme.name


def test_a_rolled_back_change_leaves_no_version(acme):
    task = Task.objects.create(organization=acme.organization, title="Before")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(title="After")
        raise ZeroDivisionError
    assert [version.title for version in _versions(task)] == ["Before"]


def test_rows_as_of_a_moment_are_the_rows_of_that_moment(acme):
    task = tasks.create_task(actor=acme, title="Draft")
    then = _now()
    tasks.update_task(actor=acme, task=task, title="Final", owner=task.owner, due=None, note="")
    later = tasks.create_task(actor=acme, title="Second")
    assert [row.title for row in history.rows(Task, then)] == ["Draft"]
    assert {row.title for row in history.rows(Task, _now())} == {"Final", "Second"}
    assert set(history.rows(Task, None)) == {task, later}


def test_a_version_says_what_the_row_said_of_itself(acme):
    tasks.create_task(actor=acme, title="Late", due=datetime.date(2020, 1, 1))
    (row,) = history.rows(Task, _now())
    assert row.is_overdue
    assert str(row) == "Late"
    assert row.get_state_display() == "Open"
    assert row.owner == acme.membership


@pytest.mark.parametrize("statement", ["update tasks_task_version set title = 'x'", "delete from tasks_task_version"])
def test_the_application_login_cannot_change_history(acme, statement):
    tasks.create_task(actor=acme, title="As it was")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_application_login_cannot_tell_history_the_time(acme):
    with clock.at(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)):
        task = tasks.create_task(actor=acme, title="Backdated")
    assert _versions(task)[0].valid_from.year > 2020


@pytest.mark.django_db(transaction=True)
def test_the_owner_may_tell_history_the_time(owner_login):
    actor, moment = make.organization(), datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    with owner_login(), clock.at(moment), make.inside(actor):
        task = tasks.create_task(actor=actor, title="Simulated")
    with make.inside(actor):
        assert _versions(task)[0].valid_from == moment


def test_the_organisation_itself_keeps_versions(acme):
    Organization.objects.filter(pk=acme.organization_id).update(legal_name="Acme Limited")
    versions = history.VERSIONS[Organization].objects.order_by("kept_id")
    assert [version.legal_name for version in versions] == ["", "Acme Limited"]


def test_a_role_that_was_taken_away_can_be_shown(acme):
    auditor = make.member(acme, Role.INTERNAL_AUDITOR)
    then = _now()
    Membership.objects.filter(pk=auditor.membership.pk).update(role=Role.READER)
    assert history.rows(Membership, then).get(id=auditor.membership.pk).role_name == "Internal auditor"
