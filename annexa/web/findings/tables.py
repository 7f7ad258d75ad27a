from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from annexa.evidence.models import Finding, Severity
from annexa.evidence.queries import findings as queries
from annexa.evidence.registry import READERS
from annexa.ui import marks
from annexa.ui.marks import DASH, chips, named, status
from annexa.ui.tables import Action, Column, Filter, Table
from annexa.ui.templatetags.ui import due, who
from annexa.web.request import inside

STATE_KINDS = {
    Finding.State.OPEN: "none",
    Finding.State.MENDED: "ok",
    Finding.State.ACCEPTED: "warn",
    Finding.State.DISPUTED: "warn",
    Finding.State.FALSE: "idle",
}


def severity(finding: Finding) -> SafeString:
    """Show how bad a finding is."""
    if finding.severity == Severity.INFO:
        return status("idle", finding.get_severity_display())
    return marks.severity(Severity(finding.severity).name.lower(), finding.get_severity_display())


class FindingTable(Table):
    """What scanners found."""

    name = "findings"
    label = _("Findings")
    search = ("title", "place", "found_on", "rule")
    search_label = _("Find a finding")
    bulk_fields = "findings/bulk.html"
    export_formats = ("xlsx", "csv")
    opens_drawer = False
    columns = (
        Column("title", _("Finding"), sort="title", cell=lambda row: named(row.reference, row.title),
               value=lambda f: f.title),
        Column("severity", _("Severity"), sort="severity", cell=severity, value=lambda f: f.get_severity_display()),
        Column("target", _("Where"), sort="target", value=lambda f: f.found_on or f.target, small=False),
        Column("controls", _("Bears on"), cell=lambda row: chips(row.controls),
               value=lambda f: ", ".join(f.controls), small=False),
        Column("owner", _("Owner"), sort="owner__person__name", cell=lambda f: who(f.owner and str(f.owner)),
               value=lambda f: str(f.owner or ""), small=False),
        Column("due", _("Mend by"), sort="due", cell=lambda f: due(f.due, not f.is_open) if f.due else DASH),
        Column("state", _("State"), sort="state", value=lambda f: f.get_state_display(),
               cell=lambda f: status(STATE_KINDS[f.state], f.get_state_display())),
        Column("reference", _("Id"), sort="number", shown=False),
        Column("source", _("Scanner"), sort="source", value=lambda f: READERS[f.source].name, shown=False),
        Column("rule", _("Rule"), sort="rule", shown=False),
        Column("place", _("Place"), shown=False),
        Column("cves", _("CVE"), value=lambda f: ", ".join(f.cves), shown=False),
        Column("first_seen", _("First seen"), sort="first_seen", shown=False),
        Column("last_seen", _("Last seen"), sort="last_seen", shown=False),
    )  # fmt: skip
    empty_icon = "radar-2"
    empty_title = _("Nothing found yet")
    empty_text = _("Bring in what a scanner wrote: each finding gets its controls, its remedy and a day.")
    empty_action = _("Bring in a file")

    def __init__(self, rows: Any, request: Any, count: int | None = None) -> None:
        mine = request.actor.membership
        self.filters = (
            Filter("mine", _("Mine"), choices=[("yes", _("Mine"))], apply=lambda found, _v: found.filter(owner=mine)),
            Filter("late", _("Overdue"), choices=[("yes", _("Overdue"))],
                   apply=lambda found, _v: queries.overdue(found)),
            Filter("severity", _("Severity"), choices=[(str(key), label) for key, label in reversed(Severity.choices)]),
            Filter("state", _("State"), choices=Finding.State.choices),
            Filter("source", _("Scanner"), choices=[(key, reader.name) for key, reader in READERS.items()]),
        )  # fmt: skip
        if request.actor.can("finding:edit"):
            self.actions = (Action("decide", _("Decide")),)
        super().__init__(rows, request, count=count)
        may = request.actor.can("finding:import") and not request.actor.scope_id
        self.empty_url = reverse("findings:import", args=[request.actor.organization.slug]) if may else ""

    def row_url(self, row: Any) -> str:
        return reverse("findings:finding", args=[inside(self.request).actor.organization.slug, row.pk])

    def row_class(self, row: Any) -> str:
        return "" if row.is_open else "ax-out"

    def row_label(self, row: Any) -> str:
        return str(row.title)
