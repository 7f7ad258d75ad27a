"""Findings: the register, one with its remedy and its story, and what scanners wrote."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from annexa.catalog import queries as catalog
from annexa.evidence.models import Finding, Severity
from annexa.evidence.queries import findings as queries
from annexa.evidence.registry import READERS
from annexa.evidence.services import findings as services
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.web.exports import table_or_file
from annexa.web.findings.forms import AssignForm, BulkForm, DecisionForm, ImportForm, decision_of
from annexa.web.findings.tables import STATE_KINDS, FindingTable, severity
from annexa.web.forms import explain
from annexa.web.request import Request, reads, scope_of

SCANS = 50


@reads(Permission.FINDING_READ)
def index(request: Request) -> HttpResponse:
    """List findings, the worst first; posted to, decide about the ticked ones."""
    if request.method == "POST":
        access.require(request.actor, Permission.FINDING_EDIT)
        return _decide_many(request)
    counts = queries.counts(request.actor)
    table = FindingTable(queries.worst_first(queries.listed(request.actor)), request, counts["every"])
    levels = [(level.label, level.value, counts[level.name.lower()]) for level in reversed(Severity)]
    may = request.actor.can(Permission.FINDING_EDIT)
    context: dict[str, Any] = {"page_title": _("Findings"), "counts": counts, "levels": levels}
    context["bulk"] = BulkForm(actor=request.actor) if may else None
    return table_or_file(request, table, "findings/index.html", context)


@require_GET
@reads(Permission.FINDING_READ)
def finding(request: Request, finding_id: uuid.UUID) -> HttpResponse:
    """Show one finding."""
    return _show(request, queries.finding_for(request.actor, finding_id))


@require_POST
@reads(Permission.FINDING_EDIT)
def decide(request: Request, finding_id: uuid.UUID) -> HttpResponse:
    """Say what becomes of a finding."""
    found, form = queries.finding_for(request.actor, finding_id), DecisionForm(request.POST)
    if form.is_valid():
        with explain(form):
            services.decide_findings(actor=request.actor, findings=[found], **form.cleaned_data)
            messages.success(request, _("Saved."))
            return _to(request, found)
    return _show(request, queries.finding_for(request.actor, finding_id), deciding=form)


@require_POST
@reads(Permission.FINDING_EDIT)
def assign(request: Request, finding_id: uuid.UUID) -> HttpResponse:
    """Say who mends a finding, and until when."""
    found, form = queries.finding_for(request.actor, finding_id), AssignForm(request.POST, actor=request.actor)
    if form.is_valid():
        with explain(form):
            services.assign_findings(actor=request.actor, findings=[found], **form.cleaned_data)
            messages.success(request, _("Saved."))
            return _to(request, found)
    return _show(request, found, assigning=form)


@require_POST
@reads(Permission.FINDING_EDIT)
def raise_risk(request: Request, finding_id: uuid.UUID) -> HttpResponse:
    """Raise the risk that a finding stands for."""
    found = queries.finding_for(request.actor, finding_id)
    risk = services.raise_from_finding(actor=request.actor, finding=found, scope=scope_of(request))
    messages.success(request, _("%(reference)s stands in the register.") % {"reference": risk.reference})
    return redirect("risks:risk", organization=request.actor.organization.slug, risk_id=risk.pk)


@reads(Permission.FINDING_IMPORT)
def bring_in(request: Request) -> HttpResponse:
    """Bring in a scanner's file, and list what was brought in."""
    access.require_all_scopes(request.actor)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            file, data = form.cleaned_data["file"], form.cleaned_data
            if file.size > services.MOST_BYTES:
                raise UserError(_("The file is larger than 50 MB."), {"file": _("Too large")})
            given = {"target": data["target"], "source": data["source"], "file_name": file.name}
            scan = services.import_scan(actor=request.actor, content=file.read(), **given)
            numbers = {name: getattr(scan, name) for name in ("new", "again", "reopened", "mended")}
            said = _("%(new)s new, %(again)s seen before, %(reopened)s back, %(mended)s mended.")
            messages.success(request, said % numbers)
            return redirect("findings:index", organization=request.actor.organization.slug)
    scans = [(scan, READERS[scan.source].name) for scan in queries.scans(request.actor)[:SCANS]]
    context = {"page_title": _("Bring in a scan"), "form": form, "scans": scans}
    return render(request, "findings/import.html", context, status=422 if form.errors else 200)


@require_GET
@reads(Permission.FINDING_READ)
def against(request: Request, framework: str, ref: str) -> HttpResponse:
    """Show what scanners found that bears on a control; the control's page asks for it once it stands."""
    control = catalog.requirement_for(request.actor, framework, ref)
    counts, worst = queries.of_control(request.actor, control.ref)
    lines = [(each, severity(each)) for each in worst]
    return render(request, "findings/against.html", {"counts": counts, "lines": lines, "control": control})


def _decide_many(request: Request) -> HttpResponse:
    form = BulkForm(request.POST, actor=request.actor)
    rows = list(FindingTable(queries.listed(request.actor), request).selected())
    if not (rows and form.is_valid() and (form.cleaned_data["state"] or form.cleaned_data["owner"])):
        messages.warning(request, _("Nothing was changed: tick findings, then choose what becomes of them."))
        return redirect(request.get_full_path())
    data, changed = form.cleaned_data, 0
    try:
        if data["owner"]:
            changed = services.assign_findings(actor=request.actor, findings=rows, owner=data["owner"])
        if data["state"]:
            given = {name: data[name] for name in ("state", "reason", "until")}
            changed = services.decide_findings(actor=request.actor, findings=rows, **given)
        messages.success(
            request, ngettext("%(n)s finding changed.", "%(n)s findings changed.", changed) % {"n": changed}
        )
    except NotAllowed:
        raise
    except UserError as error:
        messages.error(request, error.sentence)
    return redirect(request.get_full_path())


def _show(request: Request, found: Finding, **forms: Any) -> HttpResponse:
    actor = request.actor
    assigned = {"owner": found.owner, "due": found.due}
    context = {
        "page_title": found.title,
        "finding": found,
        "severity": severity(found),
        "mark": STATE_KINDS[Finding.State(found.state)],
        "scanner": READERS[found.source].name,
        "steps": [(step, STATE_KINDS[Finding.State(step.state)]) for step in queries.steps(found)[:SCANS]],
        "risk": queries.risk_of(actor, found),
        "may_edit": actor.can(Permission.FINDING_EDIT),
        "may_raise": actor.can(Permission.FINDING_EDIT) and actor.can(Permission.RISK_EDIT),
        "deciding": forms.get("deciding") or DecisionForm(initial=decision_of(found)),
        "assigning": forms.get("assigning") or AssignForm(actor=actor, initial=assigned),
    }
    return render(request, "findings/finding.html", context, status=422 if forms else 200)


def _to(request: Request, found: Finding) -> HttpResponse:
    return redirect("findings:finding", organization=request.actor.organization.slug, finding_id=found.pk)
