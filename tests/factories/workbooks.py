"""Small workbooks, as people upload them."""

import io
import zipfile
from xml.sax.saxutils import escape

import xlsxwriter

MIME = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def xlsx(rows, name="Sheet"):
    """Return rows as an XLSX file."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, ["" if cell is None else cell for cell in row])
    return out.getvalue()


def ods(rows, name="Sheet"):
    """Return rows as an ODS file, every cell a text or a number."""
    lines = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    body = f'<office:spreadsheet><table:table table:name="{name}">{lines}</table:table></office:spreadsheet>'
    inside = f"<office:body>{body}</office:body>"
    content = f'<office:document-content {SPACES} office:version="1.3">{inside}</office:document-content>'
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", MIME, zipfile.ZIP_STORED)
        file.writestr("META-INF/manifest.xml", manifest)
        file.writestr("content.xml", content)
    return out.getvalue()


def _cell(value):
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        said = f"<text:p>{value}</text:p>"
        return f'<table:table-cell office:value-type="float" office:value="{value}">{said}</table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'
