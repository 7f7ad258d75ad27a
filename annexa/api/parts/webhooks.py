"""Webhooks: who is told what, and what became of it."""

import uuid
from datetime import datetime
from typing import Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads
from annexa.api.fields import Done, Line, whole
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.organizations.permissions import Permission
from annexa.webhooks import queries, services
from annexa.webhooks.models import Delivery, Endpoint

router = Router(tags=["Webhooks"])
SORTS = {"created": "created_at"}
Name = Line


class WebhookOut(Schema):
    """An address that is told of events."""

    id: uuid.UUID
    url: str
    description: str
    events: list[str]
    state: Literal["active", "paused", "off"]
    off_because: str
    created: datetime
    changed: datetime


class WebhookMade(WebhookOut):
    """A webhook with the secret that signs; shown this once."""

    secret: str = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


class Secret(Schema):
    """A new secret; shown this once, and the old one signs beside it for a day."""

    secret: str


class WebhookIn(Schema):
    """A new webhook; what happens from now on is told."""

    url: str = Field(max_length=1000, examples=["https://example.com/annexa"])
    events: list[Name] = Field(min_length=1, max_length=300, examples=[["tasks.*", "treatment.approve_statement"]])
    description: Line = ""


class WebhookChange(Schema):
    """What to change; what is left out stays."""

    url: str | None = Field(None, max_length=1000)
    events: list[Name] | None = Field(None, max_length=300)
    description: Line | None = None


class Resume(Schema):
    """From where it stopped, or only what happens from now on."""

    skip: bool = False


class Again(Schema):
    """Which deliveries to send again: these, or all that were given up, perhaps since a moment."""

    ids: list[uuid.UUID] | None = Field(None, max_length=500)
    since: datetime | None = None


class Attempt(Schema):
    """One attempt; status 0 is no answer at all."""

    at: datetime
    status: int
    ms: int
    said: str


class DeliveryOut(Schema):
    """One event for one webhook."""

    id: uuid.UUID = Field(description="What `webhook-id` says; the same whenever it is sent again.")
    event: str
    state: Literal["waiting", "delivered", "dead"]
    attempts: list[Attempt]
    due: datetime
    created: datetime
    ended: datetime | None


class DeliveryFilters(Schema):
    """Which deliveries."""

    state: Literal["", "waiting", "delivered", "dead"] = ""


@router.get("events", response=list[str])
@reads(Permission.WEBHOOK_EDIT)
def list_events(request: Request) -> list[str]:
    """List the names of events; `part.*` and `*` stand for several."""
    return queries.events()


@router.get("", response=Page[WebhookOut])
@reads(Permission.WEBHOOK_EDIT)
def list_webhooks(request: Request, paging: Query[Paging]) -> dict[str, object]:
    """List the webhooks."""
    return page(queries.endpoints(request.actor), paging, SORTS, "created", show)


@router.post("", response={201: WebhookMade})
@reads(Permission.WEBHOOK_EDIT)
def add_webhook(request: Request, response: HttpResponse, payload: WebhookIn) -> Status[WebhookMade]:
    """Have an address told of events from now on."""
    made, secret = services.add_webhook(actor=request.actor, **payload.model_dump())
    request.shown_once = True
    response["Location"] = f"/api/v1/webhooks/{made.pk}"
    return Status(201, WebhookMade(secret=secret, **show(made).model_dump()))


@router.get("{uuid:webhook_id}", response=WebhookOut)
@reads(Permission.WEBHOOK_EDIT)
def read_webhook(request: Request, response: HttpResponse, webhook_id: uuid.UUID) -> WebhookOut:
    """Read a webhook."""
    return etags.tagged(response, show(queries.endpoint_for(request.actor, webhook_id)))


@router.patch("{uuid:webhook_id}", response=WebhookOut)
@reads(Permission.WEBHOOK_EDIT)
def change_webhook(
    request: Request, response: HttpResponse, webhook_id: uuid.UUID, payload: WebhookChange
) -> WebhookOut:
    """Change a webhook."""

    def read() -> Endpoint:
        return queries.endpoint_for(request.actor, webhook_id)

    found = etags.current(request, Endpoint, webhook_id, read, show, payload)
    services.change_webhook(actor=request.actor, endpoint=found, **whole(payload))
    return etags.tagged(response, show(read()))


