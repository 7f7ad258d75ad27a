"""Create, hand over and finish tasks."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import access
from annexa.organizations.models import Membership
from annexa.organizations.permissions import Permission
from annexa.tasks.models import Task


@access.command(Permission.TASK_WORK)
def create_task(
    *, actor: access.Actor, title: str, owner: Membership | None = None, due: date | None = None, note: str = ""
) -> Task:
    """Create a task; only who may edit tasks can give it to somebody else."""
    _check_title(title)
    owner = owner or actor.membership
    _check_hand_over(actor, owner)
    task = Task.objects.create(
        organization=actor.organization,
        scope_id=actor.scope_id,
        title=title.strip(),
        owner=owner,
        due=due,
        note=note.strip(),
    )
    activity.note(task, title=task.title, owner=str(owner.pk) if owner else None, due=due)
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
) -> None:
    """Change a task; its owner may change all but the owner."""
    lock(task)
    _check_work(actor, task)
    _check_title(title)
    owner = task.owner if owner == "same" else owner
    if owner != task.owner:
        _check_hand_over(actor, owner)
    activity.change(task, title=title.strip(), owner=owner, due=due, note=note.strip())


@access.command(Permission.TASK_WORK)
def finish_task(*, actor: access.Actor, task: Task) -> None:
    """Mark a task done."""
    lock(task)
    _check_work(actor, task)
    activity.change(task, state=Task.State.DONE, done_at=clock.now())


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
    scope_id: uuid.UUID,
    reference: str,
    title: str,
    owner: Membership | None,
    due: date | None,
) -> None:
    """Keep the one task of a source row in step with it; called inside the command that changed the row."""
    found = Task.objects.filter(organization=actor.organization, source_kind=kind, source_id=source_id)
    task = found.select_for_update(no_key=True).first()
    if not title:
        if task and task.state == Task.State.OPEN:
            activity.change(task, state=Task.State.DROPPED)
        return
    if task is None:
        task = Task.objects.create(
            organization=actor.organization,
            scope_id=scope_id,
            title=title[:300],
            owner=owner,
            due=due,
            source_kind=kind,
            source_id=source_id,
            reference=reference,
        )
        activity.note(task, title=task.title, owner=str(owner.pk) if owner else None, due=due)
        return
    state = Task.State.OPEN if task.state == Task.State.DROPPED else task.state
    activity.change(task, title=title[:300], owner=owner, due=due, state=state)


@access.command(Permission.TASK_EDIT)
def move_sources(*, actor: access.Actor, kind: str, moves: Mapping[uuid.UUID, uuid.UUID], scope_id: uuid.UUID) -> None:
    """Let open tasks follow the row that took their source's place, into its scope."""
    found = Task.objects.filter(organization=actor.organization, source_kind=kind, source_id__in=moves)
    for task in found.filter(state=Task.State.OPEN).select_for_update(no_key=True):
        if task.source_id:
            activity.change(task, source_id=moves[task.source_id], scope_id=scope_id)


def _check_title(title: str) -> None:
    if not title.strip():
        raise UserError(_("Say what is to be done."), {"title": _("Needed")})


def _check_work(actor: access.Actor, task: Task) -> None:
    if not actor.can(Permission.TASK_EDIT) and not actor.owns(task):
        raise NotAllowed(_("This task belongs to somebody else."))


def _check_hand_over(actor: access.Actor, owner: Membership | None) -> None:
    if owner != actor.membership and not actor.can(Permission.TASK_EDIT):
        raise NotAllowed(_("Your role cannot give tasks to others."))
