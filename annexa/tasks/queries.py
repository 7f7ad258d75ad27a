"""Read tasks."""

import uuid
from datetime import timedelta

from django.db.models import F, Q, QuerySet

from annexa.lib import clock
from annexa.lib.errors import NotFound
from annexa.lib.tokens import token_hash
from annexa.organizations import delegations
from annexa.organizations.access import Actor
from annexa.organizations.models import Delegation, Membership
from annexa.organizations.permissions import Permission
from annexa.organizations.tokens import organization_of
from annexa.tasks.models import CalendarFeed, Task

THIS_WEEK = timedelta(days=7)


def visible_to(actor: Actor) -> QuerySet[Task]:
    """Return the tasks the actor may see: all of them for who may edit tasks, else their own.

    A member who is limited to one scope sees its tasks and those of the whole organisation.
    """
    found = Task.objects.filter(organization_id=actor.organization_id).select_related("owner__person")
    if actor.scope_id:
        found = found.filter(Q(scope=None) | Q(scope=actor.scope_id))
    return found if actor.can(Permission.TASK_EDIT) else found.filter(own(actor))


def own(actor: Actor) -> Q:
    """Keep the tasks that are the actor's to do: their own, and those of whom they stand in for today."""
    if actor.membership is None:
        return Q(owner=None)
    return Q(owner=actor.membership) | Q(delegations.is_stood_in(actor, Delegation.Kind.TASKS))


def doers(actor: Actor, task: Task) -> list[Membership]:
    """Return who is told of a task: its owner, and who stands in for them today."""
    if task.owner is None or not task.owner.is_active():
        return []
    return [task.owner, *delegations.stand_ins(actor, task.owner, Delegation.Kind.TASKS, task.scope_id)]


def narrowed(
    actor: Actor, *, text: str = "", state: str | None = None, mine: bool = False, late: bool = False
) -> QuerySet[Task]:
    """Return the visible tasks that have every word, a state, the actor as owner, or a due date that has passed."""
    found = visible_to(actor)
    for word in text.split():
        found = found.filter(title__icontains=word)
    if state:
        found = found.filter(state=state)
    if mine:
        found = found.filter(own(actor))
    return found.filter(state=Task.State.OPEN, due__lt=clock.today()) if late else found


def my_work(actor: Actor) -> dict[str, list[Task]]:
    """Return the actor's open tasks as overdue, this week and later, each by due date."""
    mine = visible_to(actor).filter(own(actor), state=Task.State.OPEN)
    today = clock.today()
    groups: dict[str, list[Task]] = {"overdue": [], "week": [], "later": []}
    for task in mine.order_by(F("due").asc(nulls_last=True), "created_at")[:100]:
        late = task.due is not None and task.due < today
        soon = task.due is not None and task.due <= today + THIS_WEEK
        groups["overdue" if late else "week" if soon else "later"].append(task)
    return groups


def task_for(actor: Actor, task_id: uuid.UUID | str) -> Task:
    """Return one task; raises NotFound."""
    found = visible_to(actor).filter(pk=task_id).first()
    if found is None:
        raise NotFound("There is no such task.")
    return found


def states_by_source(actor: Actor, kind: str) -> dict[uuid.UUID, str]:
    """Return the state of each source row's task."""
    found = Task.objects.filter(organization_id=actor.organization_id, source_kind=kind, source_id__isnull=False)
    return {key: state for key, state in found.values_list("source_id", "state") if key}


def by_source(actor: Actor, kind: str) -> dict[uuid.UUID, Task]:
    """Return the task of each source row."""
    found = Task.objects.filter(organization_id=actor.organization_id, source_kind=kind)
    return {task.source_id: task for task in found if task.source_id}


def calendar_feed(actor: Actor) -> CalendarFeed | None:
    """Return the actor's calendar address, if there is one."""
    if actor.membership is None:
        return None
    return CalendarFeed.objects.filter(organization_id=actor.organization_id, membership=actor.membership).first()


def feed_behind(text: str) -> CalendarFeed | None:
    """Return the calendar of an active member behind a secret; the caller has entered the organisation it names."""
    organization_id = organization_of(text)
    if organization_id is None:
        return None
    found = CalendarFeed.objects.filter(organization_id=organization_id, token_hash=token_hash(text))
    feed = found.select_related("organization", "membership__person", "membership__organization").first()
    return feed if feed and feed.membership.is_active() else None


def note_feed_use(feed: CalendarFeed) -> None:
    """Remember that a calendar was read, at most every ten minutes."""
    if feed.is_use_old:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_used_at=clock.now())
