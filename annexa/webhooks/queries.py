"""Read webhooks and what was sent."""

import json
import uuid
from typing import Any

from django.db.models import Max, QuerySet

from annexa.activity import queries as activity
from annexa.activity.models import TrailEntry, TrailHead
from annexa.lib.errors import NotFound
from annexa.organizations.access import COMMANDS, Actor
from annexa.webhooks.models import Delivery, Endpoint

TEST = "webhooks.test"


def endpoints(actor: Actor) -> QuerySet[Endpoint]:
    """Return the webhooks of the organisation, with the moment of the last delivery.

    They tell of all scopes, so who works in one has none.
    """
    found = (
        Endpoint.objects.none() if actor.scope_id else Endpoint.objects.filter(organization_id=actor.organization_id)
    )
    return found.annotate(last=Max("deliveries__ended_at")).order_by("created_at")


def endpoint_for(actor: Actor, endpoint_id: uuid.UUID) -> Endpoint:
    """Return a webhook; raises NotFound."""
    found = endpoints(actor).filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound("There is no such webhook.")
    return found


def deliveries(actor: Actor, endpoint: Endpoint, state: str = "") -> QuerySet[Delivery]:
    """Return what was or will be sent to a webhook, newest first."""
    found = _deliveries(actor).filter(endpoint=endpoint)
    found = found.filter(state=state) if state else found
    return found.order_by("-created_at", "-id")


def delivery_for(actor: Actor, delivery_id: uuid.UUID) -> Delivery:
    """Return a delivery; raises NotFound."""
    delivery = _deliveries(actor).filter(pk=delivery_id).select_related("endpoint").first()
    if delivery is None:
        raise NotFound("There is no such delivery.")
    return delivery


def _deliveries(actor: Actor) -> QuerySet[Delivery]:
    return Delivery.objects.none() if actor.scope_id else Delivery.objects.filter(organization_id=actor.organization_id)


def events() -> list[str]:
    """Return the names of all events: the commands whose entries the trail holds."""
    return sorted(COMMANDS)


def head(organization_id: uuid.UUID) -> int:
    """Return the last entry of the organisation's trail."""
    return TrailHead.objects.filter(pk=organization_id).values_list("seq", flat=True).first() or 0


def body_of(delivery: Delivery) -> bytes:
    """Return what is sent: the entry of the trail as REST shows it, without the names of people."""
    data: dict[str, Any] = {"organization": str(delivery.organization_id), "test": True}
    at = delivery.created_at
    if delivery.seq:
        entry = TrailEntry.objects.get(organization_id=delivery.organization_id, seq=delivery.seq)
        at = entry.at
        names = ("seq", "actor", "subject_type", "subject_id")
        data = {"organization": str(delivery.organization_id), **{name: getattr(entry, name) for name in names}}
        data |= {"scope": str(entry.scope_id) if entry.scope_id else None, "body": activity.body_of(entry)}
        data["hash"] = bytes(entry.hash).hex()
    message = {"type": delivery.event, "timestamp": at.isoformat(), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
