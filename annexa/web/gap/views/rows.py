"""One row: its drawer and its evidence; and many rows at once."""

import uuid

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from annexa.lib import files
from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.organizations.permissions import Permission
from annexa.treatment.models import GapRating
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap
from annexa.web.forms import explain
from annexa.web.gap import drawer
from annexa.web.gap.forms import BulkForm, EvidenceForm
from annexa.web.gap.page import Page, address, assessment_of
from annexa.web.gap.views.overview import beside
from annexa.web.request import Request, is_fragment, reads


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


@require_POST
@reads(Permission.GAP_EDIT)
def bulk(request: Request, number: int) -> HttpResponse:
    """Set the same values for all selected rows."""
    page = Page(request, number)
    form = BulkForm(organizations.active_members(request.actor), request.POST)
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


def _evidence(request: Request, number: int, rating: GapRating, form: EvidenceForm | None = None) -> HttpResponse:
    """Show a row's evidence: alone for htmx, and where no script runs beside its page with what was typed."""
    page = Page(request, number, is_brief=True)
    page.opened = rating.pk
    status = 422 if form else 200
    if not is_fragment(request):
        if form is None:
            return redirect(address(request, "row", number, rating.pk))
        return beside(request, page, drawer.context(page, rating) | {"evidence_form": form}, status)
    context = {"page": page, "scope_query": page.scope_query, "rating": rating, "evidence": queries.evidence_of(rating)}
    context |= {"evidence_form": form or EvidenceForm(), "may_rate": True}
    return render(request, "gap/evidence.html", context, status=status)
