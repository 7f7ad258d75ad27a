"""Everything of the organisation as one file."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annexa.lib.errors import UserError
from annexa.organizations.permissions import Permission
from annexa.records import queries
from annexa.records.services import exports
from annexa.web import reauthentication
from annexa.web.request import Request, is_fragment, reads

SHOWN = 20


@require_GET
@reads(Permission.RECORDS_EXPORT)
def index(request: Request) -> HttpResponse:
    """List the exports, the one that is being made first."""
    found = list(queries.exports(request.actor)[:SHOWN])
    context = {"page_title": _("Complete export"), "exports": found, "days": exports.KEPT_DAYS}
    return render(request, "records/exports.html", context)


@require_POST
@reads(Permission.RECORDS_EXPORT)
@reauthentication.before_posting("records:exports")
def make(request: Request) -> HttpResponse:
    """Ask for an export."""
    try:
        exports.ask_for_export(actor=request.actor)
        messages.success(request, _("The export is being made; you may leave this page meanwhile."))
    except UserError as error:
        messages.error(request, error.sentence)
    return redirect("records:exports", organization=request.actor.organization.slug)


@require_GET
@reads(Permission.RECORDS_EXPORT)
def progress(request: Request, export_id: uuid.UUID) -> HttpResponse:
    """Answer how far an export is: its line for htmx, else the page."""
    export = queries.export_for(request.actor, export_id)
    if not is_fragment(request):
        return redirect("records:exports", organization=request.actor.organization.slug)
    return render(request, "records/export.html", {"export": export})


@require_POST
@reads(Permission.RECORDS_EXPORT)
@reauthentication.before_posting("records:exports")
def download(request: Request, export_id: uuid.UUID) -> HttpResponse:
    """Send the file of an export; a form asks for it, so that nobody fetches everything by following a link."""
    export = queries.export_for(request.actor, export_id)
    content = exports.fetch_export(actor=request.actor, export=export).open("rb")
    sent = FileResponse(content, as_attachment=True, filename=export.file_name, content_type="application/zip")
    return cast(HttpResponse, sent)


@require_POST
@reads(Permission.RECORDS_EXPORT)
def remove(request: Request, export_id: uuid.UUID) -> HttpResponse:
    """Delete the file of an export, or stop it."""
    export = queries.export_for(request.actor, export_id)
    said = _("The export is stopped.") if export.progress.is_open else _("The file is deleted.")
    exports.remove_export(actor=request.actor, export=export)
    messages.success(request, said)
    return redirect("records:exports", organization=request.actor.organization.slug)
