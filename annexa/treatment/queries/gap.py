"""Read gap assessments: rows, readiness, action plan, comparison."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annexa.catalog import format, library
from annexa.catalog.models import Requirement
from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.tasks import queries as tasks
from annexa.tasks.models import Task
from annexa.treatment import readiness
from annexa.treatment.models import Conformity, GapAssessment, GapDocument, GapEvidence, GapRating, Measure
from annexa.treatment.readiness import Gain, Readiness


@dataclass(frozen=True)
class Group:
    """A clause or theme with its readiness."""

    key: str
    title: str
    readiness: Readiness


@dataclass(frozen=True)
class Action:
    """A line of the action plan with the figures that put it there."""

    rating: GapRating
    gain: Gain
    task: Task | None
    points: float

    @property
    def task_state(self) -> str:
        return self.task.state if self.task else ""


@dataclass(frozen=True)
class Mover:
    """One thing to do and how many points of readiness it brings; it may mend several requirements."""

    title: str
    refs: list[str]
    rating: GapRating
    points: float


@dataclass(frozen=True)
class Difference:
    """A requirement that two assessments see differently."""

    ref: str
    title: str
    before: GapRating | None
    after: GapRating | None


def assessments(actor: Actor, scope: Scope) -> QuerySet[GapAssessment]:
    """Return the assessments of a scope, newest first."""
    found = GapAssessment.objects.filter(organization_id=actor.organization_id, scope=scope)
    return found.select_related("started_by__person", "framework", "scope").order_by("-number")


def assessment_for(actor: Actor, scope: Scope, number: int | None = None) -> GapAssessment:
    """Return an assessment by number, or the newest; raises NotFound."""
    found = assessments(actor, scope)
    assessment = found.filter(number=number).first() if number else found.first()
    if assessment is None:
        raise NotFound("There is no such assessment.")
    return assessment


def newest(actor: Actor, scopes: Iterable[Scope], most: int) -> list[GapAssessment]:
    """Return the newest assessments of several scopes."""
    found = GapAssessment.objects.filter(organization_id=actor.organization_id, scope__in=list(scopes))
    return list(found.select_related("scope").order_by("-started_at")[:most])


def ratings(assessment: GapAssessment) -> QuerySet[GapRating]:
    """Return an assessment's rows in the standard's order, with the number of pieces of evidence."""
    return listed(assessment).select_related("requirement", "owner__person", "changed_by__person", "assessment")


def listed(assessment: GapAssessment) -> QuerySet[GapRating]:
    """Return the same rows with what a list shows, and no more."""
    found = GapRating.objects.filter(organization_id=assessment.organization_id, assessment=assessment)
    found = found.select_related("requirement", "owner__person")
    return _counted(found).order_by("requirement__sort_key")


def _counted(found: QuerySet[GapRating]) -> QuerySet[GapRating]:
    """Add the number of pieces of evidence, and leave out what only a requirement's own page shows."""
    found = found.defer("requirement__guidance", "requirement__attributes")
    pieces = GapEvidence.objects.filter(rating=OuterRef("pk")).order_by().values("rating").annotate(number=Count("pk"))
    return found.annotate(evidence_count=Coalesce(Subquery(pieces.values("number")), 0))


def rating_in(assessment: GapAssessment, rating_id: uuid.UUID | str) -> GapRating:
    """Return one row of an assessment; raises NotFound."""
    rating = ratings(assessment).filter(pk=rating_id).first()
    if rating is None:
        raise NotFound("There is no such row.")
    return rating


def rating_for(actor: Actor, rating_id: uuid.UUID | str) -> GapRating:
    """Return one row with the number of pieces of evidence; raises NotFound."""
    found = GapRating.objects.filter(
        organization_id=actor.organization_id, pk=rating_id, **actor.only_scope("assessment__scope_id")
    )
    found = found.select_related("requirement", "owner__person", "assessment__scope", "changed_by__person")
    rating = _counted(found).first()
    if rating is None:
        raise NotFound("There is no such row.")
    return rating


def evidence_of(rating: GapRating) -> list[GapEvidence]:
    """Return a row's evidence, newest first."""
    return list(rating.evidence.select_related("added_by__person").order_by("-dated", "-added_at"))


def evidence_in(rating: GapRating, evidence_id: uuid.UUID | str) -> GapEvidence:
    """Return one piece of a row's evidence; raises NotFound."""
    found = rating.evidence.filter(pk=evidence_id)
    evidence = found.select_related("rating__assessment", "rating__requirement").first()
    if evidence is None:
        raise NotFound("There is no such evidence.")
    return evidence


def readiness_by_assessment(actor: Actor, scope: Scope) -> dict[uuid.UUID, Readiness]:
    """Return the readiness of each of a scope's assessments."""
    found = GapRating.objects.filter(organization_id=actor.organization_id, assessment__scope=scope)
    grouped: dict[uuid.UUID, list[str]] = {}
    for key, conformity, number in found.values_list("assessment_id", "conformity").annotate(number=Count("id")):
        grouped.setdefault(key, []).extend([conformity] * number)
    return {key: readiness.count(values) for key, values in grouped.items()}


def readiness_of(assessment: GapAssessment) -> Readiness:
    """Return an assessment's readiness without loading its rows."""
    found = GapRating.objects.filter(organization_id=assessment.organization_id, assessment=assessment)
    return readiness.count(found.values_list("conformity", flat=True))


