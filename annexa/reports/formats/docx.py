"""A Word document with real headings and a table whose head repeats on every page."""

import datetime
import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from annexa.reports.document import Report, Table
from annexa.reports.formats import text

INK, PALE, WARN = "1A3A5C", "EEF2F6", "FFF4D6"
TWIPS = 567  # per centimetre
MARGIN = 1.6
SMALL = 17  # half points


def render(report: Report) -> bytes:
    """Return the report as DOCX."""
    document = docx.Document()
    _set_up(document, report)
    document.add_heading(text(report.title), 0)
    if report.subtitle:
        document.add_paragraph(text(report.subtitle))
    for notice in report.notices:
        document.element.body.insert(len(document.element.body) - 1, _notice(text(notice)))
    if report.facts:
        rows = "".join(_row([_cell(text(key), 5, bold=True), _cell(text(value), 12)]) for key, value in report.facts)
        _append(document, _table_xml([5, 12], rows))
    if report.sections:
        document.add_page_break()
    for section in report.sections:
        if section.heading:
            document.add_heading(text(section.heading), 1)
        for paragraph in section.paragraphs:
            document.add_paragraph(text(paragraph))
        if section.table:
            _append(document, _sheet(section.table, _room(document)))
            document.add_paragraph()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Any, report: Report) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = (Cm(29.7), Cm(21)) if report.landscape else (Cm(21), Cm(29.7))
    page.orientation = WD_ORIENT.LANDSCAPE if report.landscape else WD_ORIENT.PORTRAIT
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(MARGIN)
    properties = document.core_properties
    properties.title, properties.subject, properties.language = (
        text(report.title),
        text(report.subtitle),
        report.language,
    )
    properties.author, properties.comments = "", ""
    properties.created = properties.modified = datetime.datetime(2000, 1, 1)
    document.styles["Normal"].font.size = Pt(10)
    language = document.styles.element.find(f".//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:val"), report.language)
    for name in ("Title", "Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = RGBColor.from_string(INK)
    _footer(page.footer.paragraphs[0], report, page.page_width.cm - 2 * MARGIN)


def _footer(paragraph: Any, report: Report, width: float) -> None:
    tab = f'<w:tabs {nsdecls("w")}><w:tab w:val="right" w:pos="{int(width * TWIPS)}"/></w:tabs>'
    paragraph._p.get_or_add_pPr().append(parse_xml(tab))
    paragraph.add_run(f"{text(report.footer)}\t{text(report.words.get('page', 'Page'))} ")
    paragraph._p.append(_field("PAGE"))
    paragraph.add_run(f" {text(report.words.get('of', 'of'))} ")
    paragraph._p.append(_field("NUMPAGES"))


def _field(name: str) -> Any:
    return parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="{name}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')


def _room(document: Any) -> float:
    return float(document.sections[0].page_width.cm) - 2 * MARGIN


def _notice(sentence: str) -> Any:
    return parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:pBdr><w:left w:val="single" w:sz="24" w:space="6" w:color="B36B00"/></w:pBdr>'
        f'<w:shd w:val="clear" w:fill="{WARN}"/></w:pPr>{_run(sentence, bold=True)}</w:p>'
    )


def _sheet(table: Table, room: float) -> str:
    total = sum(column.width for column in table.columns)
    widths = [room * column.width / total for column in table.columns]
    head = [
        _cell(text(column.label), width, bold=True, fill=INK, color="FFFFFF", size=SMALL)
        for column, width in zip(table.columns, widths, strict=True)
    ]
    rows = [_row(head, repeat=True)]
    for group in table.groups:
        if group.heading:
            rows.append(_row([_cell(text(group.heading), room, bold=True, fill=PALE, span=len(widths), size=SMALL)]))
        rows += [
            _row([_cell(text(value), width, size=SMALL) for value, width in zip(row, widths, strict=True)])
            for row in group.rows
        ]
    return _table_xml(widths, "".join(rows))


def _append(document: Any, xml: str) -> None:
    document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))


# Rows are written as XML: python-docx takes seconds for a table that this builds in milliseconds.
def _table_xml(widths: Sequence[float], rows: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{int(width * TWIPS)}"/>' for width in widths)
    line = 'w:val="single" w:sz="4" w:space="0" w:color="C3CCD6"'
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{int(sum(widths) * TWIPS)}" w:type="dxa"/><w:tblBorders>'
        f'<w:top {line}/><w:bottom {line}/><w:insideH {line}/></w:tblBorders><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:firstRow="1" w:noVBand="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def _row(cells: Sequence[str], *, repeat: bool = False) -> str:
    head = "<w:tblHeader/>" if repeat else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(
    content: str, width: float, *, bold: bool = False, fill: str = "", color: str = "", span: int = 1, size: int = 0
) -> str:
    properties = f'<w:tcW w:w="{int(width * TWIPS)}" w:type="dxa"/>'
    properties += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties += f'<w:shd w:val="clear" w:fill="{fill}"/>' if fill else ""
    spacing = '<w:pPr><w:spacing w:before="40" w:after="40"/></w:pPr>'
    run = _run(content, bold=bold, color=color, size=size)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{spacing}{run}</w:p></w:tc>"


def _run(content: str, *, bold: bool = False, color: str = "", size: int = 0) -> str:
    properties = ("<w:b/>" if bold else "") + (f'<w:color w:val="{color}"/>' if color else "")
    properties += f'<w:sz w:val="{size}"/>' if size else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in content.splitlines())
    return f"<w:r><w:rPr>{properties}</w:rPr>{lines}</w:r>"
