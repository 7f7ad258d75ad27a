"""A register kept elsewhere: upload, say which column is which, look at what comes of it, apply."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annexa.lib import sheets
from annexa.organizations.permissions import Permission
from annexa.risks.queries import sheet as sheets_of_risks
from annexa.treatment.services import risk_import
from annexa.web import uploads
from annexa.web.forms import explain
from annexa.web.mapping import MappingForm, problems
from annexa.web.request import Request, reads, scope_of
from annexa.web.risks.links import go, link

PURPOSE = "risks"
LABELS = {
    "own_id": gettext_lazy("Own id"), "title": gettext_lazy("Title"), "nature": gettext_lazy("Nature"),
    "cause": gettext_lazy("Cause"), "event": gettext_lazy("Event"), "consequence": gettext_lazy("Consequence"),
    "category": gettext_lazy("Category"), "threat": gettext_lazy("Threat"),
    "vulnerability": gettext_lazy("Vulnerability"), "owner": gettext_lazy("Owner"), "assets": gettext_lazy("Assets"),
    "inherent_likelihood": gettext_lazy("Inherent likelihood"), "inherent_impact": gettext_lazy("Inherent impact"),
    "current_likelihood": gettext_lazy("Current likelihood"), "current_impact": gettext_lazy("Current impact"),
    "target_likelihood": gettext_lazy("Target likelihood"), "target_impact": gettext_lazy("Target impact"),
    "decision": gettext_lazy("Decision"), "decision_note": gettext_lazy("Contract, activity or criterion"),
    "existing": gettext_lazy("Controls that work already"), "treating": gettext_lazy("Controls of the treatment"),
    "knowledge": gettext_lazy("How well it is known"), "review_due": gettext_lazy("Next reading"),
    "sources": gettext_lazy("Sources"),
}  # fmt: skip


@reads(Permission.RISK_EDIT)
def upload(request: Request) -> HttpResponse:
    """Take a spreadsheet and remember it until it is applied."""
    form = uploads.UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            file = form.cleaned_data["file"]
            token = uploads.keep(request, PURPOSE, sheets.read(file.content, file.name))
            return go(request, "import-columns", token)
    context = {"page_title": _("Import risks"), "form": form, "index": link(request, "index")}
    return render(request, "risks/import.html", context, status=422 if form.errors else 200)


@reads(Permission.RISK_EDIT)
def columns(request: Request, token: str) -> HttpResponse:
    """Ask which column is which and show what would change; apply all of it or nothing."""
    book, terms = uploads.recall(request, PURPOSE, token), sheets_of_risks.terms_of(request.actor)
    if book is None:
        messages.warning(request, _("The upload has expired. Please choose the file again."))
        return redirect(link(request, "import"))
    opened = partial(sheets_of_risks.open_sheet, terms, book)
    form = MappingForm(request.POST or None, book=book, labels=LABELS, opened=opened)
    context: dict[str, Any] = {"page_title": _("Import risks"), "form": form, "part": _("Risks"),
                               "index": link(request, "index"), "upload": link(request, "import")}  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with explain(form):
            found = sheets_of_risks.read(request.actor, scope_of(request), form.sheet())
            if request.POST.get("step") == "apply":
                return _apply(request, form, found, token)
            shown = problems(found.outcome.problems, sheets_of_risks.sentence)
            context |= {"preview": found, "readings": found.readings, **shown}
    return render(request, "mapping.html", context, status=422 if form.errors else 200)


def _apply(request: Request, form: MappingForm, found: sheets_of_risks.Preview, token: str) -> HttpResponse:
    counts = risk_import.import_risks(
        actor=request.actor, scope=scope_of(request), outcome=found.outcome, columns=form.sheet().remembered
    )
    uploads.forget(request, PURPOSE, token)
    messages.success(request, _("Imported: %(new)s new, %(changed)s changed.") % counts)
    return go(request, "index")
