"""What the token's member is told, and by which way."""

import uuid
from datetime import datetime, time
from typing import Literal

from ninja import Field, Query, Router, Status

from annexa.api.access import Request, reads
from annexa.api.fields import Done, Line, Word
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.lib.errors import NotFound
from annexa.organizations.permissions import Permission
from annexa.tasks import notices, services, words
from annexa.tasks.models import Channel, Notice, NoticeChoice

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
    """Which kinds come by mail or chat at once, which in the daily digest, and when it is quiet."""

    mail_at_once: list[Word] = Field(max_length=50, examples=[["task.late"]])
    in_digest: list[Word] = Field(max_length=50, examples=[["task.given", "task.due"]])
    chat_at_once: list[Word] | None = Field(None, max_length=50, description="Stays as it is when left out.")
    digest_hour: int = Field(8, ge=0, le=23)
    quiet_from: str = Field("20:00", pattern=HOUR, description="Local time; the same as `quiet_to` for never.")
    quiet_to: str = Field("07:00", pattern=HOUR)


class ChannelIn(Schema):
    """A chat of yours."""

    address: Line = Field(examples=["https://hooks.slack.com/services/T000/B000/XXXX"])
    name: Line = ""


class ChannelOut(Schema):
    """A chat that you are told in."""

    id: uuid.UUID
    service: str = Field(description="Such as `slack`.")
    name: str
    state: Literal["active", "off"]
    failures: int = Field(description="Messages that did not arrive since one did.")
    last_error: str
    last_sent: datetime | None


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


@router.get("chats", response=list[ChannelOut])
@reads(Permission.TASK_WORK)
def list_channels(request: Request) -> list[ChannelOut]:
    """List your chats."""
    return [show_channel(each) for each in notices.channels(request.actor)]


@router.post("chats", response={201: ChannelOut})
@reads(Permission.TASK_WORK)
def add_channel(request: Request, payload: ChannelIn) -> Status[ChannelOut]:
    """Add a chat; its address holds a secret, so no answer shows it."""
    return Status(201, show_channel(services.add_channel(actor=request.actor, **payload.model_dump())))


@router.post("chats/{channel_id}/try", response={202: ChannelOut})
@reads(Permission.TASK_WORK)
def try_channel(request: Request, channel_id: uuid.UUID) -> Status[ChannelOut]:
    """Send a test message; list your chats to see what came of it."""
    found = notices.channel_for(request.actor, channel_id)
    services.try_channel(actor=request.actor, channel=found)
    return Status(202, show_channel(found))


@router.delete("chats/{channel_id}", response={204: None})
@reads(Permission.TASK_WORK)
def remove_channel(request: Request, channel_id: uuid.UUID) -> Status[None]:
    """Forget a chat."""
    services.remove_channel(actor=request.actor, channel=notices.channel_for(request.actor, channel_id))
    return Status(204, None)


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


def show_channel(channel: Channel) -> ChannelOut:
    """Show a chat without its address."""
    names = ("service", "name", "state", "failures", "last_error")
    values = {name: getattr(channel, name) for name in names}
    return ChannelOut(id=channel.pk, last_sent=channel.last_sent_at, **values)


def _choice(choice: NoticeChoice) -> Choice:
    values = {name: getattr(choice, name) for name in ("mail_at_once", "in_digest", "chat_at_once", "digest_hour")}
    return Choice(**values, quiet_from=f"{choice.quiet_from:%H:%M}", quiet_to=f"{choice.quiet_to:%H:%M}")
