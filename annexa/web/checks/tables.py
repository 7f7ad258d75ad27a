from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from annexa.evidence.models import CheckResult, ControlCheck
from annexa.evidence.queries import checks as queries
from annexa.lib import clock
from annexa.ui.marks import DASH, chips, named, status
from annexa.ui.tables import Column, Filter, Table
from annexa.ui.templatetags.ui import due, who
from annexa.web.request import inside

STANDINGS = {
    "pass": ("ok", _("Passed")),
    "fail": ("bad", _("Failed")),
    "na": ("idle", _("Not applicable")),
    "none": ("none", _("No data")),
    "off": ("idle", _("Left out")),
}


def standing(check: ControlCheck) -> SafeString:
    """Show how a check stands."""
    kind, word = STANDINGS[check.standing]
    return status(kind, str(word))


def outcome(result: CheckResult) -> SafeString:
    """Show what one result says."""
    kind, word = STANDINGS[result.outcome]
    return status(kind, str(word))


class CheckTable(Table):
    """What is looked at again and again."""

    name = "checks"
    label = _("Control checks")
    search = ("title", "look", "expected")
    search_label = _("Find a check")
    export_formats = ("xlsx", "csv")
    opens_drawer = False
    columns = (
        Column("title", _("Check"), sort="title", cell=lambda row: named(row.reference, row.title),
               value=lambda c: c.title),
        Column("standing", _("Stands"), cell=standing, value=lambda c: str(STANDINGS[c.standing][1])),
        Column("refs", _("Bears on"), cell=lambda row: chips(sorted(row.refs or [])),
               value=lambda c: ", ".join(sorted(c.refs or [])), small=False),
        Column("owner", _("Owner"), sort="owner__person__name", cell=lambda c: who(c.owner and str(c.owner)),
               value=lambda c: str(c.owner or ""), small=False),
        Column("last", _("Last looked at"), sort="latest__on", value=lambda c: c.latest.on if c.latest else None,
               small=False),
        Column("due", _("Next by"), sort="due", cell=lambda c: due(c.due, c.standing == "off") if c.due else DASH),
        Column("kind", _("Answered by"), sort="kind", value=lambda c: c.get_kind_display(), shown=False),
        Column("every_days", _("Every … days"), sort="every_days", shown=False),
        Column("reference", _("Id"), sort="number", shown=False),
        Column("failing", _("Items failing"), value=lambda c: c.latest.failing if c.latest else None, shown=False),
        Column("actual", _("What was seen"), value=lambda c: c.latest.actual if c.latest else "", shown=False),
    )  # fmt: skip
    empty_icon = "clipboard-check"
    empty_title = _("Nothing is checked yet")
    empty_text = _("Begin with the ready checks for what no machine sees: each says what to look at and what to keep.")
    empty_action = _("Choose ready checks")

    def __init__(self, rows: Any, request: Any, count: int | None = None) -> None:
        mine = request.actor.membership
        choices = [(key, word) for key, (_kind, word) in STANDINGS.items()]
        self.filters = (
            Filter("mine", _("Mine"), choices=[("yes", _("Mine"))], apply=lambda found, _v: found.filter(owner=mine)),
            Filter("late", _("Overdue"), choices=[("yes", _("Overdue"))],
                   apply=lambda found, _v: found.filter(~queries.off(), due__lt=clock.today())),
            Filter("state", _("Stands"), choices=choices, apply=_standing),
            Filter("kind", _("Answered by"), choices=ControlCheck.Kind.choices),
        )  # fmt: skip
        super().__init__(rows, request, count=count)
        may = request.actor.can("evidence:edit")
        self.empty_url = reverse("checks:ready", args=[request.actor.organization.slug]) if may else ""

    def row_url(self, row: Any) -> str:
        return reverse("checks:check", args=[inside(self.request).actor.organization.slug, row.pk])

    def row_class(self, row: Any) -> str:
        return "ax-out" if row.standing == "off" else ""

    def row_label(self, row: Any) -> str:
        return str(row.title)


def _standing(found: Any, values: Any) -> Any:
    wanted = queries.standing(values[0])
    for value in values[1:]:
        wanted |= queries.standing(value)
    return found.filter(wanted)
