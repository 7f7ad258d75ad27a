from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from annexa.ui.marks import status
from annexa.ui.tables import Column, Filter, Table
from annexa.web.request import inside
from annexa.webhooks.models import Delivery, Endpoint

ENDPOINT_KINDS = {Endpoint.State.ACTIVE: "ok", Endpoint.State.PAUSED: "idle", Endpoint.State.OFF: "bad"}
DELIVERY_KINDS = {Delivery.State.WAITING: "none", Delivery.State.DELIVERED: "ok", Delivery.State.DEAD: "bad"}


def _events(endpoint: Endpoint) -> str:
    return ", ".join(endpoint.events[:3]) + (" …" if len(endpoint.events) > 3 else "")


def _answer(delivery: Delivery) -> object:
    last = delivery.attempts[-1] if delivery.attempts else None
    return (last["status"] or last["said"][:60]) if last else ""


class WebhookTable(Table):
    """The webhooks of the organisation."""

    name = "webhooks"
    label = _("Webhooks")
    columns = (
        Column("url", _("Address"), sort="url"),
        Column("description", _("What it is for"), small=False),
        Column("events", _("Events"), value=_events, small=False),
        Column("state", _("State"), value=lambda each: each.get_state_display(),
               cell=lambda each: status(ENDPOINT_KINDS[each.state], each.get_state_display())),
        Column("last", _("Last delivery")),
    )  # fmt: skip
    opens_drawer = False
    empty_icon = "link"
    empty_title = _("Nobody is told yet")
    empty_text = _("A webhook tells another system what happens here, signed, and again until it has arrived.")
    empty_action = _("Add a webhook")

    def __init__(self, rows: Any, request: Any) -> None:
        super().__init__(rows, request)
        self.empty_url = reverse("webhooks:add", args=[request.actor.organization.slug])

    def row_url(self, row: Any) -> str:
        return reverse("webhooks:endpoint", args=[inside(self.request).actor.organization.slug, row.pk])


class DeliveryTable(Table):
    """What was or will be sent to a webhook."""

    name = "deliveries"
    label = _("Deliveries")
    columns = (
        Column("event", _("Event"), sort="event"),
        Column("created_at", _("Happened"), sort="created_at"),
        Column("state", _("State"), sort="state", value=lambda each: each.get_state_display(),
               cell=lambda each: status(DELIVERY_KINDS[each.state], each.get_state_display())),
        Column("answer", _("Last answer"), value=_answer, small=False),
        Column("tries", _("Attempts"), value=lambda each: len(each.attempts), numeric=True, small=False),
    )  # fmt: skip
    filters = (Filter("state", _("State"), choices=Delivery.State.choices),)
    opens_drawer = False
    empty_icon = "link"
    empty_title = _("Nothing has been sent yet")
    empty_text = _("What happens from now on appears here.")

    def row_url(self, row: Any) -> str:
        return reverse("webhooks:delivery", args=[inside(self.request).actor.organization.slug, row.pk])
