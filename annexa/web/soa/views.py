"""The statement on one page, and what stops its approval."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.isms import queries as isms
from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.organizations.permissions import Permission
from annexa.treatment.services import statements
from annexa.web.exports import table_or_file
from annexa.web.request import Request, reads, scope_of
from annexa.web.soa import page
from annexa.web.soa.forms import BulkForm
from annexa.web.soa.links import link, scope_query


@reads(Permission.SOA_READ)
def index(request: Request) -> HttpResponse:
    """Show the current statement, or offer to start one."""
    found = page.load(request)
    if found is None:
        context = {"page_title": _("Statement of Applicability"), "answers": isms.answers_for(scope_of(request))}
        return render(request, "soa/empty.html", context | {"scope_query": scope_query(request)})
    return _page(request, found)


@reads(Permission.SOA_READ)
def statement(request: Request, number: int) -> HttpResponse:
    """Show a draft or a version by its number."""
    return _page(request, _found(request, number))


@reads(Permission.SOA_READ)
def problems(request: Request, number: int) -> HttpResponse:
    """List what does not add up, what stops approval first, each with a link to mend it."""
    found = _found(request, number)
    listed = [
        (each, link(request, "row", number, each.row_id))
        for each in (found.picture.contradictions if found.picture else [])
    ]
    context = {
        "page_title": _("What does not add up"),
        "statement": found.statement,
        "stopping": [entry for entry in listed if entry[0].stops],
        "warning": [entry for entry in listed if not entry[0].stops],
        "scope_query": scope_query(request),
    }
    return render(request, "soa/problems.html", context)


def _found(request: Request, number: int) -> page.Page:
    found = page.load(request, number)
    if found is None:
        raise Http404
    return found


def _page(request: Request, found: page.Page) -> HttpResponse:
    context = page.context(request, found)
    if request.method == "POST":
        return _change_many(request, found, context["table"])
    return table_or_file(request, context.pop("table"), "soa/index.html", context)


def _change_many(request: Request, found: page.Page, table: page.StatementTable) -> HttpResponse:
    form = BulkForm(request.POST, members=organizations.members(request.actor))
    chosen = {entry.pk for entry in table.selected()}
    rows = [row for row in found.picture.rows if str(row.pk) in chosen] if found.picture else []
    if not (rows and form.is_valid() and form.values()):
        messages.warning(request, _("Nothing was changed: tick controls, then choose what to change."))
        return redirect(request.get_full_path())
    try:
        changed = statements.decide_controls(actor=request.actor, rows=rows, values=form.values())
        messages.success(
            request, ngettext("%(n)s control changed.", "%(n)s controls changed.", changed) % {"n": changed}
        )
    except UserError as error:
        messages.error(request, error.sentence)
    return redirect(request.get_full_path())
