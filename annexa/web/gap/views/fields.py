"""The fields of one row: set in the list, saved one by one in the drawer, or all together where no script runs."""

import json
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annexa.lib.errors import Conflict, NotAllowed, UserError
from annexa.organizations import queries as organizations
from annexa.organizations.permissions import Permission
from annexa.treatment.models import GapRating
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap
from annexa.web.forms import explain, see_again
from annexa.web.gap import drawer
from annexa.web.gap.forms import PREFIX, RatingForm, plain, sealed
from annexa.web.gap.page import Page, address, assessment_of
from annexa.web.gap.rows import Writer
from annexa.web.gap.tables import GapTable
from annexa.web.gap.views.overview import beside
from annexa.web.request import Request, is_fragment, reads


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
def save_row(request: Request, number: int, rating_id: uuid.UUID) -> HttpResponse:
    """Save the drawer's form: one field of it for scripts, the whole otherwise."""
    rating = queries.rating_in(assessment_of(request, number), rating_id)
    members = drawer.owners(organizations.active_members(request.actor), rating)
    if is_fragment(request):
        return _save_one(request, rating, RatingForm(members, rating))
    form = RatingForm(members, rating, request.POST.copy())
    status = _save_all(request, rating, form)
    if status == 200:
        messages.success(request, _("Saved."))
        return redirect(address(request, "row", number, rating.pk))
    page = Page(request, number, is_brief=True)
    page.opened = rating.pk
    return beside(request, page, drawer.context(page, rating) | {"form": form}, status=status)


def _save_one(request: Request, rating: GapRating, form: RatingForm) -> HttpResponse:
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


def _save_all(request: Request, rating: GapRating, form: RatingForm) -> int:
    """Save what differs from what the person looked at; an error goes to its field. Returns the status."""
    if not form.is_valid():
        return 422
    with explain(form):
        try:
            gap.rate_requirement(actor=request.actor, rating=rating, values=form.changed(), seen=form.read_seen())
        except Conflict as conflict:
            form.add_error(conflict.field, drawer.conflict_sentence(rating, conflict.field, conflict))
            see_again(form, conflict.field, sealed(plain(conflict.theirs)))
            return 409
    return 422 if form.errors else 200


def _line(request: Request, number: int, rating_id: uuid.UUID, status: int = 200, words: str = "") -> HttpResponse:
    page = Page(request, number)
    assert page.assessment is not None
    shown = page.line(queries.rating_in(page.assessment, rating_id))
    table = GapTable([shown], request, may_edit=page.may_edit)  # type: ignore[arg-type]
    response = HttpResponse(Writer(table).row(shown), status=status)
    if words:
        response.headers["HX-Trigger"] = json.dumps({"toast": {"text": words, "kind": "warning"}})
    return response