def heading(requirement: Requirement) -> str:
    """Return a requirement's title, with its section's where the title is only “General”."""
    node = library.frameworks()[library.ISO_27001].by_id.get(requirement.ref)
    return title_of(node) if node and node.title == requirement.title else requirement.title


def title_of(node: format.Node) -> str:
    """Return a node's title, with its section's where the title is only “General”."""
    return f"{node.parent.title}: {node.title}" if node.parent and node.title == "General" else node.title


def overall(rows: Iterable[GapRating]) -> Readiness:
    """Return the readiness of a set of rows."""
    return readiness.count(row.conformity for row in rows)


def by_clause(rows: Iterable[GapRating]) -> list[Group]:
    """Return readiness per clause 4 to 10."""
    titles = {node.id: node.title for node in library.frameworks()[library.ISO_27001].nodes if node.id.isdigit()}
    grouped: dict[str, list[str]] = {clause: [] for clause in titles}
    for row in rows:
        if row.requirement.kind == "requirement":
            grouped.setdefault(row.requirement.ref.split(".")[0], []).append(row.conformity)
    return [Group(key, titles.get(key, key), readiness.count(values)) for key, values in grouped.items()]


def by_theme(rows: Iterable[GapRating]) -> list[Group]:
    """Return readiness per theme of Annex A."""
    grouped: dict[str, list[str]] = {theme: [] for theme in ("organizational", "people", "physical", "technological")}
    for row in rows:
        if row.requirement.kind == "control":
            grouped.setdefault(row.requirement.theme, []).append(row.conformity)
    return [Group(key, key, readiness.count(values)) for key, values in grouped.items()]


def evidence_count(rating: GapRating) -> int:
    """Return how many pieces of evidence a row has; the queries above add the number."""
    return getattr(rating, "evidence_count", 0)


def action_plan(actor: Actor, rows: Iterable[GapRating]) -> list[Action]:
    """Return what is to be done: mandatory first, then gain ÷ effort, then due."""
    return planned(rows, tasks.by_source(actor, GapRating.TASK_KIND))


def planned(rows: Iterable[GapRating], known: Mapping[uuid.UUID, Task] = MappingProxyType({})) -> list[Action]:
    """Return the same, with those tasks that are given."""
    rows = list(rows)
    total = overall(rows).total or 1
    plan = [
        Action(row, worth, known.get(row.pk), 100 / total if readiness.MISSING[row.conformity] else 0.0)
        for row in rows
        if (worth := _gain(row)).gain > 0 and (row.action or row.conformity in _TO_MEND)
    ]
    return sorted(plan, key=lambda a: readiness.plan_key(a.gain, a.rating.due, a.rating.requirement.sort_key))


def movers(plan: Iterable[Action], most: int = 3) -> list[Mover]:
    """Return what brings most points of readiness: lines with the same words count as one thing to do."""
    grouped: dict[str, list[Action]] = {}
    for action in plan:
        if action.points:
            grouped.setdefault(action.rating.action.casefold() or str(action.rating.pk), []).append(action)
    found = [
        Mover(
            title=actions[0].rating.action or heading(actions[0].rating.requirement),
            refs=[action.rating.requirement.ref for action in actions],
            rating=actions[0].rating,
            points=sum(action.points for action in actions),
        )
        for actions in grouped.values()
    ]
    return sorted(found, key=lambda mover: -mover.points)[:most]


_TO_MEND = (Conformity.NONCONFORMING, Conformity.PARTIAL)


def _gain(row: GapRating) -> Gain:
    return readiness.gain(
        mandatory=row.requirement.kind == "requirement",
        conformity=row.conformity,
        maturity=row.maturity,
        target=row.target,
        effort=float(row.effort) if row.effort else None,
    )


def documents(assessment: GapAssessment) -> list[tuple[dict[str, Any], GapDocument]]:
    """Return the mandatory documents with what the assessment found of each."""
    found = {d.key: d for d in assessment.documents.all()}
    return [(entry, found[entry["id"]]) for entry in assessment.framework.documents if entry["id"] in found]


def document_for(actor: Actor, assessment: GapAssessment, key: str) -> GapDocument:
    """Return one mandatory document's finding; raises NotFound."""
    found = assessment.documents.filter(key=key).select_related("assessment").first()
    if found is None:
        raise NotFound("There is no such document.")
    return found


def compare(before: GapAssessment, after: GapAssessment) -> list[Difference]:
    """Return the rows whose conformity or maturity differs between two assessments."""
    old = {row.requirement_id: row for row in ratings(before)}
    new = {row.requirement_id: row for row in ratings(after)}
    found = []
    for key in old.keys() | new.keys():
        one, two = old.get(key), new.get(key)
        if one is None or two is None or (one.conformity, one.maturity) != (two.conformity, two.maturity):
            requirement = (two or one).requirement  # type: ignore[union-attr]
            found.append((requirement.sort_key, Difference(requirement.ref, heading(requirement), one, two)))
    return [difference for _key, difference in sorted(found, key=lambda pair: pair[0])]


def trend(scope: Scope, kind: str = Measure.READY) -> list[Measure]:
    """Return a scope's figures over time, oldest first."""
    return list(Measure.objects.filter(organization_id=scope.organization_id, scope=scope, kind=kind).order_by("on"))
