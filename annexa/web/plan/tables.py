from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from annexa.treatment.models import Action
from annexa.treatment.queries import plan as queries
from annexa.ui.marks import DASH, status, who
from annexa.ui.tables import Column, Filter, Table
from annexa.ui.templatetags.ui import amount, day, due
from annexa.web.request import inside
from annexa.web.shell import scope_query

KINDS = {
    Action.State.PLANNED: "none",
    Action.State.IN_PROGRESS: "part",
    Action.State.DONE: "ok",
    Action.State.DROPPED: "idle",
}


def state_mark(action: Action) -> SafeString:
    """Show how far an action is."""
    return status(KINDS[Action.State(action.state)], action.get_state_display())


def title_cell(action: Action) -> SafeString:
    """Show reference and title."""
    return format_html(
        '<span class="ax-cell-t ax-action-t"><span class="id">{}</span><span class="t ax-clip">{}</span></span>',
        action.reference, action.title,
    )  # fmt: skip


def number(days: Decimal) -> str:
    """Say a number without needless zeros."""
    return f"{days.normalize():f}"


def _short(text: str) -> SafeString:
    return format_html('<span class="ax-short ax-muted" title="{}">{}</span>', text, text)


class ActionTable(Table):
    """The treatment plan."""

    name = "plan"
    label = _("Treatment plan")
    search = ("title", "note")
    search_label = _("Find an action")
    export_formats = ("xlsx", "csv")
    opens_drawer = False
    empty_icon = "checklist"
    empty_title = _("Nothing is planned yet")
    empty_text = _("An action says who does what until when. One serves any number of risks and stands here once.")
    empty_action = _("Add an action")
    columns = (
        Column("title", _("Action"), sort="title", cell=title_cell),
        Column("risks", _("Risks"), value=lambda a: ", ".join(f"RISK-{number}" for number in a.risk_numbers),
               cell=lambda a: _short(", ".join(f"RISK-{number}" for number in a.risk_numbers))),
        Column("controls", _("Controls"), value=lambda a: ", ".join(a.control_refs), shown=False,
               cell=lambda a: _short(", ".join(a.control_refs))),
        Column("owner", _("Owner"), sort="owner__person__name", value=lambda a: a.owner_name or "",
               cell=lambda a: who(a.owner_name) if a.owner_name else DASH),
        Column("due", _("Due"), sort="due", cell=lambda a: due(a.due, not a.is_open)),
        Column("state", _("State"), sort="state", value=lambda a: a.get_state_display(), cell=state_mark),
        Column("cost", _("Cost"), sort="cost", numeric=True, small=False,
               cell=lambda a: amount(a.cost) if a.cost is not None else DASH, export=lambda a: a.cost),
        Column("effort", _("Days"), sort="effort", numeric=True, small=False,
               cell=lambda a: number(a.effort) if a.effort is not None else DASH),
        Column("reference", _("Id"), sort="number", shown=False),
        Column("note", _("More about it"), shown=False),
        Column("resources", _("Resources"), shown=False),
        Column("state_note", _("In a sentence"), shown=False),
        Column("ended_at", _("Ended"), sort="ended_at", cell=lambda a: day(a.ended_at), shown=False,
               export=lambda a: a.ended_at and a.ended_at.date()),
    )  # fmt: skip

    def __init__(self, rows: Any, request: Any) -> None:
        mine = request.actor.membership
        self.filters = (
            Filter("open", _("Open"), choices=[("yes", _("Open"))],
                   apply=lambda found, _v: found.filter(ended_at=None)),
            Filter("late", _("Late"), choices=[("yes", _("Late"))], apply=lambda found, _v: queries.late(found)),
            Filter("mine", _("Mine"), choices=[("yes", _("Mine"))], apply=lambda found, _v: found.filter(owner=mine)),
            Filter("state", _("State"), choices=Action.State.choices),
        )  # fmt: skip
        super().__init__(rows, request)
        if request.actor.can("risk:edit"):
            self.empty_url = reverse("plan:add", args=[request.actor.organization.slug]) + scope_query(request)

    def row_url(self, row: Any) -> str:
        request = inside(self.request)
        return reverse("plan:action", args=[request.actor.organization.slug, row.pk]) + scope_query(request)

    def row_label(self, row: Any) -> str:
        return str(row.title)
