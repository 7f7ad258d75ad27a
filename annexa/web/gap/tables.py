"""The requirement list."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from annexa.catalog import library
from annexa.reports.gap import theme_title
from annexa.treatment.models import Conformity
from annexa.ui.tables import Action, Column, Filter, Table
from annexa.web.gap.cells import Line

NOBODY = "none"
THEMES = ("organizational", "people", "physical", "technological")
PARTS = (("requirement", _("Clauses 4 to 10")), ("control", _("Annex A")))


def clause_title(clause: str) -> str:
    """Return a clause's number and title."""
    node = library.frameworks()[library.ISO_27001].by_id.get(clause)
    return f"{clause} {node.title}" if node else clause


def group_of(line: Line) -> str:
    """Return the clause or theme a row stands under."""
    requirement = line.rating.requirement
    return requirement.ref.split(".")[0] if requirement.kind == "requirement" else requirement.theme


class GapTable(Table):
    """Every requirement and control of an assessment, on one page."""

    name = "gap"
    label = _("Requirements and controls")
    search = ("ref", "title", "action", "owner_name")
    search_label = _("Find a requirement")
    page_size = 1000
    group_by = "group"
    columns = [
        Column("title", _("Requirement"), sort="sort_key"),
        Column("conformity", _("Conformity"), sort=("conformity_order", "sort_key")),
        Column("maturity", _("Maturity"), sort=("maturity", "sort_key")),
        Column("evidence", _("Evidence")),
        Column("action", _("Next action"), sort=("action", "sort_key"), small=False),
        Column("owner", _("Owner"), sort=("owner_name", "sort_key"), small=False),
        Column("effort", _("Effort"), sort=("effort", "sort_key"), numeric=True, small=False),
        Column("due", _("Due"), sort=("due", "sort_key"), small=False, css="ax-nowrap"),
    ]
    filters = [
        Filter("part", _("Part"), choices=PARTS, field="rating__requirement__kind", multiple=False),
        Filter("conformity", _("Conformity"), choices=Conformity.choices, field="rating__conformity"),
        Filter(
            "clause", _("Clause"), choices=lambda: [(str(n), clause_title(str(n))) for n in range(4, 11)], field="group"
        ),
        Filter("theme", _("Theme"), choices=lambda: [(each, theme_title(each)) for each in THEMES], field="group"),
    ]

    def __init__(self, lines: list[Line], request: HttpRequest, *, may_edit: bool = False) -> None:
        self.owners = {str(line.rating.owner_id): line.owner_name for line in lines if line.rating.owner_id}
        self.filters = [*type(self).filters, self._owner_filter(), *_toggles()]
        self.actions = [Action("apply", _("Apply"))] if may_edit else []
        super().__init__(lines, request)

    def group_label(self, key: str, members: list[Any]) -> object:
        if key.isdigit():
            count = ngettext("%(count)s requirement", "%(count)s requirements", len(members))
        else:
            count = ngettext("%(count)s control", "%(count)s controls", len(members))
        title = clause_title(key) if key.isdigit() else theme_title(key)
        return format_html("<strong>{}</strong><span>{}</span>", title, count % {"count": len(members)})

    def _owner_filter(self) -> Filter:
        people = sorted(self.owners.items(), key=lambda each: each[1].casefold())
        return Filter("owner", _("Owner"), choices=[*people, (NOBODY, _("Nobody"))], apply=_owned)


def _owned(lines: Iterable[Line], values: list[str]) -> list[Line]:
    return [line for line in lines if str(line.rating.owner_id or NOBODY) in values]


def _toggles() -> list[Filter]:
    return [
        Filter(
            "unassessed",
            _("Not assessed"),
            choices=[("1", _("Not assessed"))],
            apply=lambda lines, _v: [line for line in lines if line.rating.conformity == Conformity.NOT_ASSESSED],
        ),
        Filter(
            "mandatory",
            _("Document needed"),
            choices=[("1", _("Document needed"))],
            apply=lambda lines, _v: [line for line in lines if line.rating.requirement.documented],
        ),
        Filter(
            "new",
            _("New in 2022"),
            choices=[("1", _("New in 2022"))],
            apply=lambda lines, _v: [line for line in lines if line.rating.requirement.is_new],
        ),
    ]
