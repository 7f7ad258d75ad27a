"""What stands in one cell of a table."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.template.context import Context
from django.utils.html import format_html
from django.utils.translation import gettext as _

from annexa.ui import dates

if TYPE_CHECKING:
    from annexa.ui.tables import Column


def render(context: Context, column: "Column", row: Any) -> object:
    """Return what a column shows for a row: its template, its function, or the plain value."""
    if callable(column.cell):
        return column.cell(row)
    value = column.value_of(row)
    if column.cell:
        with context.push(row=row, value=value):
            return context.template.engine.get_template(column.cell).render(context)  # type: ignore[union-attr]
    return text(value)


def text(value: object) -> object:
    """Return a plain value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), dates.moment(value))
    if isinstance(value, date):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), dates.day(value))
    return value
