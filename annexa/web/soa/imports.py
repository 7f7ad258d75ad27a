"""An existing statement: upload, say which column is which, look at what comes of it, apply."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.lib import sheets
from annexa.lib.errors import UserError
from annexa.organizations.permissions import Permission
from annexa.treatment.models import Statement
from annexa.treatment.queries import statement_sheet
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import statement_import
from annexa.web import uploads
from annexa.web.forms import explain
from annexa.web.request import Request, reads, scope_of
from annexa.web.soa.links import link, scope_query
from annexa.web.soa.mapping import MappingForm

PURPOSE = "statement"
MOST_ROWS = 2_000


@reads(Permission.SOA_EDIT)
def upload(request: Request) -> HttpResponse:
    """Take a spreadsheet and remember it until it is applied."""
    form = uploads.UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            token = uploads.keep(request, PURPOSE, _book(form.cleaned_data["file"]))
            return redirect(link(request, "import-columns", token))
    context = {"page_title": _("Import a statement"), "form": form, "statement": _draft(request)}
    return render(request, "soa/import.html", context | {"scope_query": scope_query(request)}, status=_status(form))


@reads(Permission.SOA_EDIT)
def columns(request: Request, token: str) -> HttpResponse:
    """Ask which column is which and show what would change; apply all of it or nothing."""
    draft, book = _draft(request), uploads.recall(request, PURPOSE, token)
    if book is None or draft is None:
        messages.warning(request, _("The upload has expired. Please choose the file again."))
        return redirect(link(request, "import"))
    guessed = statement_sheet.open_sheet(book)
    form = MappingForm(request.POST or None, book=book, guessed=guessed)
    context: dict[str, Any] = {"page_title": _("Import a statement"), "form": form, "statement": draft, "token": token}
    if request.method == "POST" and form.is_valid():
        with explain(form):
            outcome = statement_sheet.read(request.actor, draft, form.sheet())
            if request.POST.get("step") == "apply":
                return _apply(request, draft, outcome, token)
            sentences = [(statement_sheet.sentence(problem), problem.stops) for problem in outcome.problems]
            context |= {"outcome": outcome, "problems": sentences, **_counts(outcome)}
    context["scope_query"] = scope_query(request)
    return render(request, "soa/mapping.html", context, status=_status(form))


def _apply(request: Request, draft: Statement, outcome: statement_sheet.soa_sheet.Outcome, token: str) -> HttpResponse:
    changed = statement_import.import_statement(actor=request.actor, statement=draft, outcome=outcome)
    uploads.forget(request, PURPOSE, token)
    words = ngettext("%(n)s control changed by the import.", "%(n)s controls changed by the import.", changed)
    messages.success(request, words % {"n": changed})
    return redirect(link(request, "index"))


def _counts(outcome: statement_sheet.soa_sheet.Outcome) -> dict[str, int]:
    return {"ins": outcome.count(True), "outs": outcome.count(False), "total": len(outcome.changes)}


def _book(upload: uploads.Upload) -> sheets.Book:
    """Return the sheets that are short enough to be a statement."""
    book = sheets.read(upload.content, upload.name)
    short = {name: rows for name, rows in book.items() if len(rows) <= MOST_ROWS}
    if not short:
        raise UserError(_("No sheet has at most %(most)s rows.") % {"most": f"{MOST_ROWS:,}"})
    return short


def _draft(request: Request) -> Statement | None:
    found = queries.current(request.actor, scope_of(request))
    return found if found and found.is_draft else None


def _status(form: Any) -> int:
    return 422 if form.errors else 200
