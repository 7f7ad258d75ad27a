"""Out as a report or a template, and back in from a filled sheet."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from annexa.lib import files
from annexa.lib.errors import Conflict
from annexa.lib.text import file_name
from annexa.organizations.permissions import Permission
from annexa.reports import export, gap_template
from annexa.reports import gap as reports
from annexa.treatment.models import GapAssessment
from annexa.treatment.queries import gap as queries
from annexa.treatment.queries import gap_import as previews
from annexa.treatment.services import gap_import
from annexa.web import uploads
from annexa.web.forms import explain
from annexa.web.gap.drawer import told
from annexa.web.gap.forms import RatingForm
from annexa.web.gap.page import address, assessment_of, scope_query
from annexa.web.request import Request, reads

XLSX = files.media_type("a.xlsx")
PURPOSE = "gap"


@require_GET
@reads(Permission.GAP_READ)
def report(request: Request, number: int, format: str) -> HttpResponse:
    """Send the report as a file."""
    if format not in reports.FORMATS:
        raise Http404
    assessment = assessment_of(request, number)
    name = file_name(request.actor.organization.slug, "gap", assessment.title)
    file = export.export(reports.report(request.actor, assessment), format, name)
    return _download(file.content, file.name, file.media_type)


@require_GET
@reads(Permission.GAP_READ)
def template(request: Request, number: int) -> HttpResponse:
    """Send the workbook to fill in offline, with what is known so far."""
    assessment = assessment_of(request, number)
    rows = gap_template.filled_rows(queries.ratings(assessment))
    name = f"{file_name(request.actor.organization.slug, 'gap', assessment.title)}.xlsx"
    return _download(gap_template.build(rows, assessment.title), name, XLSX)


@reads(Permission.GAP_EDIT)
def upload(request: Request, number: int) -> HttpResponse:
    """Take a filled-in sheet and lead to what it would change."""
    assessment = assessment_of(request, number)
    form = uploads.UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            file = form.cleaned_data["file"]
            previews.preview(request.actor, assessment, file.content, file.name)
            return redirect(address(request, "preview", number, uploads.keep(request, PURPOSE, file)))
    context = {"assessment": assessment, "form": form, "page_title": _("Import"), "scope_query": scope_query(request)}
    return render(request, "gap/import.html", context, status=422 if form.errors else 200)


@reads(Permission.GAP_EDIT)
def preview(request: Request, number: int, token: str) -> HttpResponse:
    """Show what a sheet would change, and change it once that is confirmed."""
    assessment, file = assessment_of(request, number), uploads.recall(request, PURPOSE, token)
    if file is None:
        messages.warning(request, _("The upload has expired. Please choose the file again."))
        return redirect(address(request, "import", number))
    status = 200
    if request.method == "POST":
        try:
            return _import(request, assessment, file, token)
        except Conflict as conflict:
            messages.warning(request, conflict.sentence)
            assessment, status = assessment_of(request, number), 409
    return render(request, "gap/preview.html", _preview(request, assessment, file), status=status)


def _import(request: Request, assessment: GapAssessment, file: uploads.Upload, token: str) -> HttpResponse:
    changed = gap_import.import_sheet(
        actor=request.actor, assessment=assessment, content=file.content, name=file.name, seen=_seen(request)
    )
    uploads.forget(request, PURPOSE, token)
    words = ngettext("%(count)s row is imported.", "%(count)s rows are imported.", changed)
    messages.success(request, words % {"count": changed})
    return redirect(address(request, "index"))


def _preview(request: Request, assessment: GapAssessment, file: uploads.Upload) -> dict[str, object]:
    found = previews.preview(request.actor, assessment, file.content, file.name)
    changes = [
        {"rating": change.rating, "fields": [_told(*each) for each in change.fields]} for change in found.changes
    ]
    return {
        "assessment": assessment,
        "found": found,
        "changes": changes,
        "name": file.name,
        "page_title": _("Check the import"),
        "scope_query": scope_query(request),
    }


def _seen(request: Request) -> datetime:
    """Return when the assessment had changed last in the preview; something unreadable is older than anything."""
    try:
        return datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _told(name: str, before: object, after: object) -> tuple[object, str, str]:
    return RatingForm.base_fields[name].label, told(name, before), told(name, after)


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=media_type, headers=headers)
