"""PDF/UA-1 through Typst: tagged, with its title and language, from data and never from markup made of user text."""

import json
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

from annexa.reports.document import Report, Section
from annexa.reports.formats import text, texts

TEMPLATE = Path(__file__).with_name("report.typ")
STANDARDS = ("ua-1",)
_one_at_a_time = threading.Lock()  # a compiler keeps its inputs between calls


def render(report: Report) -> bytes:
    """Return the report as a tagged PDF; the same report gives the same bytes."""
    inputs = {"report": json.dumps(_plain(report), ensure_ascii=False)}
    try:
        return _compile(inputs)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    try:  # a script that the built-in fonts lack
        return _compile(inputs, system_fonts=True)
    except typst.TypstError:  # no font on this machine has it: boxes, but the text itself is whole and the tags stay
        return _compile(inputs, system_fonts=True, standards=())


def _compile(inputs: dict[str, str], *, system_fonts: bool = False, standards: Sequence[str] = STANDARDS) -> bytes:
    with _one_at_a_time:
        return cast(
            bytes,
            _compiler(system_fonts).compile(
                format="pdf", sys_inputs=inputs, pdf_standards=list(standards), timestamp=0, pdf_tags=True
            ),
        )


@cache
def _compiler(system_fonts: bool) -> Any:
    return typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), ignore_system_fonts=not system_fonts)


def _plain(report: Report) -> dict[str, Any]:
    lang, _dash, region = report.language.partition("-")
    return {
        "title": text(report.title),
        "subtitle": text(report.subtitle),
        "facts": [texts(fact) for fact in report.facts],
        "notices": texts(report.notices),
        "sections": [_section(section) for section in report.sections],
        "lang": lang[:3] or "en",
        "region": region.upper() if len(region) == 2 else None,
        "footer": text(report.footer),
        "landscape": report.landscape,
        "page": text(report.words.get("page", "Page")),
        "of": text(report.words.get("of", "of")),
    }


def _section(section: Section) -> dict[str, Any]:
    table = section.table
    return {
        "heading": text(section.heading),
        "paragraphs": texts(section.paragraphs),
        "table": table
        and {
            "columns": [{"label": text(column.label), "width": column.width} for column in table.columns],
            "groups": [
                {"heading": text(group.heading), "rows": [texts(row) for row in group.rows]} for group in table.groups
            ],
        },
    }
