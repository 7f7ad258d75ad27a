"""Read a risk, and decide what is done about it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from annexa.catalog import queries as catalog
from annexa.organizations.permissions import Permission
from annexa.risks.errors import NoMethod
from annexa.risks.queries import methods
from annexa.risks.queries import risks as queries
from annexa.risks.services import risks as services
from annexa.treatment.services import risks as treatment
from annexa.web.forms import explain
from annexa.web.request import Request, reads
from annexa.web.risks.forms import DecisionForm, ReadingForm
from annexa.web.risks.links import go
from annexa.web.risks.risk import context_of


@require_POST
@reads(Permission.RISK_ASSESS_OWN)
def read(request: Request, risk_id: uuid.UUID) -> HttpResponse:
    """Add a reading."""
    found, method = queries.risk_for(request.actor, risk_id), methods.in_force(request.actor)
    if method is None:
        raise NoMethod
    form = ReadingForm(request.POST, terms=method.terms)
    if form.is_valid():
        with explain(form):
            made = services.assess_risk(actor=request.actor, risk=found, **form.values())
            level = method.terms.levels[made.level].name
            messages.success(request, _("Read: %(score)s, %(level)s.") % {"score": made.score, "level": level})
            return go(request, "risk", found.pk)
    return render(request, "risks/risk.html", context_of(request, found, reading=form), status=422)


@require_POST
@reads(Permission.RISK_ASSESS_OWN)
def decide(request: Request, risk_id: uuid.UUID) -> HttpResponse:
    """Decide what is done about a risk; the draft statement follows."""
    actor, found = request.actor, queries.risk_for(request.actor, risk_id)
    form = DecisionForm(request.POST, controls=list(catalog.controls(actor)), risk=found)
    if form.is_valid():
        with explain(form):
            given = dict(form.cleaned_data)
            taken = treatment.treat_risk(actor=actor, risk=found, note=given.pop("decision_note"), **given)
            messages.success(request, _("Decided.") + " " + _followed(taken) if taken else _("Decided."))
            return go(request, "risk", found.pk)
    return render(request, "risks/risk.html", context_of(request, found, decide=form), status=422)


def _followed(taken: list[str]) -> str:
    words = ngettext(
        "The draft statement takes up %(refs)s.", "The draft statement takes up these: %(refs)s.", len(taken)
    )
    return words % {"refs": ", ".join(taken)}
