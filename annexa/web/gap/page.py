"""What the gap page shows, read once and only as far as it is shown."""

import uuid
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annexa.lib.errors import NotFound
from annexa.organizations import queries as organizations
from annexa.organizations.models import Membership
from annexa.organizations.permissions import Permission
from annexa.treatment.models import Conformity, GapAssessment, GapRating
from annexa.treatment.queries import gap
from annexa.web.gap import cells
from annexa.web.gap.cells import Line
from annexa.web.gap.forms import BulkForm
from annexa.web.gap.rows import Writer
from annexa.web.gap.summary import Summary
from annexa.web.gap.tables import GapTable, group_of
from annexa.web.request import Request, scope_of

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


class Page:
    """One assessment with everything around it; each part costs its query only when a template asks."""

    def __init__(self, request: Request, number: int | None = None, *, is_brief: bool = False):
        self.request, self.actor = request, request.actor
        self.opened: uuid.UUID | None = None
        self.is_brief = is_brief  # beside a drawer that has been opened by its address, the list is enough
        self.scope = scope_of(request)
        self.assessments = list(gap.assessments(self.actor, self.scope))
        self.assessment = self.numbered(number) if number else next(iter(self.assessments), None)

    def numbered(self, number: int) -> GapAssessment:
        """Return an assessment of the scope; raises NotFound."""
        for assessment in self.assessments:
            if assessment.number == number:
                return assessment
        raise NotFound("There is no such assessment.")

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

    @cached_property
    def summary(self) -> Summary:
        """Return the figures."""
        return Summary(self)

    # The list

    @cached_property
    def ratings(self) -> list[GapRating]:
        assert self.assessment is not None
        return list(gap.listed(self.assessment))

    def line(self, rating: GapRating) -> Line:
        """Return a rating as the list shows it."""
        mine = self.may_edit or (self.may_rate and self.actor.owns(rating))
        found = Line(rating, f"{self.base}{rating.pk}/", mine, self.scope_query)
        return Line(rating, found.url, mine, found.query, group_of(found), rating.pk == self.opened)

    @cached_property
    def table(self) -> GapTable:
        return GapTable([self.line(each) for each in self.ratings], self.request, may_edit=self.may_edit)  # type: ignore[arg-type]

    @property
    def groups(self) -> list[tuple[object, SafeString]]:
        """Return the heading and the rows of each clause and theme."""
        writer = Writer(self.table)
        return [(label, writer.rows(lines)) for label, lines in self.table.groups]

    @cached_property
    def bulk_form(self) -> BulkForm:
        return BulkForm(self.members)

    @cached_property
    def members(self) -> list[Membership]:
        """Return who may own a row."""
        return organizations.active_members(self.actor)

    def rating(self, rating_id: uuid.UUID) -> GapRating:
        """Return one of the rows; raises NotFound."""
        for rating in self.ratings:
            if rating.pk == rating_id:
                return rating
        raise NotFound("There is no such row.")

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
