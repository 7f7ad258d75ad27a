"""One row: its drawer, its fields, its evidence; and many rows at once."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from annexa.lib import files
from annexa.lib.errors import Conflict, NotAllowed, UserError
from annexa.organizations.permissions import Permission
from annexa.treatment.models import GapRating
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap
from annexa.web.forms import explain
from annexa.web.gap import drawer
from annexa.web.gap.forms import PREFIX, BulkForm, EvidenceForm, RatingForm, plain, sealed
from annexa.web.gap.page import Page, active_members, address, assessment_of
from annexa.web.gap.rows import Writer
from annexa.web.gap.tables import GapTable
from annexa.web.gap.views.overview import beside
from annexa.web.request import Request, reads


@require_GET
@reads(Permission.GAP_READ)
def row(request: Request, number: int, rating_id: uuid.UUID) -> HttpResponse:
    """Show a row's drawer."""
    page = Page(request, number, is_brief=True)
    page.opened = rating_id
    return beside(request, page, drawer.context(page, page.rating(rating_id)))


@require_GET
@reads(Permission.GAP_READ)
def find(request: Request, rating_id: uuid.UUID) -> HttpResponse:
    """Lead to a row from anywhere that knows only its id, such as a task."""
    rating = queries.rating_for(request.actor, rating_id)
    assessment = rating.assessment
    url = address(request, "row", assessment.number, rating.pk).partition("?")[0]
    return redirect(url if assessment.scope.is_default else f"{url}?scope={assessment.scope.slug}")


@require_GET
@reads(Permission.GAP_READ)
def line(request: Request, number: int, rating_id: uuid.UUID) -> HttpResponse:
    """Answer with the row as the list shows it now."""
    return _line(request, number, rating_id)


@require_POST
@reads(Permission.GAP_RATE_OWN)
def rate(request: Request, number: int, rating_id: uuid.UUID) -> HttpResponse:
    """Set one field from the list and answer with the row; 409 when somebody else was first."""
    rating = queries.rating_in(assessment_of(request, number), rating_id)
    name = request.POST.get("field", "")
    try:
        form = RatingForm([])
        values, seen = ({name: form.read(name, request.POST.get(key, ""))} for key in ("value", "seen"))
        gap.rate_requirement(actor=request.actor, rating=rating, values=values, seen=seen)
    except Conflict as conflict:
        return _line(request, number, rating_id, 409, drawer.conflict_sentence(rating, name, conflict))
    except NotAllowed:
        raise
    except UserError as error:
        return _line(request, number, rating_id, 422, error.sentence)
    return _line(request, number, rating_id)


@require_POST
@reads(Permission.GAP_RATE_OWN)
def save_field(request: Request, number: int, rating_id: uuid.UUID) -> HttpResponse:
    """Save one field of the drawer; 409 shows both values."""
    rating = queries.rating_in(assessment_of(request, number), rating_id)
    form = RatingForm(drawer.owners(active_members(request), rating), rating)
    name = request.POST.get("field", "").removeprefix(f"{PREFIX}-")
    text, seen = request.POST.get(form.add_prefix(name), ""), request.POST.get(f"seen_{name}", "=")[1:]
    try:
        value = form.read(name, text)
        gap.rate_requirement(
            actor=request.actor, rating=rating, values={name: value}, seen={name: form.read(name, seen)}
        )
    except Conflict as conflict:
        context = drawer.conflict(rating, form, name, text, conflict)
        return render(request, "ui/forms/conflict.html", context, status=409)
    except NotAllowed:
        raise
    except UserError as error:
        return render(request, "gap/refused.html", {"sentence": error.sentence}, status=422)
    return HttpResponse(format_html('<input type="hidden" name="seen_{}" value="{}">', name, sealed(plain(value))))


@require_POST
@reads(Permission.GAP_EDIT)
def bulk(request: Request, number: int) -> HttpResponse:
    """Set the same values for all selected rows."""
    page = Page(request, number)
    form = BulkForm(active_members(request), request.POST)
    back = f"{address(request, 'assessment', number).partition('?')[0]}?{request.GET.urlencode()}#table-gap"
    if not form.is_valid():
        messages.error(request, _("Nothing was changed: choose values from the lists."))
        return redirect(back)
    try:
        chosen = set(request.POST.getlist("selected"))  # by id: what a filter hides by now is still meant
        ratings = [each for each in page.ratings if str(each.pk) in chosen]
        changed = gap.rate_requirements(actor=request.actor, ratings=ratings, values=form.values)
        words = ngettext("%(count)s row is changed.", "%(count)s rows are changed.", changed)
        messages.success(request, words % {"count": changed})
    except UserError as error:
        messages.error(request, _("Nothing was changed. %(why)s") % {"why": error.sentence})
    return redirect(back)


@require_POST
@reads(Permission.GAP_RATE_OWN)
def add_evidence(request: Request, number: int, rating_id: uuid.UUID) -> HttpResponse:
    """Attach a link or a file to a row."""
    rating = queries.rating_in(assessment_of(request, number), rating_id)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        with explain(form):
            drawer.attach(request.actor, rating, form)
            return _evidence(request, number, rating)
    return _evidence(request, number, rating, form)


@require_POST
@reads(Permission.GAP_RATE_OWN)
def remove_evidence(request: Request, number: int, rating_id: uuid.UUID, evidence_id: uuid.UUID) -> HttpResponse:
    """Detach a piece of evidence from a row."""
    rating = queries.rating_in(assessment_of(request, number), rating_id)
    gap.remove_evidence(actor=request.actor, evidence=queries.evidence_in(rating, evidence_id))
    return _evidence(request, number, rating)


@require_GET
@reads(Permission.GAP_READ)  # type: ignore[arg-type]
def evidence_file(request: Request, number: int, rating_id: uuid.UUID, evidence_id: uuid.UUID) -> FileResponse:
    """Send an attached file; always as a download, so that nothing in it runs here."""
    rating = queries.rating_in(assessment_of(request, number), rating_id)
    evidence = queries.evidence_in(rating, evidence_id)
    content = files.path(request.actor.organization_id, evidence.sha256).open("rb")
    kind = files.media_type(evidence.title)
    return FileResponse(content, as_attachment=True, filename=evidence.title, content_type=kind)


def _line(request: Request, number: int, rating_id: uuid.UUID, status: int = 200, words: str = "") -> HttpResponse:
    page = Page(request, number)
    assert page.assessment is not None
    shown = page.line(queries.rating_in(page.assessment, rating_id))
    table = GapTable([shown], request, may_edit=page.may_edit)  # type: ignore[arg-type]
    response = HttpResponse(Writer(table).row(shown), status=status)
    if words:
        response.headers["HX-Trigger"] = json.dumps({"toast": {"text": words, "kind": "warning"}})
    return response


def _evidence(request: Request, number: int, rating: GapRating, form: Any = None) -> HttpResponse:
    page = Page(request, number)
    context = {"page": page, "scope_query": page.scope_query, "rating": rating, "evidence": queries.evidence_of(rating)}
    context |= {"evidence_form": form or EvidenceForm(), "may_rate": True}
    status = 422 if form and form.errors else 200
    return render(request, "gap/evidence.html", context, status=status)
