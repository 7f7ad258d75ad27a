"""Why a scanner's file cannot be read, in sentences."""

from django.utils.translation import gettext as _

from annexa.evidence.seen import NoReport


def why_not(error: NoReport) -> str:
    """Say what is wrong with a file, where, and what to do."""
    sentences = {
        "archive": _("This is an archive; unpack it and bring in the report that is in it."),
        "csv": _("This table breaks off or is damaged."),
        "deep": _("This file is nested deeper than any scanner writes."),
        "doctype": _("This XML declares a document type, which no scanner needs and which is not read."),
        "encoding": _("This file is not UTF-8; export it anew as UTF-8."),
        "format": _("This is not a report of that format; choose another, or export it anew."),
        "headings": _("This table lacks columns that the format has."),
        "json": _("This JSON breaks off or is damaged; export it anew."),
        "many": _("This file holds more findings than are taken at once."),
        "nothing": _("This file holds no finding."),
        "rule": _("A finding says by no rule what it is."),
        "shape": _("A part of this report is not of the shape that the format has."),
        "unknown": _("No format that Annexa knows reads this file."),
        "xml": _("This XML breaks off or is damaged; export it anew."),
    }
    said = sentences.get(error.kind, sentences["unknown"])
    return f"{said} ({error.place})" if error.place else said
