"""Evidence: the list, one piece with its editions, and what it counts for."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annexa.catalog import queries as catalog
from annexa.catalog.models import Requirement
from annexa.evidence.models import Evidence
from annexa.evidence.queries import evidence as queries
from annexa.evidence.services import evidence as services
from annexa.lib import files
from annexa.lib.errors import NotAllowed, NotFound
from annexa.organizations.permissions import Permission
from annexa.risks.models import Risk
from annexa.web.evidence.forms import AddForm, EditionForm, FactsForm
from annexa.web.evidence.tables import EvidenceTable, standing
from annexa.web.exports import table_or_file
from annexa.web.forms import explain
from annexa.web.request import Request, reads


@require_GET
@reads(Permission.EVIDENCE_READ)
def index(request: Request) -> HttpResponse:
    """List evidence."""
    counts = queries.counts(request.actor)
    rows = queries.with_controls(queries.listed(request.actor)).order_by("state", "-number")
    table = EvidenceTable(rows, request, count=counts["every"])
    return table_or_file(request, table, "evidence/index.html", {"page_title": _("Evidence"), "counts": counts})


@reads(Permission.EVIDENCE_ADD)
def add(request: Request) -> HttpResponse:
    """Put in evidence; `?control=` names what it is for."""
    initial = {"controls": request.GET.get("control", "")[:100], "owner": request.actor.membership}
    form = AddForm(request.POST or None, request.FILES or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            values = {name: value for name, value in form.cleaned_data.items() if name not in ("file", "url", "text")}
            made = services.add_evidence(actor=request.actor, content=form.content(request.actor), **values)
            messages.success(request, _("%(reference)s is kept.") % {"reference": made.reference})
            return _to(request, made)
    context = {"page_title": _("Put in evidence"), "form": form, "evidence": None}
    return render(request, "evidence/form.html", context, status=422 if form.errors else 200)


@require_GET
@reads(Permission.EVIDENCE_READ)
def evidence(request: Request, piece_id: uuid.UUID) -> HttpResponse:
    """Show one piece of evidence."""
    return _show(request, queries.evidence_for(request.actor, piece_id), EditionForm(auto_id="edition_%s"))


@reads(Permission.EVIDENCE_ADD)
def edit(request: Request, piece_id: uuid.UUID) -> HttpResponse:
    """Change what is said of evidence, and what it bears on."""
    found = queries.evidence_for(request.actor, piece_id)
    if not _may_change(request, found):
        raise NotAllowed(_("You can change only the evidence you own."))
    direct, risks = queries.linked(found), _risks(found)
    form = FactsForm(request.POST or None, actor=request.actor, initial=_typed(found, direct, risks))
    if request.method == "POST" and form.is_valid():
        with explain(form):
            _change(request, found, dict(form.cleaned_data), direct, risks)
            messages.success(request, _("Saved."))
            return _to(request, found)
    context = {"page_title": _("Change %(name)s") % {"name": found.reference}, "form": form, "evidence": found}
    return render(request, "evidence/form.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.EVIDENCE_ADD)
def add_edition(request: Request, piece_id: uuid.UUID) -> HttpResponse:
    """Put in what takes the place of the newest edition."""
    found = queries.evidence_for(request.actor, piece_id)
    form = EditionForm(request.POST, request.FILES, auto_id="edition_%s")
    if form.is_valid():
        with explain(form):
            values = {name: form.cleaned_data[name] for name in ("collected_on", "expires_on", "note")}
            content = form.content(request.actor)
            services.add_edition(actor=request.actor, evidence=found, content=content, **values)
            messages.success(request, _("The new edition is kept; the earlier ones stay."))
            return _to(request, found)
    return _show(request, found, form)


@require_GET
@reads(Permission.EVIDENCE_READ)  # type: ignore[arg-type]
def file(request: Request, piece_id: uuid.UUID, number: int) -> FileResponse:
    """Send the file of an edition; always as a download, so that nothing in it runs here."""
    edition = queries.edition_of(queries.evidence_for(request.actor, piece_id), number)
    if not edition.sha256:
        raise NotFound(_("This edition holds no file."))
    content = files.path(request.actor.organization_id, edition.sha256).open("rb")
    name = edition.file_name or f"evidence-{number}"
    return FileResponse(content, as_attachment=True, filename=name, content_type=files.media_type(name))


@require_POST
@reads(Permission.EVIDENCE_ADD)
def retire(request: Request, piece_id: uuid.UUID) -> HttpResponse:
    """Take evidence out of use, or bring it back."""
    found = queries.evidence_for(request.actor, piece_id)
    command = services.restore_evidence if found.is_retired else services.retire_evidence
    command(actor=request.actor, evidence=found)
    messages.success(request, _("It counts again.") if found.is_retired is False else _("It counts no more."))
    return _to(request, found)


@require_GET
@reads(Permission.EVIDENCE_READ)
def against(request: Request, framework: str, ref: str) -> HttpResponse:
    """Show the evidence that counts for a control; the control's page asks for it once it stands."""
    control = catalog.requirement_for(request.actor, framework, ref)
    context = {"shown": queries.showing(request.actor, control), "control": control}
    context["may_add"] = request.actor.can(Permission.EVIDENCE_ADD)
    return render(request, "evidence/against.html", context)


def _typed(found: Evidence, direct: list[Requirement], risks: list[Risk]) -> dict[str, Any]:
    """Return evidence as its form holds it."""
    facts = {name: getattr(found, name) for name in FactsForm.base_fields if hasattr(found, name)}
    controls = ", ".join(queries.name_of(each) for each in direct)
    return facts | {"controls": controls, "risks": ", ".join(risk.reference for risk in risks)}


def _change(
    request: Request, found: Evidence, values: dict[str, Any], direct: list[Requirement], risks: list[Risk]
) -> None:
    """Change what is said of evidence, and link and unlink what differs."""
    controls, named = values.pop("controls"), values.pop("risks")
    services.change_evidence(actor=request.actor, evidence=found, **values)
    services.link_evidence(actor=request.actor, evidence=found, controls=controls, risks=named)
    services.unlink_evidence(
        actor=request.actor,
        evidence=found,
        controls=[each for each in direct if each not in controls],
        risks=[each for each in risks if each not in named],
    )


def _risks(found: Evidence) -> list[Risk]:
    return [link.risk for link in found.risks.select_related("risk")]


def _show(request: Request, found: Evidence, form: EditionForm) -> HttpResponse:
    context = {
        "page_title": found.title,
        "evidence": found,
        "standing": standing(found),
        "editions": queries.editions(found),
        "served": queries.serves(found, queries.linked(found)),
        "risks": _risks(found),
        "requests": found.requests.select_related("owner__person"),
        "form": form,
        "may_change": _may_change(request, found),
    }
    return render(request, "evidence/evidence.html", context, status=422 if form.errors else 200)


def _may_change(request: Request, found: Evidence) -> bool:
    actor = request.actor
    return actor.can(Permission.EVIDENCE_EDIT) or (actor.can(Permission.EVIDENCE_ADD) and actor.owns(found))


def _to(request: Request, found: Evidence) -> HttpResponse:
    return redirect("evidence:evidence", organization=request.actor.organization.slug, piece_id=found.pk)