@router.delete("{uuid:webhook_id}", response={204: None})
@reads(Permission.WEBHOOK_EDIT)
def remove_webhook(request: Request, webhook_id: uuid.UUID) -> Status[None]:
    """Tell an address no more, and forget what was sent."""
    services.remove_webhook(actor=request.actor, endpoint=queries.endpoint_for(request.actor, webhook_id))
    return Status(204, None)


@router.post("{uuid:webhook_id}/pause", response=WebhookOut)
@reads(Permission.WEBHOOK_EDIT)
def pause_webhook(request: Request, webhook_id: uuid.UUID) -> WebhookOut:
    """Send nothing for a while; what happens meanwhile waits."""
    services.pause_webhook(actor=request.actor, endpoint=queries.endpoint_for(request.actor, webhook_id))
    return show(queries.endpoint_for(request.actor, webhook_id))


@router.post("{uuid:webhook_id}/resume", response=WebhookOut)
@reads(Permission.WEBHOOK_EDIT)
def resume_webhook(request: Request, webhook_id: uuid.UUID, payload: Resume) -> WebhookOut:
    """Send again."""
    found = queries.endpoint_for(request.actor, webhook_id)
    services.resume_webhook(actor=request.actor, endpoint=found, skip=payload.skip)
    return show(queries.endpoint_for(request.actor, webhook_id))


@router.post("{uuid:webhook_id}/secret", response=Secret)
@reads(Permission.WEBHOOK_EDIT)
def replace_secret(request: Request, webhook_id: uuid.UUID) -> Secret:
    """Make a new secret."""
    found = queries.endpoint_for(request.actor, webhook_id)
    request.shown_once = True
    return Secret(secret=services.replace_secret(actor=request.actor, endpoint=found))


@router.post("{uuid:webhook_id}/test", response={202: DeliveryOut})
@reads(Permission.WEBHOOK_EDIT)
def try_webhook(request: Request, webhook_id: uuid.UUID) -> Status[DeliveryOut]:
    """Send a test event."""
    found = queries.endpoint_for(request.actor, webhook_id)
    return Status(202, show_delivery(services.try_webhook(actor=request.actor, endpoint=found)))


@router.post("{uuid:webhook_id}/again", response=Done)
@reads(Permission.WEBHOOK_EDIT)
def send_again(request: Request, webhook_id: uuid.UUID, payload: Again) -> Done:
    """Send deliveries again."""
    found = queries.endpoint_for(request.actor, webhook_id)
    chosen = None
    if payload.ids is not None:
        chosen = list(queries.deliveries(request.actor, found).filter(pk__in=payload.ids))
    sent = services.send_again(actor=request.actor, endpoint=found, deliveries=chosen, since=payload.since)
    return Done(changed=sent)


@router.get("{uuid:webhook_id}/deliveries", response=Page[DeliveryOut])
@reads(Permission.WEBHOOK_EDIT)
def list_deliveries(
    request: Request, webhook_id: uuid.UUID, filters: Query[DeliveryFilters], paging: Query[Paging]
) -> dict[str, object]:
    """List what was or will be sent, newest first."""
    found = queries.endpoint_for(request.actor, webhook_id)
    return page(queries.deliveries(request.actor, found, filters.state), paging, SORTS, "-created", show_delivery)


def show(found: Endpoint) -> WebhookOut:
    """Show a webhook."""
    same = ("url", "description", "events", "state", "off_because")
    return WebhookOut(
        id=found.pk, created=found.created_at, changed=found.changed_at, **{name: getattr(found, name) for name in same}
    )


def show_delivery(found: Delivery) -> DeliveryOut:
    """Show a delivery."""
    return DeliveryOut(
        id=found.pk, event=found.event, state=found.state, attempts=found.attempts, due=found.due_at,  # type: ignore[arg-type]
        created=found.created_at, ended=found.ended_at,
    )  # fmt: skip
