from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.evidence.models import Edition, Evidence, EvidenceRequest
from annexa.evidence.queries import evidence as queries
from annexa.evidence.queries.requests import OPEN
from annexa.lib import clock
from annexa.ui.marks import DASH, chips, named, status
from annexa.ui.tables import Column, Filter, Table
from annexa.ui.templatetags.ui import due, who
from annexa.web.request import inside

REQUEST_KINDS = {
    EvidenceRequest.State.ASKED: "none",
    EvidenceRequest.State.ANSWERED: "warn",
    EvidenceRequest.State.RETURNED: "bad",
    EvidenceRequest.State.ACCEPTED: "ok",
    EvidenceRequest.State.WITHDRAWN: "idle",
}


def standing(evidence: Evidence) -> SafeString:
    """Show whether evidence counts."""
    if evidence.is_retired:
        return status("idle", _text("Retired"))
    if evidence.is_expired:
        return status("bad", _text("Expired"))
    return status("ok", _text("Counts"))


def _what(evidence: Any) -> str:
    latest = evidence.latest
    return "" if latest is None else latest.file_name or latest.get_kind_display()


class EvidenceTable(Table):
    """What shows that things are done."""

    name = "evidence"
    label = _("Evidence")
    search = ("title", "description", "latest__file_name")
    search_label = _("Find evidence")
    export_formats = ("xlsx", "csv")
    opens_drawer = False
    columns = (
        Column("title", _("What it shows"), sort="title", cell=lambda row: named(row.reference, row.title)),
        Column("refs", _("For"), cell=lambda row: chips(sorted(row.refs or [])),
               value=lambda e: ", ".join(sorted(e.refs or []))),
        Column("what", _("Content"), sort="latest__kind", value=_what, small=False),
        Column("owner", _("Owner"), sort="owner__person__name", cell=lambda e: who(e.owner and str(e.owner)),
               value=lambda e: str(e.owner or ""), small=False),
        Column("collected", _("Collected"), sort="latest__collected_on",
               value=lambda e: e.latest and e.latest.collected_on, small=False),
        Column("expires_on", _("Counts until"), sort="expires_on",
               cell=lambda e: due(e.expires_on, e.is_retired) if e.expires_on else DASH),
        Column("state", _("Status"), cell=standing, value=lambda e: e.get_state_display()),
        Column("reference", _("Id"), sort="number", shown=False),
        Column("editions", _("Editions"), numeric=True, shown=False,
               value=lambda e: e.latest.number if e.latest else 0),
        Column("scope", _("Scope"), value=lambda e: e.scope.name if e.scope else "", shown=False),
    )  # fmt: skip
    empty_icon = "file-check"
    empty_title = _("No evidence yet")
    empty_text = _("Put in what shows that a control works: a file, a link or a record. One piece counts for many.")
    empty_action = _("Put in evidence")

    def __init__(self, rows: Any, request: Any, count: int | None = None) -> None:
        mine = request.actor.membership
        self.filters = (
            Filter("mine", _("Mine"), choices=[("yes", _("Mine"))], apply=lambda found, _v: found.filter(owner=mine)),
            Filter("expiry", _("Expiry"), choices=[("past", _("Expired")), ("soon", _("Within a month"))],
                   apply=_expiry),
            Filter("kind", _("Content"), choices=Edition.Kind.choices,
                   apply=lambda found, values: found.filter(latest__kind__in=values)),
            Filter("state", _("Status"), choices=Evidence.State.choices),
        )  # fmt: skip
        super().__init__(rows, request, count=count)
        may_add = request.actor.can("evidence:add")
        self.empty_url = reverse("evidence:add", args=[request.actor.organization.slug]) if may_add else ""

    def row_url(self, row: Any) -> str:
        return reverse("evidence:evidence", args=[inside(self.request).actor.organization.slug, row.pk])

    def row_class(self, row: Any) -> str:
        return "ax-out" if row.is_retired else ""


def _expiry(found: Any, values: list[str]) -> Any:
    return queries.past(found) if values == ["past"] else queries.soon(found) if values == ["soon"] else found


class RequestTable(Table):
    """What people are asked to show."""

    name = "evidence-requests"
    label = _("Requests")
    search = ("title",)
    search_label = _("Find a request")
    export_formats = ("xlsx", "csv")
    opens_drawer = False
    columns = (
        Column("title", _("What is to be shown"), sort="title"),
        Column("for", _("For"), value=lambda r: r.requirement.ref if r.requirement else ""),
        Column("owner", _("Who is asked"), sort="owner__person__name", cell=lambda r: who(str(r.owner)),
               value=lambda r: str(r.owner)),
        Column("due", _("Until"), sort="due", cell=lambda r: due(r.due, not r.is_open)),
        Column("evidence", _("Given"), value=lambda r: r.evidence.reference if r.evidence else "", small=False),
        Column("state", _("State"), sort="state", value=lambda r: r.get_state_display(),
               cell=lambda r: status(REQUEST_KINDS[r.state], r.get_state_display())),
    )  # fmt: skip
    empty_icon = "clipboard-list"
    empty_title = _("Nobody is asked for anything")
    empty_text = _("Ask somebody for what only they have; they answer from a phone, and you look at it here.")
    empty_action = _("Ask somebody")

    def __init__(self, rows: Any, request: Any) -> None:
        mine = request.actor.membership
        self.filters = (
            Filter("mine", _("Mine"), choices=[("yes", _("Mine"))], apply=lambda found, _v: found.filter(owner=mine)),
            Filter("late", _("Overdue"), choices=[("yes", _("Overdue"))],
                   apply=lambda found, _v: found.filter(state__in=OPEN, due__lt=clock.today())),
            Filter("state", _("State"), choices=EvidenceRequest.State.choices),
        )  # fmt: skip
        super().__init__(rows, request)
        may_ask = request.actor.can("evidence:edit")
        self.empty_url = reverse("evidence:ask", args=[request.actor.organization.slug]) if may_ask else ""

    def row_url(self, row: Any) -> str:
        return reverse("evidence:request", args=[inside(self.request).actor.organization.slug, row.pk])
