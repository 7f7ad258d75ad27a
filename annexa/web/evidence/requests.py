"""Requests for evidence: asked, answered, looked at."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annexa.evidence.models import EvidenceRequest
from annexa.evidence.queries import requests as queries
from annexa.evidence.services import requests as services
from annexa.organizations import delegations
from annexa.organizations.models import Delegation
from annexa.organizations.permissions import Permission
from annexa.web.evidence.forms import AnswerForm, AskForm, ReturnForm
from annexa.web.evidence.tables import REQUEST_KINDS, RequestTable
from annexa.web.exports import table_or_file
from annexa.web.forms import explain
from annexa.web.request import Request, reads


@require_GET
@reads(Permission.TASK_WORK)
def index(request: Request) -> HttpResponse:
    """List requests."""
    table = RequestTable(queries.visible_to(request.actor), request)
    return table_or_file(request, table, "evidence/requests.html", {"page_title": _("Evidence requests")})


@reads(Permission.EVIDENCE_EDIT)
def ask(request: Request) -> HttpResponse:
    """Ask somebody; `?control=` names what it is for."""
    initial = {"control": request.GET.get("control", "")[:100]}
    form = AskForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            made = services.ask_for_evidence(actor=request.actor, **form.values())
            messages.success(request, _("%(name)s is asked, and has a task for it.") % {"name": made.owner})
            return _to(request, made)
    context = {"page_title": _("Ask for evidence"), "form": form}
    return render(request, "evidence/ask.html", context, status=422 if form.errors else 200)


@require_GET
@reads(Permission.TASK_WORK)
def request_(request: Request, request_id: uuid.UUID) -> HttpResponse:
    """Show one request."""
    return _show(request, queries.request_for(request.actor, request_id))


@require_POST
@reads(Permission.TASK_WORK)
def answer(request: Request, request_id: uuid.UUID) -> HttpResponse:
    """Give evidence for a request."""
    found = queries.request_for(request.actor, request_id)
    form = AnswerForm(request.POST, request.FILES, actor=request.actor)
    if form.is_valid():
        with explain(form):
            note, existing = form.cleaned_data["note"], form.cleaned_data.get("existing")
            if existing:
                services.answer_request(actor=request.actor, request=found, evidence=existing, note=note)
            else:
                content = form.content(request.actor)
                services.answer_with(actor=request.actor, request=found, content=content, note=note)
            messages.success(request, _("Thank you. Whoever asked is told."))
            return _to(request, found)
    return _show(request, found, answering=form)


@require_POST
@reads(Permission.EVIDENCE_EDIT)
def decide(request: Request, request_id: uuid.UUID) -> HttpResponse:
    """Take what was given, or give it back with a reason."""
    found = queries.request_for(request.actor, request_id)
    if "accept" in request.POST:
        services.accept_answer(actor=request.actor, request=found)
        messages.success(request, _("Accepted."))
        return _to(request, found)
    form = ReturnForm(request.POST)
    if form.is_valid():
        with explain(form):
            services.return_answer(actor=request.actor, request=found, **form.cleaned_data)
            messages.success(request, _("Given back; the request waits again."))
            return _to(request, found)
    return _show(request, found, returning=form)


@require_POST
@reads(Permission.EVIDENCE_EDIT)
def withdraw(request: Request, request_id: uuid.UUID) -> HttpResponse:
    """Ask no more."""
    found = queries.request_for(request.actor, request_id)
    services.withdraw_request(actor=request.actor, request=found)
    messages.success(request, _("Withdrawn."))
    return _to(request, found)


def _show(request: Request, found: EvidenceRequest, **forms: Any) -> HttpResponse:
    actor = request.actor
    may_ask = actor.can(Permission.EVIDENCE_EDIT)
    stands_in = found.owner_id in delegations.principals(actor, Delegation.Kind.TASKS, found.scope_id)
    context = {
        "page_title": found.title,
        "request_": found,
        "mark": REQUEST_KINDS[EvidenceRequest.State(found.state)],
        "may_answer": "answering" in forms or (found.is_open and (may_ask or actor.owns(found) or stands_in)),
        "may_decide": may_ask and found.state == EvidenceRequest.State.ANSWERED,
        "may_withdraw": may_ask and found.state not in ("accepted", "withdrawn"),
        "may_read": actor.can(Permission.EVIDENCE_READ),
        "answering": forms.get("answering") or AnswerForm(actor=actor),
        "returning": forms.get("returning") or ReturnForm(),
    }
    return render(request, "evidence/request.html", context, status=422 if forms else 200)


def _to(request: Request, found: EvidenceRequest) -> HttpResponse:
    return redirect("evidence:request", organization=request.actor.organization.slug, request_id=found.pk)
