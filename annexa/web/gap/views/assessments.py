"""Assessments over time: list, start, rename, close, compare."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.lib.text import whole_number
from annexa.organizations.permissions import Permission
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap
from annexa.web.forms import explain
from annexa.web.gap import cells
from annexa.web.gap.forms import StartForm, TitleForm
from annexa.web.gap.page import Page, address, assessment_of
from annexa.web.request import Request, reads


@reads(Permission.GAP_READ)
def index(request: Request) -> HttpResponse:
    """List the assessments of the scope."""
    page = Page(request)
    ready = queries.readiness_by_assessment(request.actor, page.scope)
    earlier = [each.number for each in page.assessments[1:]] + [0]
    shown = [
        {"assessment": each, "readiness": ready.get(each.pk), "before": before}
        for each, before in zip(page.assessments, earlier, strict=False)
    ]
    return render(
        request,
        "gap/assessments.html",
        {"page": page, "page_title": _("Assessments"), "rows": shown, "scope_query": page.scope_query},
    )


@reads(Permission.GAP_EDIT)
def start(request: Request) -> HttpResponse:
    """Start an assessment, empty or from the last one."""
    page = Page(request)
    form = StartForm(request.POST or None, initial={"copy": True, "close_open": True})
    for name, needed in (("copy", page.assessment), ("close_open", page.is_open)):
        if not needed:
            del form.fields[name]
    if request.method == "POST" and form.is_valid():
        with explain(form):
            copied = page.assessment if form.cleaned_data.pop("copy", False) else None
            gap.start_assessment(actor=request.actor, scope=page.scope, copy_from=copied, **form.cleaned_data)
            messages.success(request, _("The assessment is open. Rate the first requirement below."))
            return redirect(address(request, "index"))
    context = {"page": page, "page_title": _("New assessment"), "form": form, "scope_query": page.scope_query}
    return render(request, "gap/start.html", context, status=422 if form.errors else 200)


@reads(Permission.GAP_EDIT)
def rename(request: Request, number: int) -> HttpResponse:
    """Give an assessment another title."""
    assessment = assessment_of(request, number)
    form = TitleForm(request.POST or None, initial={"title": assessment.title})
    if request.method == "POST" and form.is_valid():
        with explain(form):
            gap.rename_assessment(actor=request.actor, assessment=assessment, **form.cleaned_data)
            return redirect(address(request, "assessments"))
    context = {"page_title": _("Rename the assessment"), "form": form, "cancel_url": address(request, "assessments")}
    return render(request, "gap/rename.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.GAP_EDIT)
def close(request: Request, number: int) -> HttpResponse:
    """Close an assessment."""
    assessment = assessment_of(request, number)
    gap.close_assessment(actor=request.actor, assessment=assessment)
    messages.success(request, _("“%(title)s” is closed. It stays readable.") % {"title": assessment.title})
    return redirect(address(request, "assessments"))


@reads(Permission.GAP_READ)
def compare(request: Request) -> HttpResponse:
    """Show what differs between two assessments; by default the last two."""
    page = Page(request)
    numbers = [str(each.number) for each in page.assessments] or ["0"]
    chosen = (
        (request.GET.get("from", ""), numbers[-1 if len(numbers) < 2 else 1]),
        (request.GET.get("to", ""), numbers[0]),
    )
    before, after = (page.numbered(whole_number(given, int(usual)) or 0) for given, usual in chosen)
    context = {
        "page": page,
        "page_title": _("Compare assessments"),
        "before": before,
        "after": after,
        "ready": [queries.readiness_of(each) for each in (before, after)],
        "differences": (differences := queries.compare(before, after)),
        "lines": [cells.difference(each) for each in differences],
        "scope_query": page.scope_query,
    }
    return render(request, "gap/compare.html", context)
