"""The figures of an assessment: readiness, what moves it, documents, action plan."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from annexa.reports.gap import theme_title
from annexa.treatment.models import Conformity, DocumentState, GapDocument
from annexa.treatment.queries import gap
from annexa.treatment.readiness import Readiness
from annexa.ui import dates
from annexa.web.gap import cells
from annexa.web.gap.tables import clause_title

if TYPE_CHECKING:
    from annexa.web.gap.page import Page

MOST_POINTS = 24
MOST_DAYS = 60


class Summary:
    """What the executive part of the page shows; each part costs its query only when a template asks."""

    def __init__(self, page: "Page"):
        self.page = page

    @cached_property
    def overall(self) -> Readiness:
        return gap.overall(self.page.ratings)

    @property
    def legend(self) -> list[dict[str, Any]]:
        """Return each count with its colour and the link to its rows."""
        parts = (
            ("ok", _("Conform"), self.overall.met, Conformity.CONFORMING),
            ("info", _("Partly"), self.overall.partly, Conformity.PARTIAL),
            ("track", _("Not met"), self.overall.unmet, Conformity.NONCONFORMING),
            ("track", _("Not assessed"), self.overall.unassessed, Conformity.NOT_ASSESSED),
            ("none", _("Not applicable"), self.overall.not_applicable, Conformity.NOT_APPLICABLE),
        )
        return [
            {"kind": kind, "label": label, "count": count, "url": self.page.rows_url(conformity=value)}
            for kind, label, count, value in parts
        ]

    @cached_property
    def change(self) -> int | None:
        """Return the points of readiness gained since the assessment before, or None without one."""
        return self.overall.percent - gap.readiness_of(self.page.previous).percent if self.page.previous else None

    @property
    def clauses(self) -> list[dict[str, Any]]:
        groups = gap.by_clause(self.page.ratings)
        return [self._bar(clause_title(each.key), each.readiness, clause=each.key) for each in groups]

    @property
    def themes(self) -> list[dict[str, Any]]:
        return [
            self._bar(theme_title(each.key), each.readiness, theme=each.key) for each in gap.by_theme(self.page.ratings)
        ]

    def _bar(self, label: str, readiness: Readiness, **filters: str) -> dict[str, Any]:
        url = self.page.rows_url(**filters)
        return {"label": label, "ok": readiness.met, "part": readiness.partly, "total": readiness.total, "url": url}

    @cached_property
    def trend(self) -> list[tuple[str, float]]:
        """Return readiness over time, thinned to what a small chart can show; the last point always stays."""
        found = gap.trend(self.page.scope)
        step = max(1, -(-len(found) // MOST_POINTS))
        form = "M ’y" if len(found) > MOST_DAYS else "j M"
        return [(dates.date_format(each.on, form), round(each.percent)) for each in found[::-1][::step][::-1]]

    @cached_property
    def plan(self) -> list[gap.Action]:
        """Return the action plan; its tasks are asked for only where they are shown."""
        if self.page.view == "plan":
            return gap.action_plan(self.page.actor, self.page.ratings)
        return gap.planned(self.page.ratings)

    @property
    def plan_lines(self) -> list[dict[str, Any]]:
        """Return the action plan with the links of each line."""
        slug = self.page.actor.organization.slug
        return [
            {
                "action": each,
                "title": gap.heading(each.rating.requirement),
                "url": f"{self.page.base}{each.rating.pk}/{self.page.scope_query}",
                "task_url": reverse("tasks:task", args=[slug, each.task.pk]) if each.task else "",
            }
            for each in self.plan
        ]

    @property
    def movers(self) -> list[dict[str, Any]]:
        found = gap.movers(self.plan)
        return [
            {
                "mover": each,
                "where": _where(each.refs),
                "url": f"{self.page.base}{each.rating.pk}/{self.page.scope_query}",
            }
            for each in found
        ]

    @cached_property
    def documents(self) -> list[dict[str, Any]]:
        """Return the mandatory documents with their state and where to change it."""
        assert self.page.assessment is not None
        return [self._document(entry, found) for entry, found in gap.documents(self.page.assessment)]

    def _document(self, entry: dict[str, Any], found: GapDocument) -> dict[str, Any]:
        url = (
            reverse("gap:document", args=[self.page.actor.organization.slug, self.page.number, found.key])
            + self.page.scope_query
        )
        return {"entry": entry, "found": found, "kind": cells.DOCUMENT_LOOKS[DocumentState(found.state)], "url": url}

    @property
    def document_counts(self) -> dict[str, int]:
        states = [each["found"].state for each in self.documents]
        return {state: states.count(state) for state in DocumentState.values}


def _where(refs: list[str]) -> str:
    """Name one or two requirements, and count more."""
    return ", ".join(refs) if len(refs) <= 2 else _("%(count)s rows") % {"count": len(refs)}
