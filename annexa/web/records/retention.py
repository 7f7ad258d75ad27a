"""How long records are kept, what holds them, and what is disposed of with whose approval."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from annexa.lib.errors import NotFound, UserError
from annexa.organizations.permissions import Permission
from annexa.records import retention
from annexa.records.classes import CLASSES
from annexa.records.models import Disposal
from annexa.records.services import retention as services
from annexa.web import reauthentication
from annexa.web.forms import explain
from annexa.web.request import Request, reads

SHOWN = 500


class RuleForm(forms.Form):
    """How long, and on what ground."""

    months = forms.IntegerField(
        label=gettext_lazy("Months kept after it ended"),
        min_value=services.FEWEST,
        max_value=services.MOST,
        required=False,
        help_text=gettext_lazy("Empty: for ever."),
    )
    basis = forms.CharField(
        label=gettext_lazy("On what ground"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The law, contract or rule of yours that says so."),
    )


class HoldForm(forms.Form):
    """What is held, and why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)
    record_class = forms.ChoiceField(label=gettext_lazy("What is held"), required=False)
    record = forms.CharField(
        label=gettext_lazy("One record"), max_length=60, required=False, help_text=gettext_lazy("Such as RISK-12.")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [("", _("Everything")), *((key, each.label) for key, each in CLASSES.items())]
        self.fields["record_class"] = forms.ChoiceField(label=_("What is held"), choices=choices, required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class DecisionForm(forms.Form):
    """A decision about what was put forward."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)


@reads(Permission.ACTIVITY_READ)
def index(request: Request) -> HttpResponse:
    """Show rules, holds and disposals; place a hold."""
    actor = request.actor
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.place_hold(actor=actor, **form.cleaned_data)
            messages.success(request, _("The hold is in force."))
            return _back(request)
    context = {
        "page_title": _("Retention"),
        "lines": retention.overview(actor),
        "holds": [(each, _class_name(each.record_class)) for each in retention.holds(actor)[:SHOWN]],
        "disposals": [(each, _class_name(each.record_class)) for each in retention.disposals(actor)[:SHOWN]],
        "form": form,
        "may_keep": actor.can(Permission.RECORDS_KEEP),
    }
    return render(request, "records/retention.html", context, status=422 if form.errors else 200)


@reads(Permission.RECORDS_KEEP)
def rule(request: Request, record_class: str) -> HttpResponse:
    """Say how long one class is kept."""
    each = CLASSES.get(record_class)
    if each is None:
        raise NotFound("There is no such class.")
    line = next(found for found in retention.overview(request.actor) if found.record_class is each)
    initial = {"months": line.rule.months, "basis": line.rule.basis} if line.rule else {"months": each.usual_months}
    form = RuleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.set_rule(actor=request.actor, record_class=record_class, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return _back(request)
    context = {"page_title": each.label, "form": form, "line": line}
    return render(request, "records/rule.html", context, status=422 if form.errors else 200)


@reads(Permission.RECORDS_KEEP)
def release(request: Request, hold_id: uuid.UUID) -> HttpResponse:
    """End a hold with a reason."""
    hold = retention.hold_for(request.actor, hold_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.release_hold(actor=request.actor, hold=hold, **form.cleaned_data)
            messages.success(request, _("The hold is released."))
            return _back(request)
    context = {"page_title": _("Release a hold"), "form": form, "hold": hold, "held": _class_name(hold.record_class)}
    return render(request, "records/release.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.RECORDS_KEEP)
def propose(request: Request, record_class: str) -> HttpResponse:
    """Put forward what is past its time."""
    try:
        made = services.propose_disposal(actor=request.actor, record_class=record_class)
    except UserError as error:
        messages.error(request, error.sentence)
        return _back(request)
    messages.success(request, _("Put forward; somebody else approves."))
    return redirect(_page(request, made))


@require_GET
@reads(Permission.ACTIVITY_READ)
def disposal(request: Request, disposal_id: uuid.UUID) -> HttpResponse:
    """Show one disposal with its records, or what is left of them."""
    return _disposal(request, retention.disposal_for(request.actor, disposal_id), DecisionForm())


@require_POST
@reads(Permission.RECORDS_APPROVE)
def decide(request: Request, disposal_id: uuid.UUID) -> HttpResponse:
    """Approve or refuse; whoever approves has just shown that it is them."""
    found = retention.disposal_for(request.actor, disposal_id)
    approves = "approve" in request.POST
    if approves and reauthentication.is_needed(request):
        messages.info(request, _("Once you have confirmed that it is you, look again and approve."))
        return reauthentication.ask_then_go(request, _page(request, found))
    form = DecisionForm(request.POST)
    if form.is_valid():
        with explain(form):
            command = services.approve_disposal if approves else services.refuse_disposal
            command(actor=request.actor, disposal=found, **form.cleaned_data)
            said = _("Approved. The records are being destroyed.") if approves else _("Refused; everything stays.")
            messages.success(request, said)
            return redirect(_page(request, found))
    return _disposal(request, retention.disposal_for(request.actor, disposal_id), form)


@require_POST
@reads(Permission.RECORDS_KEEP)
def withdraw(request: Request, disposal_id: uuid.UUID) -> HttpResponse:
    """Take back what was put forward."""
    services.withdraw_disposal(actor=request.actor, disposal=retention.disposal_for(request.actor, disposal_id))
    messages.success(request, _("Taken back; everything stays."))
    return _back(request)


def _disposal(request: Request, found: Any, form: DecisionForm) -> HttpResponse:
    actor = request.actor
    is_own = actor.membership is not None and found.proposed_by_id == actor.membership.pk
    waits = found.state == Disposal.State.PROPOSED
    context = {
        "page_title": _class_name(found.record_class),
        "disposal": found,
        "items": retention.items(found)[:SHOWN],
        "form": form,
        "may_approve": waits
        and actor.can(Permission.RECORDS_APPROVE)
        and (not is_own or actor.organization.four_eyes_relaxed),
        "may_withdraw": waits and actor.can(Permission.RECORDS_KEEP),
        "is_own": is_own,
        "waits": waits,
    }
    return render(request, "records/disposal.html", context, status=422 if form.errors else 200)


def _class_name(key: str) -> str:
    return str(CLASSES[key].label) if key in CLASSES else _("Everything")


def _page(request: Request, found: Disposal) -> str:
    return reverse("records:disposal", args=[request.actor.organization.slug, found.pk])


def _back(request: Request) -> HttpResponse:
    return redirect("records:retention", organization=request.actor.organization.slug)
