"""The past: a register as it stood, what changed between two dates, and the versions of one row."""

import uuid
from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from annexa.lib import clock, moments
from annexa.lib.text import file_name
from annexa.reports.export import FORMATS, export
from annexa.reports.history import changes as differences
from annexa.reports.history import registers
from annexa.ui import dates
from annexa.web.exports import attachment, table_or_file
from annexa.web.history.page import context, retold
from annexa.web.history.tables import PastTable
from annexa.web.request import Request, scope_of

USUAL = timedelta(days=30)


def index(request: Request) -> HttpResponse:
    """Open the first register whose past the person may read."""
    first = next(iter(registers.readable(request.actor)), None)
    if first is None:
        raise Http404
    return redirect("history:register", request.actor.organization.slug, first.key)


def register(request: Request, register: str) -> HttpResponse:
    """Show a register as it stood at a moment, or send it as a spreadsheet."""
    found = registers.register_for(request.actor, register)
    moment = moments.parse(request.GET.get("as_of") or clock.today().isoformat(), "as_of")
    with clock.at(moment):
        rows = registers.rows(found, request.actor, scope_of(request), moment)
        shown = context(request, found, "register") | {
            "moment": dates.moment(moment),
            "day": timezone.localdate(moment),
        }
        return table_or_file(request, PastTable(found, rows, request), "history/register.html", shown)


def changes(request: Request, register: str) -> HttpResponse:
    """Show what differs in a register between two moments, or send it as a file."""
    found, scope = registers.register_for(request.actor, register), scope_of(request)
    since = moments.parse(request.GET.get("since") or (clock.today() - USUAL).isoformat(), "since", ends=False)
    until = moments.parse(request.GET.get("until") or clock.today().isoformat(), "until")
    if wanted := request.GET.get("format", ""):
        report = differences.report(found, request.actor, scope, since, until)
        return attachment(export(report, wanted, file_name(request.actor.organization.slug, register, "changes")))
    told = retold(request, differences.between(found, request.actor, scope, since, until))
    shown = context(request, found, "changes") | {"changes": told, "formats": list(FORMATS)}
    shown |= {"since": timezone.localdate(since), "until": timezone.localdate(until)}
    return render(request, "history/changes.html", shown)


def row(request: Request, register: str, row_id: uuid.UUID) -> HttpResponse:
    """Show the versions of one row: who changed what, when and by which command."""
    found = registers.register_for(request.actor, register)
    versions = registers.of_row(found, request.actor, scope_of(request), row_id)
    story = retold(request, differences.of_row(found, versions))
    shown = context(request, found, "row") | {"story": story, "page_title": found.name(versions[-1])}
    return render(request, "history/row.html", shown)
