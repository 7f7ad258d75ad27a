"""What the newest Statement of Applicability and gap assessment say of controls, for the pages of the catalog."""

from django.db.models import Case, Exists, JSONField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from annexa.catalog.models import Requirement
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.treatment.models import GapAssessment, GapRating, Statement, StatementRow

Controls = QuerySet[Requirement, Requirement]


def with_decisions(controls: Controls, statement: Statement | None) -> Controls:
    """Add `decision` (applicable, status) to each control; PostgreSQL looks it up for the rows of the page only."""
    if statement is None:
        return controls.annotate(decision=Value(None, output_field=JSONField()))
    return controls.annotate(
        decision=Subquery(_said(statement).values(said=JSONObject(applicable="applicable", status="status"))[:1])
    )


def with_status(controls: Controls, statement: Statement | None, statuses: list[str]) -> Controls:
    """Keep the controls that have one of the implementation statuses and are not left out."""
    said = _said(statement).filter(status__in=statuses).exclude(applicable=False)
    return controls.alias(has_status=_looked_up(said)).filter(has_status=True)


def with_applicability(controls: Controls, statement: Statement | None, answers: list[str]) -> Controls:
    """Keep the controls that are in (yes), out (no) or not decided (open), which those without a row are too."""
    wanted = [{"yes": True, "no": False}[answer] for answer in answers if answer != "open"]
    condition = Q(has_answer=True)
    if "open" in answers:
        condition |= Q(is_decided=False)
    said = _said(statement)
    has_answer = _looked_up(said.filter(applicable__in=wanted))
    is_decided = _looked_up(said.filter(applicable__isnull=False))
    return controls.alias(has_answer=has_answer, is_decided=is_decided).filter(condition)


def _said(statement: Statement | None) -> QuerySet[StatementRow, StatementRow]:
    return StatementRow.objects.filter(
        organization_id=OuterRef("organization_id"), statement=statement, requirement=OuterRef("pk")
    )


def _looked_up(said: QuerySet[StatementRow, StatementRow]) -> Case:
    """Look up each control by index; a plain EXISTS becomes a join, quadratic until the tables are analysed."""
    return Case(When(Exists(said), then=True), default=False)


def decision_of(actor: Actor, scope: Scope, requirement: Requirement) -> StatementRow | None:
    """Return what the newest statement of a scope says of a control."""
    found = StatementRow.objects.filter(
        organization_id=actor.organization_id, statement__scope=scope, requirement=requirement
    )
    return (
        found.select_related("statement", "owner__person")
        .defer("statement__content")
        .order_by("-statement__number")
        .first()
    )


def rating_of(actor: Actor, scope: Scope, requirement: Requirement) -> GapRating | None:
    """Return what the newest gap assessment of a scope says of a requirement."""
    newest = GapAssessment.objects.filter(organization_id=actor.organization_id, scope=scope).order_by("-number")
    found = GapRating.objects.filter(
        organization_id=actor.organization_id, assessment=newest.values("pk")[:1], requirement=requirement
    )
    return found.select_related("assessment", "owner__person").first()
