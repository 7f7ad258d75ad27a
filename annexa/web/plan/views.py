"""The treatment plan: what is done about risks, how far it is, and who signed for what remains."""

import uuid
from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from annexa.catalog import queries as catalog
from annexa.lib import clock, moments, months
from annexa.organizations.permissions import Permission
from annexa.reports.export import FORMATS, export
from annexa.reports.treatment import plan_name, plan_report
from annexa.risks.models import Risk
from annexa.risks.queries import risks as register
from annexa.treatment.models import Action
from annexa.treatment.queries import acceptance
from annexa.treatment.queries import plan as queries
from annexa.treatment.services import acceptance as signing
from annexa.treatment.services import plan as services
from annexa.ui import dates
from annexa.ui.charts import line
from annexa.web.exports import attachment, table_or_file
from annexa.web.forms import explain
from annexa.web.plan.forms import ActionForm, ProgressForm
from annexa.web.plan.tables import ActionTable, state_mark
from annexa.web.request import Request, reads, scope_of
from annexa.web.shell import scope_query

PAST, AHEAD = 12, 3  # months


@reads(Permission.RISK_READ)
def index(request: Request) -> HttpResponse:
    """Show the plan of a scope."""
    actor, scope = request.actor, scope_of(request)
    table = ActionTable(queries.in_scope(actor, scope), request)
    context: dict[str, Any] = {"page_title": _("Treatment plan"), "back": _link(request, "risks:index")}
    if not request.GET.get("format"):
        standings = acceptance.standings(actor, scope)
        context |= {
            "totals": queries.totals(actor, scope),
            "currency": actor.organization.currency,
            "files": [(name.upper(), _link(request, "plan:file", name)) for name in FORMATS],
            **_signatures(standings),
            **_burndown(request),
        }
    return table_or_file(request, table, "plan/index.html", context)


@reads(Permission.RISK_READ)
def file(request: Request, format: str) -> HttpResponse:
    """Send the plan as a file, as it stands or as it stood (`?as_of=`)."""
    moment = moments.parse(request.GET["as_of"], "as_of") if request.GET.get("as_of") else None
    report = plan_report(request.actor, scope_of(request), moment)
    return attachment(export(report, format, plan_name(request.actor)))


@reads(Permission.RISK_EDIT)
def add(request: Request) -> HttpResponse:
    """Add an action, perhaps for a risk that is named."""
    form = _form(request, initial={"risks": request.GET.getlist("risk"), "state": Action.State.PLANNED})
    if request.method == "POST" and form.is_valid():
        with explain(form):
            made = services.add_action(actor=request.actor, scope=scope_of(request), **form.cleaned_data)
            messages.success(request, _("%(reference)s is in the plan.") % {"reference": made.reference})
            return redirect(_link(request, "plan:action", made.pk))
    return _shown(request, form, _("Add an action"), _link(request, "plan:index"))


@reads(Permission.RISK_READ)
def action(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Show one action."""
    return render(request, "plan/action.html", _context(request, queries.action_for(request.actor, action_id)))


@reads(Permission.RISK_EDIT)
def edit(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Change an action."""
    found = queries.action_for(request.actor, action_id)
    form = _form(request, action=found)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.change_action(actor=request.actor, action=found, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(_link(request, "plan:action", found.pk))
    title = _("Change %(reference)s") % {"reference": found.reference}
    return _shown(request, form, title, _link(request, "plan:action", found.pk))


@require_POST
@reads(Permission.RISK_ASSESS_OWN)
def progress(request: Request, action_id: uuid.UUID) -> HttpResponse:
    """Say how far an action is."""
    found, form = queries.action_for(request.actor, action_id), ProgressForm(request.POST)
    if form.is_valid():
        with explain(form):
            services.change_action(actor=request.actor, action=found, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(_link(request, "plan:action", found.pk))
    return render(request, "plan/action.html", _context(request, found, progress=form), status=422)


@require_POST
@reads(Permission.RISK_EDIT)
def ask(request: Request) -> HttpResponse:
    """Ask everybody whose signature is awaited."""
    waiting = [each.risk for each in acceptance.standings(request.actor, scope_of(request)) if not each.lacking]
    asked = signing.ask_for_acceptance(actor=request.actor, risks=waiting)
    words = ngettext("A signature is asked for under %(n)s risk.", "Signatures are asked for under %(n)s risks.", asked)
    messages.success(request, words % {"n": asked} if asked else _("Nothing waits for a signature."))
    return redirect(_link(request, "plan:index"))


def _context(request: Request, found: Action, **forms: Any) -> dict[str, Any]:
    actor = request.actor
    may = actor.can(Permission.RISK_EDIT) or (actor.can(Permission.RISK_ASSESS_OWN) and actor.owns(found))
    initial = {name: getattr(found, name) for name in ("state", "state_note", "links")}
    return {
        "page_title": found.title,
        "action": found,
        "mark": state_mark(found),
        "risks": [link.risk for link in found.risks.select_related("risk").order_by("risk__number")],
        "controls": list(found.controls.select_related("requirement__framework").order_by("requirement__sort_key")),
        "progress": ProgressForm(initial=initial) if may else None,
        "currency": actor.organization.currency,
        "back": _link(request, "plan:index"),
        "register": _link(request, "risks:index"),
        **forms,
    }


def _form(request: Request, action: Action | None = None, **more: Any) -> ActionForm:
    scope = action.scope if action else scope_of(request)
    offered: list[Risk] = list(
        register.visible_to(request.actor).filter(scope=scope, closed_at=None).order_by("number")
    )
    if action:
        offered += [link.risk for link in action.risks.filter(risk__closed_at__isnull=False).select_related("risk")]
    controls = list(catalog.controls(request.actor))
    given = request.POST if request.method == "POST" else None
    return ActionForm(given, actor=request.actor, risks=offered, controls=controls, action=action, **more)


def _shown(request: Request, form: ActionForm, title: str, back: str) -> HttpResponse:
    context = {"page_title": title, "form": form, "back": back, "index": _link(request, "plan:index"),
               "register": _link(request, "risks:index")}  # fmt: skip
    return render(request, "plan/form.html", context, status=422 if form.errors else 200)


def _signatures(standings: list[acceptance.Standing]) -> dict[str, Any]:
    """Return how many risks are signed for, and who is waited for."""
    waiting = Counter(str(each.risk.owner or _("Nobody yet")) for each in standings if not each.is_accepted)
    return {
        "risks": len(standings),
        "accepted": sum(each.is_accepted for each in standings),
        "reopened": sum(each.is_reopened for each in standings),
        "unready": sum(bool(each.lacking) for each in standings),
        "waiting": waiting.most_common(6),
        "can_ask": any(each.awaited and not each.lacking for each in standings),
    }


def _burndown(request: Request) -> dict[str, Any]:
    ends, today = moments.month_ends(PAST), clock.today()
    ahead = [months.after(today, forward) for forward in range(1, AHEAD + 1)]
    found = queries.burndown(request.actor, scope_of(request), ends, ahead)
    names = [dates.month(each - timedelta(seconds=1)) for each in ends]
    label = _("Open actions at the end of each month: %(first)s at first, %(last)s now")
    points = list(zip(names, found.past, strict=True))
    return {
        "burndown": line(points, label % {"first": found.past[0], "last": found.past[-1]}) if any(found.past) else "",
        "promised": list(zip(ahead, found.promised, strict=True)),
        "undated": found.undated,
    }


def _link(request: Request, name: str, *values: Any) -> str:
    """Return the address of a page in the scope of this one."""
    return reverse(name, args=[request.actor.organization.slug, *values]) + scope_query(request)
