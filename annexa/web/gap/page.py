"""What the gap page shows, read once and only as far as it is shown."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from annexa.lib.errors import NotFound
from annexa.organizations import queries as organizations
from annexa.organizations.models import Membership
from annexa.organizations.permissions import Permission
from annexa.reports.gap import theme_title
from annexa.treatment.models import Conformity, DocumentState, GapAssessment, GapDocument, GapRating
from annexa.treatment.queries import gap
from annexa.treatment.readiness import Readiness
from annexa.ui import dates
from annexa.web.gap import cells
from annexa.web.gap.cells import Line
from annexa.web.gap.forms import BulkForm
from annexa.web.gap.tables import GapTable, clause_title, group_of
from annexa.web.request import Request, scope_of

MOST_POINTS = 24
CONFORMITIES = list(Conformity.values)


def scope_query(request: Request) -> str:
    """Return the query that keeps the chosen scope in links."""
    scope = request.GET.get("scope", "")
    return f"?scope={scope_of(request).slug}" if scope else ""


def address(request: Request, name: str, *args: Any) -> str:
    """Return the address of one of the gap pages in this organisation and scope."""
    return reverse(f"gap:{name}", args=[request.actor.organization.slug, *args]) + scope_query(request)


def assessment_of(request: Request, number: int) -> GapAssessment:
    """Return the assessment of the page; raises NotFound."""
    return gap.assessment_for(request.actor, scope_of(request), number)


def active_members(request: Request) -> list[Membership]:
    """Return who may own a row."""
    return [member for member in organizations.members(request.actor) if member.is_active()]


class Page:
    """One assessment with everything around it; each part costs its query only when a template asks."""

    def __init__(self, request: Request, number: int | None = None, *, is_brief: bool = False):
        self.request, self.actor = request, request.actor
        self.is_brief = is_brief  # the summary comes by itself, after the page
        self.scope = scope_of(request)
        self.assessments = list(gap.assessments(self.actor, self.scope))
        wanted = [each for each in self.assessments if number in (None, each.number)]
        if number and not wanted:
            raise NotFound("There is no such assessment.")
        self.assessment = wanted[0] if wanted else None

    @property
    def number(self) -> int:
        return self.assessment.number if self.assessment else 0

    @cached_property
    def previous(self) -> GapAssessment | None:
        """Return the assessment before this one."""
        return next((each for each in self.assessments if each.number < self.number), None)

    @property
    def is_newest(self) -> bool:
        return self.assessment == self.assessments[0]

    @property
    def may_edit(self) -> bool:
        """Whether everything can be changed here."""
        return self.is_open and self.actor.can(Permission.GAP_EDIT)

    @property
    def may_rate(self) -> bool:
        return self.is_open and self.actor.can(Permission.GAP_RATE_OWN)

    @property
    def is_open(self) -> bool:
        return self.assessment is not None and self.assessment.is_open

    @property
    def may_start(self) -> bool:
        return self.actor.can(Permission.GAP_EDIT)

    @cached_property
    def view(self) -> str:
        return "plan" if self.request.GET.get("view") == "plan" else "list"

    # The list

    @cached_property
    def ratings(self) -> list[GapRating]:
        assert self.assessment is not None
        return list(gap.ratings(self.assessment))

    def line(self, rating: GapRating) -> Line:
        """Return a rating as the list shows it."""
        mine = self.may_edit or (self.may_rate and self.actor.owns(rating))
        found = Line(rating, f"{self.base}{rating.pk}/", mine, self.scope_query)
        return Line(found.rating, found.url, mine, found.query, group_of(found))

    @cached_property
    def table(self) -> GapTable:
        return GapTable([self.line(each) for each in self.ratings], self.request, may_edit=self.may_edit)  # type: ignore[arg-type]

    @cached_property
    def bulk_form(self) -> BulkForm:
        return BulkForm(active_members(self.request))

    @cached_property
    def base(self) -> str:
        return reverse("gap:assessment", args=[self.actor.organization.slug, self.number])

    @cached_property
    def scope_query(self) -> str:
        return f"?scope={self.scope.slug}" if self.request.GET.get("scope") else ""

    def rows_url(self, **filters: str) -> str:
        """Return the link to the rows behind a number."""
        wanted = {"scope": self.scope.slug} if self.scope_query else {}
        query = "&".join(f"{key}={value}" for key, value in {**wanted, **filters}.items())
        return f"{self.base}?{query}#table-gap"

    @property
    def list_url(self) -> str:
        return f"{self.base}{self.scope_query}#table-gap"

    @property
    def plan_url(self) -> str:
        return self.rows_url(view="plan")

    @property
    def conformity_choices(self) -> list[tuple[str, str, Any]]:
        """Return key, value and mark of each conformity, as the menu and the keyboard offer them."""
        keys = zip("12340", [*CONFORMITIES[1:], CONFORMITIES[0]], strict=True)
        return [(key, value, cells.conformity_mark(value)) for key, value in keys]

    @property
    def maturity_choices(self) -> list[tuple[str, str]]:
        """Return each level in words, none first."""
        words = (_("nothing"), _("by chance"), _("planned"), _("written down"), _("measured"), _("improving by itself"))
        return [("", _("not rated")), *((str(level), word) for level, word in enumerate(words))]

    # The summary

    @cached_property
    def overall(self) -> Readiness:
        return gap.overall(self.ratings)

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
            {"kind": kind, "label": label, "count": count, "url": self.rows_url(conformity=value)}
            for kind, label, count, value in parts
        ]

    @cached_property
    def change(self) -> int | None:
        """Return the points of readiness gained since the assessment before, or None without one."""
        return self.overall.percent - gap.readiness_of(self.previous).percent if self.previous else None

    @property
    def clauses(self) -> list[dict[str, Any]]:
        groups = gap.by_clause(self.ratings)
        return [self._bar(clause_title(each.key), each.readiness, clause=each.key) for each in groups]

    @property
    def themes(self) -> list[dict[str, Any]]:
        return [self._bar(theme_title(each.key), each.readiness, theme=each.key) for each in gap.by_theme(self.ratings)]

    def _bar(self, label: str, readiness: Readiness, **filters: str) -> dict[str, Any]:
        url = self.rows_url(**filters)
        return {"label": label, "ok": readiness.met, "part": readiness.partly, "total": readiness.total, "url": url}

    @cached_property
    def trend(self) -> list[tuple[str, float]]:
        """Return readiness over time, thinned to what a small chart can show; the last point always stays."""
        found = gap.trend(self.scope)
        step = max(1, -(-len(found) // MOST_POINTS))
        shown = found[::-1][::step][::-1]
        return [(dates.date_format(each.on, "M Y" if len(found) > 60 else "j M"), round(each.percent)) for each in shown]

    @cached_property
    def plan(self) -> list[gap.Action]:
        return gap.action_plan(self.actor, self.ratings)

    @property
    def plan_lines(self) -> list[dict[str, Any]]:
        """Return the action plan with the links of each line."""
        slug = self.actor.organization.slug
        return [
            {
                "action": each,
                "url": f"{self.base}{each.rating.pk}/{self.scope_query}",
                "task_url": reverse("tasks:task", args=[slug, each.task.pk]) if each.task else "",
            }
            for each in self.plan
        ]

    @property
    def movers(self) -> list[dict[str, Any]]:
        found = gap.movers(self.plan)
        return [{"mover": each, "url": f"{self.base}{each.rating.pk}/{self.scope_query}"} for each in found]

    @cached_property
    def documents(self) -> list[dict[str, Any]]:
        """Return the mandatory documents with their state and where to change it."""
        assert self.assessment is not None
        return [self._document(entry, found) for entry, found in gap.documents(self.assessment)]

    def _document(self, entry: dict[str, Any], found: GapDocument) -> dict[str, Any]:
        url = reverse("gap:document", args=[self.actor.organization.slug, self.number, found.key]) + self.scope_query
        return {"entry": entry, "found": found, "kind": cells.DOCUMENT_LOOKS[DocumentState(found.state)], "url": url}

    @property
    def document_counts(self) -> dict[str, int]:
        states = [each["found"].state for each in self.documents]
        return {state: states.count(state) for state in DocumentState.values}
