"""A table as a page, or as a file when `?format=` asks for one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from annexa.lib.errors import UserError
from annexa.reports import document
from annexa.reports.export import export
from annexa.ui.tables import Table
from annexa.web.request import Request

FORMATS = ("xlsx", "csv")


def table_or_file(request: Request, table: Table, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render the page around a table, or send what the table shows as a spreadsheet."""
    wanted = request.GET.get("format", "")
    if not wanted:
        return render(request, template, {"table": table, **context})
    if wanted not in FORMATS:
        raise UserError(_("A table can be had as XLSX or CSV."))
    head, *rows = table.export_rows()
    columns = [document.Column(str(label)) for label in head]
    section = document.Section("", table=document.Table(columns, [document.Group("", rows)], name=table.name))
    report = document.Report(title=str(context["page_title"]), sections=[section])
    return attachment(export(report, wanted, f"{request.actor.organization.slug}-{table.name}"))


def attachment(file: document.File) -> HttpResponse:
    """Send a file to be saved, never shown."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(file.content, content_type=file.media_type, headers=headers)
