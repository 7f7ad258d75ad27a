"""One control of a statement: its drawer, saved field by field."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.lib.errors import Conflict, NotFound, UserError
from annexa.organizations import queries as organizations
from annexa.organizations.permissions import Permission
from annexa.treatment.models import StatementRow
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import statements
from annexa.web.forms import explain
from annexa.web.request import Request, is_fragment, reads
from annexa.web.soa import drawer, page
from annexa.web.soa.forms import LeaveOutForm, LinkForm, RowForm
from annexa.web.soa.links import link as address


@reads(Permission.SOA_READ)
def row(request: Request, number: int, row_id: uuid.UUID) -> HttpResponse:
    """Show a control in the drawer, alone for htmx or beside the whole statement; save a field of it."""
    found = _row(request, number, row_id)
    if request.method == "POST":
        return _save(request, found)
    if is_fragment(request):
        return render(request, "soa/drawer.html", drawer.context(request, found))
    return _beside(request, found, {})


@require_POST
@reads(Permission.SOA_EDIT)
def confirm(request: Request, number: int, row_id: uuid.UUID) -> HttpResponse:
    """Keep what came from the 2013 edition as it stands."""
    return _act(request, lambda found: statements.confirm_control(actor=request.actor, row=found), number, row_id)


@require_POST
@reads(Permission.SOA_EDIT)
def leave_out(request: Request, number: int, row_id: uuid.UUID) -> HttpResponse:
    """Accept the profile's proposal to leave a control out, with one's own justification."""
    form = LeaveOutForm(request.POST, auto_id="leave_out_%s")
    return _act_typed(request, statements.accept_exclusion, number, row_id, {"leave_out": form})


@require_POST
@reads(Permission.SOA_EDIT_OWN)
def link(request: Request, number: int, row_id: uuid.UUID) -> HttpResponse:
    """Link a control to a document or page."""
    form = LinkForm(request.POST, auto_id="link_%s")
    return _act_typed(request, statements.add_link, number, row_id, {"link_form": form})


@require_POST
@reads(Permission.SOA_EDIT_OWN)
def unlink(request: Request, number: int, row_id: uuid.UUID) -> HttpResponse:
    """Take a link away."""
    url = request.POST.get("url", "")
    return _act(request, lambda found: statements.remove_link(actor=request.actor, row=found, url=url), number, row_id)


def _row(request: Request, number: int, row_id: uuid.UUID) -> StatementRow:
    found = queries.row_for(request.actor, row_id)
    if found.statement.number != number:
        raise NotFound("There is no such row.")
    return found


def _act(request: Request, act: Callable[[StatementRow], None], number: int, row_id: uuid.UUID) -> HttpResponse:
    """Run one command on a row and show it again, with the sentence when it was refused."""
    found = _row(request, number, row_id)
    try:
        act(found)
    except UserError as refused:
        return _beside(request, found, {"error": refused.sentence}, status=422)
    return _done(request, found)


def _act_typed(
    request: Request, act: Callable[..., None], number: int, row_id: uuid.UUID, shown: dict[str, Form]
) -> HttpResponse:
    """Run one command with what a form says, or show the form again under the name the template knows it by."""
    found, form = _row(request, number, row_id), next(iter(shown.values()))
    if form.is_valid():
        with explain(form):
            act(actor=request.actor, row=found, **form.cleaned_data)
            return _done(request, found)
    return _beside(request, found, shown, status=422)


def _done(request: Request, row: StatementRow) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(address(request, "row", row.statement.number, row.pk))


def _beside(request: Request, found: StatementRow, more: dict[str, Any], status: int = 200) -> HttpResponse:
    """Show the drawer beside the whole statement."""
    whole = page.load(request, found.statement.number)
    if whole is None:
        raise Http404
    context = page.context(request, whole, str(found.pk)) | drawer.context(request, found)
    return render(request, "soa/index.html", context | {"opened": True} | more, status=status)


def _save(request: Request, found: StatementRow) -> HttpResponse:
    names = [request.POST["field"]] if "field" in request.POST else drawer.editable(request.actor, found)
    form = RowForm(request.POST.copy(), members=organizations.members(request.actor), names=names)
    return _save_field(request, found, form) if is_fragment(request) else _save_all(request, found, form)


def _save_field(request: Request, found: StatementRow, form: RowForm) -> HttpResponse:
    try:
        if not form.is_valid():
            raise UserError(" ".join(str(sentence) for errors in form.errors.values() for sentence in errors))
        statements.decide_control(actor=request.actor, row=found, values=form.values(), seen=form.seen())
    except Conflict as conflict:
        return drawer.conflict(request, queries.row_for(request.actor, found.pk), conflict.field)
    except UserError as error:
        return render(request, "soa/refused.html", {"sentence": error.sentence}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return render(request, "soa/saved.html", drawer.seen(queries.row_for(request.actor, found.pk), form.fields))


def _save_all(request: Request, found: StatementRow, form: RowForm) -> HttpResponse:
    """Save what differs from what the person looked at; a refusal shows the form again with what was typed."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        with explain(form):
            try:
                statements.decide_control(actor=request.actor, row=found, values=form.changed(), seen=form.seen())
                return _done(request, found)
            except Conflict as conflict:
                status = HTTPStatus.CONFLICT
                drawer.explain_conflict(request, queries.row_for(request.actor, found.pk), form, conflict.field)
    seen = [(name, form.data.get(f"seen_{name}", "")) for name in form.fields]
    return _beside(request, found, {"form": form.keep(), "seen": seen}, status=status)
