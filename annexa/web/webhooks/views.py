"""Webhooks: who is told what, what was sent, and sending it again."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations.permissions import Permission
from annexa.web.forms import explain
from annexa.web.request import Request, reads
from annexa.web.webhooks.forms import WebhookForm
from annexa.web.webhooks.tables import DeliveryTable, WebhookTable
from annexa.webhooks import queries, services
from annexa.webhooks.models import Endpoint


@reads(Permission.WEBHOOK_EDIT)
def index(request: Request) -> HttpResponse:
    """List the webhooks."""
    context = {"page_title": _("Webhooks"), "table": WebhookTable(queries.endpoints(request.actor), request)}
    return render(request, "webhooks/index.html", context)


@reads(Permission.WEBHOOK_EDIT)
def add(request: Request) -> HttpResponse:
    """Add a webhook; its secret is on the page that answers, and nowhere after."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            made, secret = services.add_webhook(actor=request.actor, **form.cleaned_data)
            return _endpoint(request, made, secret=secret)
    context = {"page_title": _("Add a webhook"), "form": form}
    return render(request, "webhooks/form.html", context, status=422 if form.errors else 200)


@reads(Permission.WEBHOOK_EDIT)
def endpoint(request: Request, endpoint_id: uuid.UUID) -> HttpResponse:
    """Show a webhook and what was sent."""
    return _endpoint(request, queries.endpoint_for(request.actor, endpoint_id))


@reads(Permission.WEBHOOK_EDIT)
def edit(request: Request, endpoint_id: uuid.UUID) -> HttpResponse:
    """Change a webhook."""
    found = queries.endpoint_for(request.actor, endpoint_id)
    initial = {name: getattr(found, name) for name in ("url", "description", "events")}
    form = WebhookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.change_webhook(actor=request.actor, endpoint=found, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return _to(request, found)
    context = {"page_title": _("Change the webhook"), "form": form, "endpoint": found}
    return render(request, "webhooks/form.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.WEBHOOK_EDIT)
def act(request: Request, endpoint_id: uuid.UUID, action: str) -> HttpResponse:
    """Pause, resume, try, remove, give a new secret, or send again what was given up."""
    found, actor = queries.endpoint_for(request.actor, endpoint_id), request.actor
    try:
        if action == "secret":
            return _endpoint(request, found, secret=services.replace_secret(actor=actor, endpoint=found))
        if action == "remove":
            services.remove_webhook(actor=actor, endpoint=found)
            messages.success(request, _("This address is told no more."))
            return redirect("webhooks:index", organization=actor.organization.slug)
        messages.success(request, _done(request, found, action))
    except NotAllowed:
        raise
    except UserError as error:
        messages.error(request, error.sentence)
    return _to(request, found)


@reads(Permission.WEBHOOK_EDIT)
def delivery(request: Request, delivery_id: uuid.UUID) -> HttpResponse:
    """Show one delivery: what is sent, and each attempt."""
    found = queries.delivery_for(request.actor, delivery_id)
    body = json.dumps(json.loads(queries.body_of(found)), indent=2, ensure_ascii=False)
    context = {"page_title": found.event, "delivery": found, "body": body, "attempts": list(reversed(found.attempts))}
    return render(request, "webhooks/delivery.html", context)


@require_POST
@reads(Permission.WEBHOOK_EDIT)
def again(request: Request, delivery_id: uuid.UUID) -> HttpResponse:
    """Send one delivery again."""
    found = queries.delivery_for(request.actor, delivery_id)
    try:
        services.send_again(actor=request.actor, endpoint=found.endpoint, deliveries=[found])
        messages.success(request, _("It is on its way again."))
    except NotAllowed:
        raise
    except UserError as error:
        messages.error(request, error.sentence)
    return redirect("webhooks:delivery", organization=request.actor.organization.slug, delivery_id=delivery_id)


def _done(request: Request, found: Endpoint, action: str) -> str:
    """Do one of the plain actions and say what came of it."""
    actor = request.actor
    if action == "pause":
        services.pause_webhook(actor=actor, endpoint=found)
        return _("Paused. What happens meanwhile waits.")
    if action == "resume":
        services.resume_webhook(actor=actor, endpoint=found)
        return _("Active again, from where it stopped.")
    if action == "skip":
        services.resume_webhook(actor=actor, endpoint=found, skip=True)
        return _("Active again, from now on.")
    if action == "try":
        services.try_webhook(actor=actor, endpoint=found)
        return _("A test event is on its way.")
    if action == "again":
        sent = services.send_again(actor=actor, endpoint=found)
        words = ngettext("%(n)s delivery is on its way again.", "%(n)s deliveries are on their way again.", sent)
        return words % {"n": sent}
    raise Http404


def _endpoint(request: Request, found: Endpoint, **more: Any) -> HttpResponse:
    table = DeliveryTable(queries.deliveries(request.actor, found), request)
    context = {"page_title": found.url, "endpoint": found, "table": table, **more}
    answer = render(request, "webhooks/endpoint.html", context)
    if more:
        answer["Cache-Control"] = "no-store"
    return answer


def _to(request: Request, found: Endpoint) -> HttpResponse:
    return redirect("webhooks:endpoint", organization=request.actor.organization.slug, endpoint_id=found.pk)
