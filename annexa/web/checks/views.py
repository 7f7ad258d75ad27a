"""Control checks: the list, one with its results over time, and the ready ones."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from annexa.catalog import queries as catalog
from annexa.evidence.models import ControlCheck
from annexa.evidence.queries import checks as queries
from annexa.evidence.queries import evidence
from annexa.evidence.services import checks as services
from annexa.organizations import delegations
from annexa.organizations.models import Delegation
from annexa.organizations.permissions import Permission
from annexa.web.checks.forms import CheckForm, ExcludeForm, OffForm, RecordForm
from annexa.web.checks.tables import CheckTable, outcome, standing
from annexa.web.exports import table_or_file
from annexa.web.forms import explain
from annexa.web.request import Request, reads

RESULTS = 36


@require_GET
@reads(Permission.TASK_WORK)
def index(request: Request) -> HttpResponse:
    """List checks: all of them, or those one looks at oneself."""
    counts = queries.counts(request.actor)
    rows = queries.with_controls(queries.visible_to(request.actor))
    table = CheckTable(rows, request, counts["every"])
    return table_or_file(request, table, "checks/index.html", {"page_title": _("Control checks"), "counts": counts})


@reads(Permission.EVIDENCE_EDIT)
def add(request: Request) -> HttpResponse:
    """Add a check; `?control=` names what it is for."""
    initial = {"controls": request.GET.get("control", "")[:100]}
    form = CheckForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            made = services.add_check(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("%(reference)s is added.") % {"reference": made.reference})
            return _to(request, made)
    context = {"page_title": _("Add a check"), "form": form}
    return render(request, "checks/form.html", context, status=422 if form.errors else 200)


@reads(Permission.EVIDENCE_EDIT)
def edit(request: Request, check_id: uuid.UUID) -> HttpResponse:
    """Change a check."""
    found = queries.check_for(request.actor, check_id)
    form = CheckForm(request.POST or None, actor=request.actor, check=found, initial=_typed(found))
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.change_check(actor=request.actor, check=found, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return _to(request, found)
    context = {"page_title": _("Change the check"), "form": form, "check": found}
    return render(request, "checks/form.html", context, status=422 if form.errors else 200)


@reads(Permission.EVIDENCE_EDIT)
def ready(request: Request) -> HttpResponse:
    """List the ready checks, and add those that are ticked."""
    if request.method == "POST":
        made = services.add_ready_checks(actor=request.actor, keys=request.POST.getlist("key"))
        if not made:
            messages.warning(request, _("Nothing was added: tick the checks that you want."))
            return redirect(request.path)
        said = ngettext("%(n)s check is added.", "%(n)s checks are added.", len(made))
        messages.success(request, said % {"n": len(made)})
        return redirect("checks:index", organization=request.actor.organization.slug)
    offered = queries.ready(request.actor)
    context = {"page_title": _("Ready checks"), "offered": offered, "left": sum(not there for _each, there in offered)}
    return render(request, "checks/ready.html", context)


@require_GET
@reads(Permission.TASK_WORK)
def check(request: Request, check_id: uuid.UUID) -> HttpResponse:
    """Show one check."""
    return _show(request, queries.check_for(request.actor, check_id))


@require_POST
@reads(Permission.TASK_WORK)
def record(request: Request, check_id: uuid.UUID) -> HttpResponse:
    """Say what a check showed."""
    found, form = queries.check_for(request.actor, check_id), RecordForm(request.POST, request.FILES)
    if form.is_valid():
        with explain(form):
            services.record_result(actor=request.actor, check=found, **form.told(request.actor))
            messages.success(request, _("Recorded."))
            return _to(request, found)
    return _show(request, queries.check_for(request.actor, check_id), recording=form)


@require_POST
@reads(Permission.EVIDENCE_EDIT)
def switch_off(request: Request, check_id: uuid.UUID) -> HttpResponse:
    """Leave a check out until a day."""
    found, form = queries.check_for(request.actor, check_id), OffForm(request.POST)
    if form.is_valid():
        with explain(form):
            services.switch_check_off(actor=request.actor, check=found, **form.cleaned_data)
            messages.success(request, _("Left out until then."))
            return _to(request, found)
    return _show(request, found, switching=form)


@require_POST
@reads(Permission.EVIDENCE_EDIT)
def switch_on(request: Request, check_id: uuid.UUID) -> HttpResponse:
    """Let a check count again."""
    found = queries.check_for(request.actor, check_id)
    services.switch_check_on(actor=request.actor, check=found)
    messages.success(request, _("It counts again."))
    return _to(request, found)


@require_POST
@reads(Permission.EVIDENCE_EDIT)
def retire(request: Request, check_id: uuid.UUID) -> HttpResponse:
    """Take a check out of use, or bring it back."""
    found = queries.check_for(request.actor, check_id)
    services.retire_check(actor=request.actor, check=found, retired=not found.retired)
    messages.success(request, _("Saved."))
    return _to(request, found)


@require_POST
@reads(Permission.EVIDENCE_EDIT)
def exclude(request: Request, check_id: uuid.UUID) -> HttpResponse:
    """Leave an item out until a day."""
    found, form = queries.check_for(request.actor, check_id), ExcludeForm(request.POST)
    if form.is_valid():
        with explain(form):
            services.exclude_item(actor=request.actor, check=found, **form.cleaned_data)
            messages.success(request, _("Left out from the next result on."))
            return _to(request, found)
    return _show(request, found, excluding=form)


@require_POST
@reads(Permission.EVIDENCE_EDIT)
def include(request: Request, check_id: uuid.UUID) -> HttpResponse:
    """Count an item again."""
    found = queries.check_for(request.actor, check_id)
    services.include_item(actor=request.actor, check=found, item=request.POST.get("item", "")[:200])
    messages.success(request, _("It counts again, from the next result on."))
    return _to(request, found)


@require_GET
@reads(Permission.EVIDENCE_READ)
def against(request: Request, framework: str, ref: str) -> HttpResponse:
    """Show the checks that bear on a control; the control's page asks for it once it stands."""
    control = catalog.requirement_for(request.actor, framework, ref)
    lines = [(each, standing(each)) for each in queries.of_control(request.actor, control)]
    speaking = sum(each.standing in ("pass", "fail") for each, _mark in lines)
    context = {"lines": lines, "control": control, "speaking": speaking}
    return render(request, "checks/against.html", context)


