"""The gap page: executive summary, mandatory documents, requirements, action plan."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from annexa.organizations.permissions import Permission
from annexa.reports import gap as report
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap
from annexa.web.forms import explain
from annexa.web.gap.forms import DocumentForm
from annexa.web.gap.page import Page, address
from annexa.web.request import Request, is_fragment, reads


@reads(Permission.GAP_READ)
def index(request: Request, number: int | None = None) -> HttpResponse:
    """Show the newest assessment, or the one of the URL."""
    page = Page(request, number)
    template = "gap/index.html" if page.assessment else "gap/nothing.html"
    return render(request, template, shown(page))


@reads(Permission.GAP_READ)
def summary(request: Request, number: int) -> HttpResponse:
    """Answer with the figures alone, after something was rated."""
    return render(request, "gap/summary.html", shown(Page(request, number)))


@reads(Permission.GAP_READ)
def document(request: Request, number: int, key: str) -> HttpResponse:
    """Show one mandatory document beside the page; set its state and place."""
    page = Page(request, number, is_brief=True)
    assert page.assessment is not None
    found = queries.document_for(request.actor, page.assessment, key)
    form = DocumentForm(request.POST or None, initial={"state": found.state, "url": found.url})
    if request.method == "POST" and form.is_valid():
        with explain(form):
            gap.set_document(actor=request.actor, document=found, **form.cleaned_data)
            messages.success(request, _("The document is saved."))
            return redirect(address(request, "assessment", number))
    entry = next(each for each in page.assessment.framework.documents if each["id"] == key)
    context = {"document": found, "entry": entry, "form": form, "drawer": "gap/document.html"}
    return beside(request, page, context, status=422 if form.errors else 200)


def beside(request: Request, page: Page, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Show a drawer: alone for htmx, beside its page for everybody else."""
    wanted = shown(page) | {"close_url": address(request, "assessment", page.number)} | context
    template = context["drawer"] if is_fragment(request) else "gap/index.html"
    return render(request, template, wanted, status=status)


def shown(page: Page) -> dict[str, Any]:
    """Return what the templates of the page see."""
    return {"page": page, "page_title": _("Gap analysis"), "formula": report.formula(), "scope_query": page.scope_query}
