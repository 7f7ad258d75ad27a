"""Render a report in the format somebody asked for."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from annexa.lib.errors import UserError
from annexa.reports.document import File, Report
from annexa.reports.formats import csv, docx, pdf, xlsx

FORMATS: dict[str, tuple[Callable[[Report], bytes], str]] = {
    "pdf": (pdf.render, "application/pdf"),
    "docx": (docx.render, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (xlsx.render, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (csv.render, "text/csv; charset=utf-8"),
}


def export(report: Report, format: str, name: str) -> File:
    """Return the report as a file of the format; raises UserError for one that is not known."""
    if format not in FORMATS:
        sentence = _("There is no format %(format)s; there are %(known)s.")
        raise UserError(sentence % {"format": format, "known": ", ".join(FORMATS)})
    render, media_type = FORMATS[format]
    return File(f"{name}.{format}", media_type, render(report))
