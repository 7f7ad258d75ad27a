"""What concerns the person: read, opened, and by which way they want to be told."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.organizations.permissions import Permission
from annexa.tasks import notices, services, words
from annexa.tasks.models import Kind, Notice
from annexa.web.forms import explain
from annexa.web.inbox.forms import ChoiceForm
from annexa.web.request import Request, reads

MOST = 200
LOOKS = {
    Kind.TASK_GIVEN: ("checkbox", "t-info"),
    Kind.TASK_DUE: ("clock", "t-warn"),
    Kind.TASK_LATE: ("clock-exclamation", "t-bad"),
    Kind.TASK_ESCALATED: ("alert-triangle", "t-bad"),
    Kind.REVIEW_ASKED: ("eye", "t-info"),
    Kind.REVIEW_RETURNED: ("arrow-back-up", "t-warn"),
    Kind.REVIEW_APPROVED: ("circle-check-filled", "t-ok"),
    Kind.RISK_TREATED: ("circle-check", "t-info"),
    Kind.ACCEPTANCE_ASKED: ("rosette-discount-check", "t-info"),
    Kind.ACCEPTANCE_ENDED: ("alert-circle", "t-warn"),
    Kind.EVIDENCE_ANSWERED: ("file-check", "t-info"),
    Kind.EVIDENCE_RETURNED: ("arrow-back-up", "t-warn"),
    Kind.EVIDENCE_EXPIRES: ("hourglass", "t-warn"),
    Kind.WEBHOOK_OFF: ("plug", "t-bad"),
}
LISTS = {
    "evidence.evidence": "evidence:index",
    "evidence.evidencerequest": "evidence:requests",
    "risks.risk": "risks:index",
    "tasks.task": "tasks:index",
    "treatment.statement": "soa:index",
    "webhooks.endpoint": "webhooks:index",
}
PAGES = {
    "evidence.evidence": "evidence:evidence",
    "evidence.evidencerequest": "evidence:request",
    "risks.risk": "risks:risk",
    "tasks.task": "tasks:task",
    "webhooks.endpoint": "webhooks:endpoint",
}


@reads(Permission.TASK_WORK)
def index(request: Request) -> HttpResponse:
    """Show the newest notices, or only those not read."""
    only_unread = request.GET.get("show") == "unread"
    found = notices.inbox(request.actor).filter(read_at=None) if only_unread else notices.inbox(request.actor)
    context = {
        "page_title": _("Inbox"),
        "lines": [_line(each) for each in found[:MOST]],
        "unread": notices.unread(request.actor),
        "only_unread": only_unread,
        "choice": notices.choice_of(request.actor.membership) if request.actor.membership else None,
    }
    return render(request, "inbox/index.html", context)


@reads(Permission.TASK_WORK)
def notice(request: Request, notice_id: uuid.UUID) -> HttpResponse:
    """Mark a notice as read and open what it is about."""
    found = notices.inbox(request.actor).filter(pk=notice_id).first()
    if found is None:
        raise Http404
    services.read_notices(actor=request.actor, notice_ids=[found.pk])
    return redirect(_page_of(request, found))


@require_POST
@reads(Permission.TASK_WORK)
def read_all(request: Request) -> HttpResponse:
    """Mark everything as read."""
    services.read_notices(actor=request.actor)
    return redirect("inbox:index", request.actor.organization.slug)


@reads(Permission.TASK_WORK)
def preferences(request: Request) -> HttpResponse:
    """Choose what comes by mail or chat at once, what in the digest, and when it is quiet."""
    if request.actor.membership is None:
        raise Http404
    form = ChoiceForm(request.POST or None, choice=notices.choice_of(request.actor.membership))
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.choose_notices(actor=request.actor, **form.values())
            messages.success(request, _("Saved."))
            return redirect("inbox:index", request.actor.organization.slug)
    has_chats = notices.channels(request.actor).exists()
    context = {"page_title": _("What I am told"), "form": form, "has_chats": has_chats}
    return render(request, "inbox/preferences.html", context, status=422 if form.errors else 200)


def _line(found: Notice) -> dict[str, Any]:
    icon, css = LOOKS[Kind(found.kind)]
    return {"notice": found, "sentence": words.sentence(found), "detail": words.detail(found), "icon": icon, "css": css}


def _page_of(request: Request, found: Notice) -> str:
    slug, page = request.actor.organization.slug, PAGES.get(found.subject_type)
    if page is None or found.number > 1:
        return reverse(LISTS[found.subject_type], args=[slug])
    return reverse(page, args=[slug, found.subject_id])
