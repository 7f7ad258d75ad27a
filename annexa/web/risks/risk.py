"""One risk: what it is, what was read of it, what is done about it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.assets.models import Asset, State
from annexa.assets.queries import assets
from annexa.catalog import queries as catalog
from annexa.organizations.models import Scope
from annexa.organizations.permissions import Permission
from annexa.risks.models import Reading, Risk, Stage
from annexa.risks.queries import methods
from annexa.risks.queries import risks as queries
from annexa.risks.services import risks as services
from annexa.ui.charts import sparkline
from annexa.web.forms import explain
from annexa.web.request import Request, reads, scope_of
from annexa.web.risks import signatures
from annexa.web.risks.forms import CloseForm, DecisionForm, ReadingForm, RiskForm
from annexa.web.risks.links import go, link
from annexa.web.risks.marks import level_mark


@reads(Permission.RISK_EDIT)
def add(request: Request) -> HttpResponse:
    """Add a risk."""
    scope = scope_of(request)
    form = RiskForm(request.POST or None, actor=request.actor, assets=_assets(request, scope))
    if request.method == "POST" and form.is_valid():
        with explain(form):
            made = services.add_risk(actor=request.actor, scope=scope, **form.cleaned_data)
            messages.success(
                request, _("%(reference)s is on the register. Read it next.") % {"reference": made.reference}
            )
            return go(request, "risk", made.pk)
    return _form(request, form, _("Add a risk"), link(request, "index"))


@reads(Permission.RISK_EDIT)
def edit(request: Request, risk_id: uuid.UUID) -> HttpResponse:
    """Change the words of a risk, its assets and its owner."""
    found = queries.risk_for(request.actor, risk_id)
    form = RiskForm(request.POST or None, actor=request.actor, assets=_assets(request, found.scope), risk=found)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.change_risk(actor=request.actor, risk=found, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return go(request, "risk", found.pk)
    return _form(
        request, form, _("Change %(reference)s") % {"reference": found.reference}, link(request, "risk", found.pk)
    )


@reads(Permission.RISK_READ)
def risk(request: Request, risk_id: uuid.UUID) -> HttpResponse:
    """Show one risk."""
    found = queries.risk_for(request.actor, risk_id)
    return render(request, "risks/risk.html", context_of(request, found))


@require_POST
@reads(Permission.RISK_EDIT)
def duplicate(request: Request, risk_id: uuid.UUID) -> HttpResponse:
    """Add a copy."""
    made = services.duplicate_risk(actor=request.actor, risk=queries.risk_for(request.actor, risk_id))
    messages.success(request, _("This is the copy; change its words, then read it."))
    return go(request, "edit", made.pk)


@require_POST
@reads(Permission.RISK_EDIT)
def close(request: Request, risk_id: uuid.UUID) -> HttpResponse:
    """Close a risk with a reason."""
    found, form = queries.risk_for(request.actor, risk_id), CloseForm(request.POST)
    if form.is_valid():
        with explain(form):
            services.close_risk(actor=request.actor, risk=found, **form.cleaned_data)
            messages.success(
                request, _("%(reference)s is closed; it stays on record.") % {"reference": found.reference}
            )
            return go(request, "risk", found.pk)
    return render(request, "risks/risk.html", context_of(request, found, closing=form), status=422)


@require_POST
@reads(Permission.RISK_EDIT)
def reopen(request: Request, risk_id: uuid.UUID) -> HttpResponse:
    """Put a closed risk back on the register."""
    services.reopen_risk(actor=request.actor, risk=queries.risk_for(request.actor, risk_id))
    return go(request, "risk", risk_id)


def context_of(request: Request, found: Risk, **forms: Any) -> dict[str, Any]:
    """Return what the page of one risk shows."""
    actor, method = request.actor, methods.in_force(request.actor)
    terms = method.terms if method else None
    history = queries.readings(found)
    own = actor.can(Permission.RISK_ASSESS_OWN) and actor.owns(found)
    may = found.is_open and (actor.can(Permission.RISK_EDIT) or own)
    return {
        "page_title": found.title,
        "risk": found,
        "method": method,
        "stages": [
            (label, level_mark(terms, getattr(found, f"{value}_score"), word=True)) for value, label in Stage.choices
        ],
        "spark": _spark(history),
        "readings": [(each, level_mark(each.method.terms, each.score)) for each in reversed(history)],
        "assets": list(found.assets.select_related("asset").order_by("asset__number")),
        "controls": list(found.controls.select_related("requirement__framework").order_by("requirement__sort_key")),
        "reading": ReadingForm(terms=terms, initial=_usual(history)) if may and terms else None,
        "decide": DecisionForm(controls=list(catalog.controls(actor)), risk=found) if may else None,
        "closing": CloseForm() if found.is_open and actor.can(Permission.RISK_EDIT) else None,
        "back": link(request, "index"),
        **signatures.context_of(request, found, terms),
        **forms,
    }


def _spark(history: list[Reading]) -> Any:
    scores = [each.score for each in history if each.stage == Stage.CURRENT]
    words = _("Current readings: from %(first)s to %(last)s")
    return sparkline(scores, words % {"first": scores[0], "last": scores[-1]}) if len(scores) > 1 else ""


def _usual(history: list[Reading]) -> dict[str, Any]:
    """Begin with the stage that has no reading yet, else with the current one as it was read last."""
    done = {each.stage for each in history}
    stage = next((value for value in Stage.values if value not in done), Stage.CURRENT.value)
    last = next((each for each in reversed(history) if each.stage == stage), None) or (history[-1] if history else None)
    if last is None:
        return {"stage": stage}
    same = ("likelihood", "confidentiality", "integrity", "availability")
    return {"stage": stage, **{name: getattr(last, name) for name in same}}


def _assets(request: Request, scope: Scope) -> list[Asset]:
    found = assets.listed(request.actor, scope).exclude(state=State.RETIRED)
    return list(found.order_by("name", "number"))


def _form(request: Request, form: RiskForm, title: str, back: str) -> HttpResponse:
    context = {"page_title": title, "form": form, "back": back, "index": link(request, "index")}
    return render(request, "risks/form.html", context, status=422 if form.errors else 200)
