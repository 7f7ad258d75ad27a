"""Tasks."""

import uuid
from datetime import date, datetime, timedelta
from typing import Literal

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads
from annexa.api.fields import Line, Member, Text, member, owner_of
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.lib import clock
from annexa.lib.errors import UserError
from annexa.organizations.permissions import Permission
from annexa.tasks import calendar, queries, services
from annexa.tasks.models import Task

router = Router(tags=["Tasks"])
State = Literal["open", "done", "dropped"]
Rhythm = Literal["", "weekly", "monthly", "quarterly", "half_yearly", "yearly"]
MOST_DAYS = timedelta(days=400)
SORTS = {"due": "due", "title": "title", "state": "state", "created": "created_at", "changed": "changed_at"}


class TaskOut(Schema):
    """Something a person has to do."""

    id: uuid.UUID
    title: str
    note: str
    owner: Member | None
    due: date | None
    rhythm: Rhythm
    state: State
    is_overdue: bool
    source: str = Field(description="What it came from, such as `gap`; empty when a person wrote it.")
    reference: str = Field(description="The requirement or control it is about.")
    created: datetime
    changed: datetime
    done: datetime | None


class TaskIn(Schema):
    """A new task; without an owner it is yours."""

    title: Line = Field(examples=["Test the restore of the customer database"])
    note: Text = ""
    owner: uuid.UUID | None = None
    due: date | None = Field(None, examples=["2026-12-18"])
    rhythm: Rhythm = Field("", description="How often it comes again; needs `due`.")


class TaskChange(Schema):
    """What to change of a task; what is left out stays."""

    title: Line | None = None
    note: Text | None = None
    owner: uuid.UUID | None = None
    due: date | None = None
    rhythm: Rhythm | None = None
    state: Literal["open", "done"] | None = Field(None, description="`done` finishes the task, `open` reopens it.")


class TaskFilters(Schema):
    """Which tasks."""

    q: Line = Field("", description="Words of the title.")
    state: State | None = None
    mine: bool = Field(False, description="Only those of the token's member.")
    late: bool = Field(False, description="Only open ones past their due date.")


class Days(Schema):
    """From which day to which."""

    first: date = Field(default_factory=clock.today, description="Today when left out.")
    last: date | None = Field(None, description="At most 400 days later, which is meant when it is left out.")
    mine: bool = Field(True, description="Only those of the token's member.")


class Due(Schema):
    """A task on a day."""

    day: date
    expected: bool = Field(description="Foreseen, because a task that repeats will come again then.")
    task: TaskOut


class Which(Schema):
    """Which tasks stand in a calendar."""

    only_mine: bool = Field(True, description="Or all that you may see.")


class Address(Schema):
    """Where a calendar program reads; shown this once."""

    address: str
    only_mine: bool


@router.get("", response=Page[TaskOut])
@reads(Permission.TASK_WORK)
def list_tasks(request: Request, filters: Query[TaskFilters], paging: Query[Paging]) -> dict[str, object]:
    """List the tasks you may see: all of them, or your own."""
    rows = queries.narrowed(request.actor, text=filters.q, state=filters.state, mine=filters.mine, late=filters.late)
    return page(rows, paging, SORTS, "due", show)


@router.post("", response={201: TaskOut})
@reads(Permission.TASK_WORK)
def create_task(request: Request, response: HttpResponse, payload: TaskIn) -> Status[TaskOut]:
    """Add a task."""
    owner = owner_of(request.actor, payload.owner)
    values = payload.model_dump(exclude={"owner"})
    made = services.create_task(actor=request.actor, owner=owner, **values)
    response["Location"] = f"/api/v1/tasks/{made.pk}"
    return Status(201, etags.tagged(response, show(made)))


@router.get("calendar", response=list[Due])
@reads(Permission.TASK_WORK)
def read_calendar(request: Request, filters: Query[Days]) -> list[Due]:
    """List what is due within some days, those on which a task will come again among them."""
    last = filters.last or filters.first + MOST_DAYS
    if not filters.first <= last <= filters.first + MOST_DAYS:
        sentence = _("The last day lies from 0 to %(days)s days after the first.") % {"days": MOST_DAYS.days}
        raise UserError(sentence, {"last": sentence})
    found = calendar.entries(request.actor, filters.first, last, only_mine=filters.mine)
    return [Due(day=each.day, expected=each.expected, task=show(each.task)) for each in found]


@router.post("calendar/address", response={201: Address})
@reads(Permission.TASK_WORK)
def publish_calendar(request: Request, payload: Which) -> Status[Address]:
    """Make the secret address of your calendar, for programs that read iCalendar; an earlier one is worthless then."""
    _feed, text = services.publish_calendar(actor=request.actor, only_mine=payload.only_mine)
    request.shown_once = True
    return Status(201, Address(address=calendar.address(settings.BASE_URL, text), only_mine=payload.only_mine))


@router.delete("calendar/address", response={204: None})
@reads(Permission.TASK_WORK)
def withdraw_calendar(request: Request) -> Status[None]:
    """Make the address of your calendar worthless."""
    services.withdraw_calendar(actor=request.actor)
    return Status(204, None)


@router.get("{task_id}", response=TaskOut)
@reads(Permission.TASK_WORK)
def read_task(request: Request, response: HttpResponse, task_id: uuid.UUID) -> TaskOut:
    """Read one task."""
    return etags.tagged(response, show(queries.task_for(request.actor, task_id)))


@router.patch("{task_id}", response=TaskOut)
@reads(Permission.TASK_WORK)
def change_task(request: Request, response: HttpResponse, task_id: uuid.UUID, payload: TaskChange) -> TaskOut:
    """Change, finish or reopen a task."""
    actor = request.actor
    found = etags.current(request, Task, task_id, lambda: queries.task_for(actor, task_id), show, payload)
    _change(request, found, payload)
    return etags.tagged(response, show(queries.task_for(actor, task_id)))


def _change(request: Request, found: Task, payload: TaskChange) -> None:
    given = payload.model_dump(exclude_unset=True)
    state = given.pop("state", None)
    if given:
        owner = owner_of(request.actor, given["owner"]) if "owner" in given else found.owner
        now = {name: getattr(found, name) for name in ("title", "note", "due", "rhythm")}
        values = now | {name: value for name, value in given.items() if name == "due" or value is not None}
        services.update_task(actor=request.actor, task=found, **{**values, "owner": owner})
    if state == Task.State.DONE and found.state != state:
        services.finish_task(actor=request.actor, task=found)
    if state == Task.State.OPEN and found.state != state:
        services.reopen_task(actor=request.actor, task=found)


def show(task: Task) -> TaskOut:
    """Show a task."""
    return TaskOut(
        id=task.pk,
        title=task.title,
        note=task.note,
        owner=member(task.owner),
        due=task.due,
        rhythm=task.rhythm,  # type: ignore[arg-type]
        state=task.state,  # type: ignore[arg-type]
        is_overdue=task.is_overdue,
        source=task.source_kind,
        reference=task.reference,
        created=task.created_at,
        changed=task.changed_at,
        done=task.done_at,
    )
