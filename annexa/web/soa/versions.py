"""All versions of a statement, what differs between two, and any of them as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from annexa.organizations.permissions import Permission
from annexa.reports.export import FORMATS, export
from annexa.reports.soa import report_name, statement_report
from annexa.treatment.queries import statements as queries
from annexa.web.exports import attachment
from annexa.web.request import Request, reads, scope_of
from annexa.web.soa import redline
from annexa.web.soa.links import scope_query


@reads(Permission.SOA_READ)
def index(request: Request) -> HttpResponse:
    """List the versions, newest first."""
    found = list(queries.statements(request.actor, scope_of(request)))
    context = {
        "page_title": _("Versions"),
        "statements": found,
        "formats": list(FORMATS),
        "scope_query": scope_query(request),
    }
    return render(request, "soa/versions.html", context)


@reads(Permission.SOA_READ)
def compare(request: Request) -> HttpResponse:
    """Show what differs between two versions, word by word."""
    known = list(queries.statements(request.actor, scope_of(request)))
    before, after = _chosen(request, known, "from", 1), _chosen(request, known, "to", 0)
    changes = queries.compare(before, after) if before and after else []
    context = {
        "page_title": _("Compare"),
        "known": known,
        "before": before,
        "after": after,
        "changes": redline.of_changes(changes),
        "scope": request.GET.get("scope", ""),
        "scope_query": scope_query(request),
    }
    return render(request, "soa/compare.html", context)


@reads(Permission.SOA_READ)
def export_statement(request: Request, number: int, format: str) -> HttpResponse:
    """Send a draft or version as PDF, DOCX, XLSX or CSV."""
    statement = queries.statement_for(request.actor, scope_of(request), number)
    report = statement_report(request.actor, statement)
    return attachment(export(report, format, report_name(request.actor, statement)))


def _chosen(request: Request, known: list[queries.Statement], name: str, otherwise: int) -> queries.Statement | None:
    number = request.GET.get(name, "")
    if number:
        return next((each for each in known if str(each.number) == number), None)
    return known[otherwise] if len(known) > otherwise else None