def _show(request: Request, found: ControlCheck, **forms: Any) -> HttpResponse:
    actor = request.actor
    may_edit = actor.can(Permission.EVIDENCE_EDIT)
    stands_in = found.owner_id in delegations.principals(actor, Delegation.Kind.TASKS, found.scope_id)
    manual = found.kind == ControlCheck.Kind.MANUAL and not found.retired
    results = list(queries.results(found)[:RESULTS])
    context = {
        "page_title": found.title,
        "check": found,
        "standing": standing(found),
        "controls": queries.controls(found),
        "lines": [(each, outcome(each)) for each in results],
        "bar": list(reversed(results)),
        "exclusions": queries.exclusions(found),
        "may_edit": may_edit,
        "may_record": manual and (may_edit or actor.owns(found) or stands_in or "recording" in forms),
        "waits": "recording" in forms or found.waits,
        "recording": forms.get("recording") or RecordForm(),
        "switching": forms.get("switching") or OffForm(prefix=None, auto_id="off_%s"),
        "excluding": forms.get("excluding") or ExcludeForm(auto_id="ex_%s"),
    }
    return render(request, "checks/check.html", context, status=422 if forms else 200)


def _typed(found: ControlCheck) -> dict[str, Any]:
    """Return a check as its form holds it."""
    facts = {name: getattr(found, name) for name in CheckForm.base_fields if name != "controls"}
    return facts | {"controls": ", ".join(evidence.name_of(each) for each in queries.controls(found))}


def _to(request: Request, found: ControlCheck) -> HttpResponse:
    return redirect("checks:check", organization=request.actor.organization.slug, check_id=found.pk)
