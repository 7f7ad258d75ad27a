"""Create, hand over and finish tasks."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.lib.text import one_line
from annexa.organizations import access, delegations
from annexa.organizations.models import Delegation, Membership
from annexa.organizations.permissions import Permission
from annexa.tasks import notices, queries
from annexa.tasks.models import Kind, Task
from annexa.tasks.rhythm import next_due


@access.command(Permission.TASK_WORK)
def create_task(
    *,
    actor: access.Actor,
    title: str,
    owner: Membership | None = None,
    due: date | None = None,
    note: str = "",
    rhythm: str = Task.Rhythm.ONCE,
) -> Task:
    """Create a task, perhaps one that comes again; only who may edit tasks can give it to somebody else."""
    _check_title(title)
    _check_rhythm(rhythm, due)
    owner = owner or actor.membership
    _check_hand_over(actor, owner)
    task = Task.objects.create(
        organization=actor.organization,
        scope_id=actor.scope_id,
        title=one_line(title),
        owner=owner,
        due=due,
        note=note.strip(),
        rhythm=rhythm,
    )
    activity.note(task, title=task.title, owner=str(owner.pk) if owner else None, due=due)
    _tell_owner(actor, task)
    return task


@access.command(Permission.TASK_WORK)
def update_task(
    *,
    actor: access.Actor,
    task: Task,
    title: str,
    due: date | None,
    note: str,
    owner: Membership | Literal["same"] | None = "same",
    rhythm: str | None = None,
) -> None:
    """Change a task; its owner may change all but the owner."""
    lock(task)
    rhythm = task.rhythm if rhythm is None else rhythm
    _check_rhythm(rhythm, due)
    _check_work(actor, task)
    _check_title(title)
    owner = task.owner if owner == "same" else owner
    if owner != task.owner:
        _check_hand_over(actor, owner)
    before = task.owner_id
    activity.change(task, title=one_line(title), owner=owner, due=due, note=note.strip(), rhythm=rhythm)
    if task.owner_id != before:
        _tell_owner(actor, task)


@access.command(Permission.TASK_WORK)
def finish_task(*, actor: access.Actor, task: Task) -> None:
    """Mark a task done; one with a rhythm comes again, due one step later."""
    lock(task)
    _check_work(actor, task)
    is_open = task.state == Task.State.OPEN
    activity.change(task, state=Task.State.DONE, done_at=clock.now())
    if is_open and task.owner_id and not actor.owns(task):
        activity.note(task, done_for=str(task.owner_id))
    notices.settle(task, [Kind.TASK_GIVEN, Kind.TASK_DUE, Kind.TASK_LATE, Kind.TASK_ESCALATED])
    if is_open and task.rhythm and task.due:
        _come_again(task, next_due(task.due, task.rhythm, clock.today()))


@access.command(Permission.TASK_WORK)
def reopen_task(*, actor: access.Actor, task: Task) -> None:
    """Put a finished or dropped task back on the list."""
    lock(task)
    _check_work(actor, task)
    activity.change(task, state=Task.State.OPEN, done_at=None)


def follow_source(
    *,
    actor: access.Actor,
    kind: str,
    source_id: uuid.UUID,
    scope_id: uuid.UUID | None,
    reference: str,
    title: str,
    owner: Membership | None,
    due: date | None,
    done: bool = False,
    again: bool = False,
) -> None:
    """Keep the one task of a source row in step with it; called inside the command that changed the row.

    Without a title an open task ends: done, or dropped as not needed. `again` opens one that was done before.
    """
    found = Task.objects.filter(organization=actor.organization, source_kind=kind, source_id=source_id)
    task = found.select_for_update(no_key=True).first()
    if not title:
        if task and task.state == Task.State.OPEN:
            ended = {"state": Task.State.DONE, "done_at": clock.now()} if done else {"state": Task.State.DROPPED}
            activity.change(task, **ended)
        return
    if task is None:
        task = Task.objects.create(
            organization=actor.organization,
            scope_id=scope_id,
            title=one_line(title)[:300],
            owner=owner,
            due=due,
            source_kind=kind,
            source_id=source_id,
            reference=reference,
        )
        activity.note(task, title=task.title, owner=str(owner.pk) if owner else None, due=due)
        _tell_owner(actor, task)
        return
    before = task.owner_id
    values: dict[str, Any] = {"title": one_line(title)[:300], "owner": owner, "due": due}
    if task.state == Task.State.DROPPED or (again and task.state == Task.State.DONE):
        values |= {"state": Task.State.OPEN, "done_at": None}
    activity.change(task, **values)
    if task.owner_id != before:
        _tell_owner(actor, task)


@access.command(Permission.TASK_EDIT)
def move_sources(*, actor: access.Actor, kind: str, moves: Mapping[uuid.UUID, uuid.UUID], scope_id: uuid.UUID) -> None:
    """Let open tasks follow the row that took their source's place, into its scope."""
    found = Task.objects.filter(organization=actor.organization, source_kind=kind, source_id__in=moves)
    for task in found.filter(state=Task.State.OPEN).select_for_update(no_key=True):
        if task.source_id:
            activity.change(task, source_id=moves[task.source_id], scope_id=scope_id)


def _tell_owner(actor: access.Actor, task: Task) -> None:
    due = {"due": str(task.due)} if task.due else {}
    notices.tell(actor, queries.doers(actor, task), Kind.TASK_GIVEN, task, title=task.title, **due)


def _come_again(task: Task, due: date) -> None:
    kept = ("organization", "scope", "title", "note", "owner", "rhythm", "reference")
    again = Task.objects.create(due=due, **{name: getattr(task, name) for name in kept})
    owner = str(task.owner_id) if task.owner_id else None
    activity.note(again, title=again.title, owner=owner, due=due, after=str(task.pk))


def _check_rhythm(rhythm: str, due: date | None) -> None:
    if rhythm not in Task.Rhythm.values:
        raise UserError(_("Choose how often it comes."), {"rhythm": _("Unknown")})
    if rhythm and due is None:
        raise UserError(_("Say when it is due first; the next time follows from that."), {"due": _("Needed to repeat")})


def _check_title(title: str) -> None:
    if not title.strip():
        raise UserError(_("Say what is to be done."), {"title": _("Needed")})


def _check_work(actor: access.Actor, task: Task) -> None:
    if actor.can(Permission.TASK_EDIT) or actor.owns(task):
        return
    if task.owner_id not in delegations.principals(actor, Delegation.Kind.TASKS, task.scope_id):
        raise NotAllowed(_("This task belongs to somebody else."))


def _check_hand_over(actor: access.Actor, owner: Membership | None) -> None:
    if owner != actor.membership and not actor.can(Permission.TASK_EDIT):
        raise NotAllowed(_("Your role cannot give tasks to others."))
