"""Sign for a risk, take a signature back, and the register as a file."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.lib import moments
from annexa.organizations.permissions import Permission
from annexa.reports.export import export
from annexa.reports.treatment import register_name, register_report
from annexa.risks.models import Risk
from annexa.risks.queries import risks as queries
from annexa.treatment.services import acceptance as services
from annexa.web import reauthentication
from annexa.web.exports import attachment
from annexa.web.forms import explain
from annexa.web.request import Request, reads, scope_of
from annexa.web.risks.forms import SignForm, WithdrawForm
from annexa.web.risks.links import go, link
from annexa.web.risks.risk import context_of


@require_POST
@reads(Permission.RISK_ASSESS_OWN)
def sign(request: Request, risk_id: uuid.UUID) -> HttpResponse:
    """Sign for a risk; whoever signed in a while ago shows first that it is them."""
    found = queries.risk_for(request.actor, risk_id)
    if reauthentication.is_needed(request):
        messages.info(request, _("Once you have confirmed that it is you, look again and sign."))
        return reauthentication.ask_then_go(request, link(request, "risk", found.pk) + "#accept")
    form = SignForm(request.POST)
    if form.is_valid():
        with explain(form):
            services.accept_risk(actor=request.actor, risk=found, **form.cleaned_data)
            messages.success(request, _("Signed, with the figures as they are now."))
            return go(request, "risk", found.pk)
    return _again(request, found, signing=form)


@require_POST
@reads(Permission.RISK_ASSESS_OWN)
def withdraw(request: Request, risk_id: uuid.UUID) -> HttpResponse:
    """Take a signature back with a reason."""
    found, form = queries.risk_for(request.actor, risk_id), WithdrawForm(request.POST)
    if form.is_valid():
        with explain(form):
            services.withdraw_acceptance(actor=request.actor, risk=found, **form.cleaned_data)
            messages.success(request, _("Withdrawn. Owner and signers are told."))
            return go(request, "risk", found.pk)
    return _again(request, found, withdrawing=form)


@reads(Permission.RISK_READ)
def file(request: Request, format: str) -> HttpResponse:
    """Send the register as a file, as it stands or as it stood (`?as_of=`)."""
    moment = moments.parse(request.GET["as_of"], "as_of") if request.GET.get("as_of") else None
    report = register_report(request.actor, scope_of(request), moment)
    return attachment(export(report, format, register_name(request.actor)))


def _again(request: Request, found: Risk, **forms: Any) -> HttpResponse:
    return render(request, "risks/risk.html", context_of(request, found, **forms), status=422)
