"""What the token's member is told, and by which way."""

import uuid
from datetime import datetime, time

from ninja import Field, Query, Router

from annexa.api.access import Request, reads
from annexa.api.fields import Done, Word
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.lib.errors import NotFound
from annexa.organizations.permissions import Permission
from annexa.tasks import notices, services, words
from annexa.tasks.models import Notice, NoticeChoice

router = Router(tags=["Inbox"])
HOUR = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
SORTS = {"created": "created_at", "kind": "kind"}


class NoticeOut(Schema):
    """One thing told to you."""

    id: uuid.UUID
    kind: str
    sentence: str
    detail: str
    subject_type: str
    subject_id: str
    created: datetime
    read: datetime | None


class NoticeFilters(Schema):
    """Which notices."""

    unread: bool = Field(False, description="Only those not read.")


class Read(Schema):
    """Which notices are read; all of them when none is named."""

    ids: list[uuid.UUID] | None = Field(None, max_length=1000)


class Choice(Schema):
    """Which kinds come by mail at once, which in the daily digest, and when it is quiet."""

    mail_at_once: list[Word] = Field(max_length=50, examples=[["task.late"]])
    in_digest: list[Word] = Field(max_length=50, examples=[["task.given", "task.due"]])
    digest_hour: int = Field(8, ge=0, le=23)
    quiet_from: str = Field("20:00", pattern=HOUR, description="Local time; the same as `quiet_to` for never.")
    quiet_to: str = Field("07:00", pattern=HOUR)


@router.get("", response=Page[NoticeOut])
@reads(Permission.TASK_WORK)
def list_notices(request: Request, filters: Query[NoticeFilters], paging: Query[Paging]) -> dict[str, object]:
    """List what you have been told."""
    found = notices.inbox(request.actor)
    return page(found.filter(read_at=None) if filters.unread else found, paging, SORTS, "-created", show)


@router.post("read", response=Done)
@reads(Permission.TASK_WORK)
def read_notices(request: Request, payload: Read) -> Done:
    """Mark notices as read."""
    return Done(changed=services.read_notices(actor=request.actor, notice_ids=payload.ids))


@router.get("choice", response=Choice)
@reads(Permission.TASK_WORK)
def read_choice(request: Request) -> Choice:
    """Read how you want to be told."""
    if request.actor.membership is None:
        raise NotFound("Only a member has an inbox.")
    return _choice(notices.choice_of(request.actor.membership))


@router.post("choice", response=Choice)
@reads(Permission.TASK_WORK)
def choose_notices(request: Request, payload: Choice) -> Choice:
    """Choose how you want to be told."""
    quiet = {name: time.fromisoformat(getattr(payload, name)) for name in ("quiet_from", "quiet_to")}
    return _choice(services.choose_notices(actor=request.actor, **(payload.model_dump() | quiet)))


def show(notice: Notice) -> NoticeOut:
    """Show a notice in words."""
    names = ("kind", "subject_type", "subject_id")
    return NoticeOut(
        id=notice.pk,
        sentence=words.sentence(notice),
        detail=words.detail(notice),
        created=notice.created_at,
        read=notice.read_at,
        **{name: getattr(notice, name) for name in names},
    )


def _choice(choice: NoticeChoice) -> Choice:
    values = {name: getattr(choice, name) for name in ("mail_at_once", "in_digest", "digest_hour")}
    return Choice(**values, quiet_from=f"{choice.quiet_from:%H:%M}", quiet_to=f"{choice.quiet_to:%H:%M}")
