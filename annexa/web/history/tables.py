from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.reports.history import registers
from annexa.reports.history.registers import Register
from annexa.ui.tables import Column, Table

LONG = {"justification", "implementation", "note", "statement", "boundaries", "interfaces", "summary", "needs", "why"}


class PastTable(Table):
    """A register as it stood; every row leads to its versions."""

    name = "past"
    label = _("Rows")
    search_label = _("Find")
    export_formats = ("xlsx", "csv")
    opens_drawer = False
    empty_icon = "history"
    empty_title = _("Nothing stood here then")
    empty_text = _("Choose a later date.")

    def __init__(self, register: Register, rows: Any, request: HttpRequest) -> None:
        self.register = register
        self.search = register.search  # type: ignore[misc]
        self.columns = [_named(register), *(_field(name, label) for name, label in _shown(register))]  # type: ignore[misc]
        super().__init__(rows, request)

    def row_url(self, row: Any) -> str:
        """Lead to the versions of the row, in the scope of the page."""
        slug = self.request.actor.organization.slug  # type: ignore[attr-defined]
        scope = self.params.get("scope", "")
        query = {"scope": scope} if scope else None
        return reverse("history:row", args=[slug, self.register.key, row.id], query=query)


def _shown(register: Register) -> list[tuple[str, Any]]:
    return [(name, label) for name, label in register.fields.items() if name not in register.search]


def _named(register: Register) -> Column:
    return Column("name", _("Row"), sort=register.order, value=register.name)


def _field(name: str, label: Any) -> Column:
    def value(row: Any) -> str:
        return registers.said(row, name)

    def cell(row: Any) -> object:
        text = value(row)
        if not text:
            return format_html('<span class="ax-muted">{}<span class="ax-sr">{}</span></span>', "–", _text("Nothing"))
        return format_html('<span class="ax-just ax-muted">{}</span>', text) if name in LONG else text

    return Column(name, label, sort=name, value=value, cell=cell, small=name in ("state", "status", "conformity"))
