"""Risks in money: estimates of each risk, and what a year may cost."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.lib.errors import UserError
from annexa.organizations.permissions import Permission
from annexa.risks.models import Risk, Simulation
from annexa.risks.queries import methods, risks
from annexa.risks.queries import numbers as queries
from annexa.risks.ranges import expected, returns
from annexa.risks.services import numbers as services
from annexa.ui.curves import Curve, exceedance
from annexa.web.forms import explain
from annexa.web.request import Request, reads, scope_of
from annexa.web.risks.links import go, link
from annexa.web.risks.number_forms import EstimateForm, SimulationForm

SHOWN = (50, 90, 95, 99)


@reads(Permission.RISK_READ)
def overview(request: Request) -> HttpResponse:
    """Show what a year may cost, by the newest simulation of the scope; ask for another one."""
    scope = scope_of(request)
    form = SimulationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.ask_for_simulation(actor=request.actor, scope=scope, **form.cleaned_data)
            return go(request, "numbers")
    runs = list(queries.simulations(request.actor, scope)[:10])
    made = next((run for run in runs if run.made_at), None)
    context = {
        "page_title": _("What a year may cost"),
        "form": form if request.actor.can(Permission.RISK_EDIT) else None,
        "runs": runs,
        "running": runs[0] if runs and runs[0].progress.is_open else None,
        "progress_url": link(request, "numbers-progress"),
        "failed": runs[0] if runs and runs[0].progress.state == "failed" else None,
        "index": link(request, "index"),
        "rows": _rows(request, made),
        **(_figures(request, made) if made else {}),
    }
    return render(request, "risks/numbers.html", context, status=422 if form.errors else 200)


@reads(Permission.RISK_READ)
def progress(request: Request) -> HttpResponse:
    """Say how far the newest simulation is; once it is done the page comes anew."""
    newest = queries.simulations(request.actor, scope_of(request)).first()
    if newest is None or not newest.progress.is_open:
        return HttpResponse(headers={"HX-Redirect": link(request, "numbers")})
    context = {"progress": newest.progress, "url": link(request, "numbers-progress")}
    return render(request, "ui/progress.html", context)


@reads(Permission.RISK_READ)
def estimate(request: Request, risk_id: uuid.UUID) -> HttpResponse:
    """Show and change a risk's numbers."""
    found = risks.risk_for(request.actor, risk_id)
    form = EstimateForm(request.POST or None, estimate=queries.estimate_of(found))
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.estimate_risk(actor=request.actor, risk=found, **form.values())
            messages.success(request, _("Saved. The next simulation counts it."))
            return go(request, "risk", found.pk)
    may = found.is_open and (request.actor.can(Permission.RISK_EDIT) or _owns(request, found))
    context = {"page_title": _("%(reference)s in numbers") % {"reference": found.reference}, "form": form,
               "risk": found, "may": may, "has": queries.estimate_of(found) is not None,
               "back": link(request, "risk", found.pk),
               "index": link(request, "index"), "currency": request.actor.organization.currency}  # fmt: skip
    return render(request, "risks/estimate.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.RISK_ASSESS_OWN)
def drop(request: Request, risk_id: uuid.UUID) -> HttpResponse:
    """Take a risk out of the numbers."""
    found = risks.risk_for(request.actor, risk_id)
    try:
        services.drop_estimate(actor=request.actor, risk=found)
        messages.success(request, _("This risk counts in no simulation any more."))
    except UserError as error:
        if not error.sentence:
            raise
        messages.error(request, error.sentence)
    return go(request, "risk", risk_id)


def _figures(request: Request, run: Simulation) -> dict[str, Any]:
    found: dict[str, Any] = run.figures or {}
    method = methods.in_force(request.actor)
    tolerance = method.terms.tolerance if method else ()
    end = max(found["before"]["percentiles"]["99"], *(loss for loss, _chance in tolerance), 1.0)
    curves = [
        Curve(_("As things stand"), "before", found["before"]["curve"]),
        Curve(_("Once treated"), "after", found["after"]["curve"]),
    ]
    if tolerance:
        curves.append(Curve(_("Appetite"), "tolerance", tolerance))
    return {
        "run": run,
        "currency": request.actor.organization.currency,
        "before": found["before"],
        "after": found["after"],
        "percentiles": [
            (place, found["before"]["percentiles"][str(place)], found["after"]["percentiles"][str(place)])
            for place in SHOWN
        ],
        "curves": curves,
        "chart": exceedance(curves, _("Chance of a year that costs more"), _("Loss in a year"), end),
    }


def _rows(request: Request, run: Simulation | None) -> list[dict[str, Any]]:
    """Return each risk with numbers: its expected loss, before and after, and what its treatment returns."""
    simulated = (run.figures or {}).get("risks", {}) if run else {}
    rows = []
    for each in queries.estimates(request.actor, scope_of(request)):
        before, after = simulated.get(str(each.risk_id), (None, None))
        cost = float(each.cost) if each.cost else 0.0
        rows.append({
            "risk": each.risk, "before": before, "after": after, "cost": each.cost,
            "expected": expected(each.exposure()), "url": link(request, "estimate", each.risk_id),
            "returns": returns(before, after, cost) if before is not None else None,
        })  # fmt: skip
    return sorted(rows, key=lambda row: -(row["before"] if row["before"] is not None else row["expected"]))


def _owns(request: Request, found: Risk) -> bool:
    return request.actor.can(Permission.RISK_ASSESS_OWN) and request.actor.owns(found)
