"""The rows of a table, written in Python: a page has a hundred of them, and templates cost three times as much."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from annexa.ui import cells

if TYPE_CHECKING:
    from annexa.ui.tables import Table

OPENS_DRAWER = mark_safe(
    'hx-target="#drawer" hx-select="#drawer" hx-swap="outerHTML show:none" hx-push-url="true" hx-boost="false"'
)


def render(context: Context, table: "Table", rows: Iterable[Any]) -> SafeString:
    """Return the table rows of some rows, the first cell as their heading."""
    select = _("Select %(label)s") if table.actions else ""
    return mark_safe("".join(_row(context, table, row, select) for row in rows))  # noqa: S308  built by format_html


def _row(context: Context, table: "Table", row: Any, select: str) -> str:
    first, *others = table.shown
    head = format_html('<th scope="row" class="{}">{}</th>', first.classes, _link(context, table, row, first))
    parts = [format_html('<tr class="{}" data-row>', table.row_class(row)), _pick(table, row, select), head]
    for column in others:
        inside = format_html("{}", cells.render(context, column, row))
        parts.append(f'<td class="{column.classes}">{inside}</td>')
    return "".join(parts) + "</tr>"


def _pick(table: "Table", row: Any, select: str) -> str:
    if not table.actions:
        return ""
    return format_html(
        '<td class="c"><input type="checkbox" class="form-check-input" name="selected" value="{}" form="bulk-{}"'
        ' data-pick aria-label="{}"></td>',
        row.pk,
        table.name,
        select % {"label": table.row_label(row)},
    )


def _link(context: Context, table: "Table", row: Any, column: Any) -> object:
    inside = format_html("{}", cells.render(context, column, row))
    url = table.row_url(row)
    if not url:
        return inside
    if not table.opens_drawer:
        return format_html('<a class="ax-rowlink" href="{}">{}</a>', url, inside)
    return format_html('<a class="ax-rowlink" href="{}" hx-get="{}" {}>{}</a>', url, url, OPENS_DRAWER, inside)
