"""Gap assessments: open, close, rename, and what they say as a whole."""

import uuid
from datetime import datetime

from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads, scope_of
from annexa.api.fields import Line, OfScope, Word
from annexa.api.paging import Page, Paging, page
from annexa.api.parts.gap.access import assessment_of
from annexa.api.schema import Schema
from annexa.catalog import queries as catalog
from annexa.organizations.permissions import Permission
from annexa.treatment.models import GapAssessment
from annexa.treatment.queries import gap as queries
from annexa.treatment.readiness import Readiness
from annexa.treatment.services import gap

router = Router(tags=["Gap analysis"])
SORTS = {"number": "number", "title": "title", "started": "started_at", "changed": "changed_at"}


class AssessmentOut(Schema):
    """One round of rating a scope."""

    id: uuid.UUID
    number: int
    title: str
    scope: str
    framework: str
    is_open: bool
    started: datetime
    changed: datetime
    closed: datetime | None


class AssessmentIn(Schema):
    """A new round."""

    title: Line = Field("", examples=["Before stage 1"])
    framework: Word = Field("", description="ISO/IEC 27001:2022 if left out.")
    copy_from: int | None = Field(None, ge=1, description="Number of the assessment to copy.")
    close_open: bool = Field(False, description="Close the one that is open.")


class AssessmentChange(Schema):
    """Another title."""

    title: Line


class Counts(Schema):
    """How many requirements are met, partly met and not met; percent = met ÷ (all − not applicable)."""

    part: str = Field(description="`all`, a clause, or a theme of Annex A.")
    percent: int
    met: int
    partly: int
    unmet: int
    unassessed: int
    not_applicable: int
    total: int


class Difference(Schema):
    """A requirement that two assessments see differently."""

    ref: str
    title: str
    before: str | None = Field(description="Its conformity before; null when it was not there.")
    after: str | None
    maturity_before: int | None
    maturity_after: int | None


@router.get("assessments/", response=Page[AssessmentOut])
@reads(Permission.GAP_READ)
def list_assessments(request: Request, of: Query[OfScope], paging: Query[Paging]) -> dict[str, object]:
    """List the assessments of a scope."""
    return page(queries.assessments(request.actor, scope_of(request, of.scope)), paging, SORTS, "-number", show)


@router.post("assessments/", response={201: AssessmentOut})
@reads(Permission.GAP_EDIT)
def start_assessment(
    request: Request, response: HttpResponse, of: Query[OfScope], payload: AssessmentIn
) -> Status[AssessmentOut]:
    """Open an assessment, empty or as a copy."""
    actor, scope = request.actor, scope_of(request, of.scope)
    made = gap.start_assessment(
        actor=actor,
        scope=scope,
        framework=catalog.framework_for(actor, payload.framework) if payload.framework else None,
        title=payload.title,
        copy_from=queries.assessment_for(actor, scope, payload.copy_from) if payload.copy_from else None,
        close_open=payload.close_open,
    )
    response["Location"] = f"/api/v1/gap/assessments/{made.number}?scope={scope.slug}"
    return Status(201, etags.tagged(response, show(made)))


@router.get("assessments/{int:number}", response=AssessmentOut)
@reads(Permission.GAP_READ)
def read_assessment(request: Request, response: HttpResponse, number: int, of: Query[OfScope]) -> AssessmentOut:
    """Read one assessment."""
    return etags.tagged(response, show(assessment_of(request, of, number)))


@router.patch("assessments/{int:number}", response=AssessmentOut)
@reads(Permission.GAP_EDIT)
def rename_assessment(
    request: Request, response: HttpResponse, number: int, of: Query[OfScope], payload: AssessmentChange
) -> AssessmentOut:
    """Give an assessment another title."""
    key = assessment_of(request, of, number).pk
    found = etags.current(request, GapAssessment, key, lambda: assessment_of(request, of, number), show, payload)
    gap.rename_assessment(actor=request.actor, assessment=found, title=payload.title)
    return etags.tagged(response, show(assessment_of(request, of, number)))


@router.post("assessments/{int:number}/close", response=AssessmentOut)
@reads(Permission.GAP_EDIT)
def close_assessment(request: Request, number: int, of: Query[OfScope]) -> AssessmentOut:
    """Close an assessment; from then on it only shows how things stood."""
    found = assessment_of(request, of, number)
    gap.close_assessment(actor=request.actor, assessment=found)
    return show(found)


@router.get("assessments/{int:number}/readiness", response=list[Counts])
@reads(Permission.GAP_READ)
def read_readiness(request: Request, number: int, of: Query[OfScope]) -> list[Counts]:
    """Read the readiness: of everything, of each clause and of each theme."""
    rows = list(queries.listed(assessment_of(request, of, number)))
    groups = [*queries.by_clause(rows), *queries.by_theme(rows)]
    return [_counts("all", queries.overall(rows)), *(_counts(group.key, group.readiness) for group in groups)]


@router.get("assessments/{int:number}/compare", response=list[Difference])
@reads(Permission.GAP_READ)
def compare_assessments(request: Request, number: int, of: Query[OfScope], since: Query[int] = 1) -> list[Difference]:
    """List what this assessment sees otherwise than an earlier one (`since`, its number)."""
    before, after = (assessment_of(request, of, each) for each in (since, number))
    return [
        Difference(
            ref=each.ref,
            title=each.title,
            before=each.before.conformity if each.before else None,
            after=each.after.conformity if each.after else None,
            maturity_before=each.before.maturity if each.before else None,
            maturity_after=each.after.maturity if each.after else None,
        )
        for each in queries.compare(before, after)
    ]


def _counts(part: str, found: Readiness) -> Counts:
    names = ("percent", "met", "partly", "unmet", "unassessed", "not_applicable", "total")
    return Counts(part=part, **{name: getattr(found, name) for name in names})


def show(assessment: GapAssessment) -> AssessmentOut:
    """Show an assessment."""
    return AssessmentOut(
        id=assessment.pk,
        number=assessment.number,
        title=assessment.title,
        scope=assessment.scope.slug,
        framework=assessment.framework.slug,
        is_open=assessment.is_open,
        started=assessment.started_at,
        changed=assessment.changed_at,
        closed=assessment.closed_at,
    )
