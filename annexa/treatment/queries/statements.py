"""Read Statements of Applicability: rows, what contradicts, versions."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.activity import queries as activity
from annexa.catalog.models import OWN
from annexa.isms import queries as isms
from annexa.isms.models import Obligation
from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.treatment.models import Conformity, GapAssessment, GapRating, Statement, StatementRow
from annexa.treatment.queries.necessary import is_begun, is_needed

THEMES = ("organizational", "people", "physical", "technological")


@dataclass(frozen=True)
class Line:
    """One control of a statement as it is shown and exported, from a draft's row or an approved version's content."""

    ref: str
    title: str
    theme: str
    applicable: bool | None
    reasons: list[str]
    justification: str
    status: str
    implementation: str
    owner: str
    links: list[dict[str, str]] = field(default_factory=list)
    is_new: bool = False
    row_id: str = ""

    def plain(self) -> dict[str, Any]:
        """Return what an approved version stores."""
        return {name: getattr(self, name) for name in FROZEN}


FROZEN = (
    "ref", "title", "theme", "applicable", "reasons", "justification", "status", "implementation", "owner", "links",
    "is_new", "row_id",
)  # fmt: skip


@dataclass(frozen=True)
class Contradiction:
    """Something that does not add up in a row; those that stop approval say so."""

    ref: str
    row_id: uuid.UUID
    sentence: str
    stops: bool


@dataclass(frozen=True)
class Change:
    """What differs in one control between two statements."""

    ref: str
    title: str
    kind: str
    fields: list[tuple[str, Any, Any]]


def statements(actor: Actor, scope: Scope) -> QuerySet[Statement]:
    """Return the statements of a scope, newest first, without their frozen content."""
    found = Statement.objects.filter(organization_id=actor.organization_id, scope=scope).defer("content")
    return found.select_related("scope", "approved_by__person", "submitted_by__person", "based_on").order_by("-number")


def newest(actor: Actor, scopes: Iterable[Scope], most: int) -> list[Statement]:
    """Return the newest statements of several scopes, without their frozen content."""
    found = Statement.objects.filter(organization_id=actor.organization_id, scope__in=list(scopes))
    return list(found.select_related("scope").defer("content").order_by("-created_at")[:most])


def current(actor: Actor, scope: Scope) -> Statement | None:
    """Return the working statement of a scope, or the newest approved one, or None."""
    return statements(actor, scope).first()


def latest_approved(actor: Actor, scope: Scope) -> Statement | None:
    """Return the version in force, or None."""
    return statements(actor, scope).filter(state=Statement.State.APPROVED).first()


def statement_for(actor: Actor, scope: Scope, number: int | None = None) -> Statement:
    """Return a statement by number, or the current one; raises NotFound."""
    statement = statements(actor, scope).filter(number=number).first() if number else current(actor, scope)
    if statement is None:
        raise NotFound("There is no such statement.")
    return statement


def rows(statement: Statement) -> QuerySet[StatementRow]:
    """Return a statement's rows in the order of Annex A, own controls last."""
    found = StatementRow.objects.filter(organization_id=statement.organization_id, statement=statement)
    found = found.select_related("requirement", "owner__person")
    found = found.defer("requirement__summary", "requirement__guidance", "requirement__attributes")
    return found.order_by("requirement__framework__slug", "requirement__sort_key")


def row_for(actor: Actor, row_id: uuid.UUID | str) -> StatementRow:
    """Return one row; raises NotFound."""
    found = StatementRow.objects.filter(
        organization_id=actor.organization_id, pk=row_id, **actor.only_scope("statement__scope_id")
    )
    found = found.select_related("requirement__framework", "owner__person", "changed_by__person", "statement__scope")
    unread = ("statement__content", "requirement__framework__attributes", "requirement__framework__documents")
    row = found.annotate(conformity=_newest_conformity(), needed=is_needed(), begun=is_begun()).defer(*unread).first()
    if row is None:
        raise NotFound("There is no such row.")
    return row


def lines(statement: Statement) -> list[Line]:
    """Return what a statement says, from its frozen content once it is approved."""
    if statement.is_approved:
        return [Line(**entry) for entry in (statement.content or {})["lines"]]
    return [line_of(row) for row in rows(statement)]


def line_of(row: StatementRow) -> Line:
    """Return a row as a line."""
    requirement = row.requirement
    return Line(
        ref=requirement.ref,
        title=requirement.title,
        theme=requirement.theme or "own",
        applicable=row.applicable,
        reasons=sorted(row.reasons),
        justification=row.justification,
        status=row.status,
        implementation=row.implementation,
        owner=str(row.owner) if row.owner else "",
        links=row.links,
        is_new=requirement.is_new,
        row_id=str(row.pk),
    )


@dataclass(frozen=True)
class Picture:
    """A working statement's rows beside what the rest of the ISMS says of the same controls."""

    rows: Sequence[StatementRow]  # each with `conformity`, what the newest gap analysis says, or None
    obligations: dict[str, list[Obligation]]
    contradictions: list[Contradiction]

    @cached_property
    def lines(self) -> dict[uuid.UUID, Line]:
        return {row.pk: line_of(row) for row in self.rows}

    @property
    def stops(self) -> list[Contradiction]:
        return [each for each in self.contradictions if each.stops]


def picture(actor: Actor, statement: Statement) -> Picture:
    """Return a working statement's rows with what the gap analysis and the obligations say, and what contradicts."""
    found = list(rows(statement).annotate(conformity=_newest_conformity(), needed=is_needed(), begun=is_begun()))
    obligations = isms.obligations_by_control(statement.scope)
    contradicting = [
        Contradiction(row.requirement.ref, row.pk, sentence, stops)
        for row in found
        for sentence, stops in problems_of(row, obligations.get(row.requirement.ref, []))
    ]
    return Picture(found, obligations, sorted(contradicting, key=lambda each: not each.stops))


def contradictions(actor: Actor, statement: Statement) -> list[Contradiction]:
    """Return what does not add up in a working statement, what stops approval first."""
    return picture(actor, statement).contradictions


def problems_of(row: StatementRow, obligations: Iterable[Obligation]) -> list[tuple[str, bool]]:
    """Return what does not add up in a row read with its conformity, each with whether it stops approval."""
    return list(_problems(row, [obligation.title for obligation in obligations], conformity_of(row)))


def is_needed_by_risk(row: StatementRow) -> bool:
    """Whether the treatment of a risk needs the control; the queries above add it to their rows."""
    return bool(getattr(row, "needed", False))


def has_changed(actor: Actor, statement: Statement) -> bool:
    """Whether the actor changed content since the last approved version.

    That is a row, the scope, an own control, or what the organisation is called.
    """
    if actor.person_id in statement.editors:
        return True
    own = rows(statement).filter(requirement__framework__slug=OWN).values_list("requirement_id", flat=True)
    subjects = [("organizations.scope", str(statement.scope_id)), *(("catalog.requirement", str(key)) for key in own)]
    since = statement.based_on.approved_at if statement.based_on else None
    if actor.name in activity.actors_on(actor.organization_id, subjects, since):
        return True
    named = ("organizations.organization", str(actor.organization_id))
    return actor.name in activity.actors_on_fields(actor.organization_id, named, ("name", "legal_name"), since)


def compare(before: Statement, after: Statement) -> list[Change]:
    """Return what differs between two statements, control by control."""
    old, new = ({line.ref: line for line in lines(each)} for each in (before, after))
    order = [*new, *(ref for ref in old if ref not in new)]
    found = []
    for ref in order:
        one, two = old.get(ref), new.get(ref)
        if one is None or two is None:
            found.append(Change(ref, (new.get(ref) or old[ref]).title, "added" if two else "removed", []))
            continue
        fields = [
            (name, getattr(one, name), getattr(two, name))
            for name in COMPARED
            if getattr(one, name) != getattr(two, name)
        ]
        if fields:
            found.append(Change(ref, two.title, "changed", fields))
    return found


COMPARED = ("applicable", "reasons", "justification", "status", "implementation", "owner", "links")


def conformity_of(row: StatementRow) -> str:
    """Return what the newest gap analysis says of the control; the queries above add it to their rows."""
    return getattr(row, "conformity", None) or ""


def _newest_conformity() -> Subquery:
    """Return what the newest gap analysis of the statement's scope says of the same control."""
    newest = GapAssessment.objects.filter(
        organization=OuterRef(OuterRef("organization")), scope=OuterRef(OuterRef("statement__scope"))
    )
    found = GapRating.objects.filter(
        organization=OuterRef("organization"),
        requirement=OuterRef("requirement"),
        assessment=Subquery(newest.order_by("-number").values("pk")[:1]),
    )
    return Subquery(found.values("conformity")[:1])


def _problems(row: StatementRow, obligations: list[str], conformity: str) -> Iterable[tuple[str, bool]]:
    if row.decision_needed:
        yield _("Carried over from the 2013 edition; decide for 2022."), True
    if row.applicable is None:
        yield _("Nobody has decided whether it applies."), True
    elif row.applicable:
        yield from _problems_in(row, conformity)
    else:
        yield from _problems_out(row, obligations, conformity)


def _problems_in(row: StatementRow, conformity: str) -> Iterable[tuple[str, bool]]:
    if not row.reasons:
        yield _("It applies, but no reason says why."), True
    elif row.reasons == ["baseline"]:
        yield _("Baseline is its only reason; name the risk, law or contract if there is one."), False
    if "risk" in row.reasons and getattr(row, "begun", False) and not is_needed_by_risk(row):
        yield _("Risk is given as a reason, but no risk to be mitigated needs it."), False
    if row.status == "implemented" and not row.implementation:
        yield _("It is implemented, but nothing says how."), False
    if row.status == "implemented" and conformity == Conformity.NONCONFORMING:
        yield _("It is said to be implemented; the gap analysis says it is not met."), False
    if conformity == Conformity.NOT_APPLICABLE:
        yield _("It applies here; the gap analysis says it does not."), False


def _problems_out(row: StatementRow, obligations: list[str], conformity: str) -> Iterable[tuple[str, bool]]:
    if not row.justification.strip():
        yield _("It is left out without a justification."), True
    if is_needed_by_risk(row):
        yield _("It is left out, but the treatment of a risk needs it."), True
    if obligations:
        names = ", ".join(obligations)
        text = ngettext(
            "It is left out, but an obligation names it: %(names)s.",
            "It is left out, but obligations name it: %(names)s.",
            len(obligations),
        )
        yield text % {"names": names}, False  # a crosswalk is broad: a person may know better
    if row.status in ("in_progress", "implemented"):
        yield _("It is left out, yet work on it is under way or done."), False
    if conformity not in ("", Conformity.NOT_APPLICABLE, Conformity.NOT_ASSESSED):
        yield _("It is left out; the gap analysis rates it as if it applied."), False
