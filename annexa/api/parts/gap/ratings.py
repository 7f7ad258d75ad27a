"""What an assessment says of each requirement and control."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router

from annexa.api import etags
from annexa.api.access import Request, reads
from annexa.api.fields import Done, Line, Member, OfScope, Text, member, owner_of
from annexa.api.paging import Page, Paging, page_of
from annexa.api.parts.gap.access import assessment_of
from annexa.api.schema import Schema
from annexa.lib.errors import UserError, about
from annexa.organizations.access import Actor
from annexa.organizations.permissions import Permission
from annexa.treatment.models import Conformity, GapRating
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap
from annexa.ui import sources

router = Router(tags=["Gap analysis"])
MOST = 1000
ORDER = list(Conformity.values)
Conform = Literal["not_assessed", "nonconforming", "partial", "conforming", "not_applicable"]
Level = Annotated[int, Field(ge=0, le=5)]
SORTS = {
    "title": lambda row: row.requirement.sort_key,
    "conformity": lambda row: ORDER.index(row.conformity),
    "maturity": lambda row: row.maturity,
    "action": lambda row: row.action.casefold(),
    "owner": lambda row: str(row.owner).casefold() if row.owner else None,
    "effort": lambda row: row.effort,
    "due": lambda row: row.due,
}


class RatingOut(Schema):
    """What an assessment says of one requirement or control, and what is to be done."""

    id: uuid.UUID
    ref: str
    title: str
    part: Literal["requirement", "control"]
    group: str = Field(description="The clause or the theme of Annex A it stands under.")
    conformity: Conform
    maturity: int | None
    target: int
    note: str
    action: str
    owner: Member | None
    effort: float | None = Field(description="Days.")
    due: date | None
    evidence: int
    changed: datetime


class RatingChange(Schema):
    """What to change; what is left out stays, null empties."""

    conformity: Conform | None = None
    maturity: Level | None = None
    target: Level | None = None
    note: Text | None = None
    action: Line | None = None
    owner: uuid.UUID | None = None
    effort: float | None = Field(None, gt=0, lt=10_000, description="Days.")
    due: date | None = None


class SeenRating(RatingChange):
    """A change of one row; with `seen`, a field that somebody else has changed since is refused with 409."""

    seen: RatingChange | None = None


class OneRatingChange(RatingChange):
    """A change of one row among many."""

    id: uuid.UUID


class RatingChanges(Schema):
    """RatingChanges of many rows: all or none."""

    rows: list[OneRatingChange] = Field(min_length=1, max_length=MOST)


class RatingFilters(OfScope):
    """Which rows; named as on the page."""

    q: Line = Field("", description="Words of id, title, action or owner.")
    part: Literal["requirement", "control"] | None = None
    conformity: list[Conform] = Field([], max_length=5)
    clause: list[Line] = Field([], max_length=20, description="4 to 10.")
    theme: list[Line] = Field([], max_length=20)
    owner: Line = Field("", description="Id of a member, or `none`.")
    mandatory: bool = Field(False, description="Only those that ask for a document.")
    new: bool = Field(False, description="Only controls that are new in 2022.")


@router.get("assessments/{int:number}/ratings", response=Page[RatingOut])
@reads(Permission.GAP_READ)
def list_ratings(
    request: Request, number: int, filters: Query[RatingFilters], paging: Query[Paging]
) -> dict[str, object]:
    """List what an assessment says, requirement by requirement."""
    rows = list(queries.listed(assessment_of(request, filters, number)))
    return page_of(_narrowed(rows, filters), paging, SORTS, "title", show)


@router.post("assessments/{int:number}/ratings/bulk", response=Done)
@reads(Permission.GAP_RATE_OWN)
def change_ratings(request: Request, number: int, of: Query[OfScope], payload: RatingChanges) -> Done:
    """Change many rows, all or none; an error names the row and the field."""
    assessment = assessment_of(request, of, number)
    known = {row.pk: row for row in queries.listed(assessment).filter(pk__in=[each.id for each in payload.rows])}
    rows = []
    for change in payload.rows:
        with about(change.id):
            if change.id not in known:
                raise UserError("There is no such row.", {"id": "There is no such row."})
            rows.append((known[change.id], values_of(request.actor, change)))
    return Done(changed=gap.rate_each(actor=request.actor, assessment=assessment, rows=rows))


@router.get("ratings/{rating_id}", response=RatingOut)
@reads(Permission.GAP_READ)
def read_rating(request: Request, response: HttpResponse, rating_id: uuid.UUID) -> RatingOut:
    """Read one row."""
    return etags.tagged(response, show(queries.rating_for(request.actor, rating_id)))


@router.patch("ratings/{rating_id}", response=RatingOut)
@reads(Permission.GAP_RATE_OWN)
def change_rating(request: Request, response: HttpResponse, rating_id: uuid.UUID, payload: SeenRating) -> RatingOut:
    """Rate one requirement, plan what to do, hand it to somebody."""
    actor = request.actor
    found = etags.current(request, GapRating, rating_id, lambda: queries.rating_for(actor, rating_id), show, payload)
    seen = values_of(actor, payload.seen) if payload.seen else None
    gap.rate_requirement(actor=actor, rating=found, values=values_of(actor, payload), seen=seen)
    return etags.tagged(response, show(queries.rating_for(actor, rating_id)))


def values_of(actor: Actor, payload: RatingChange) -> dict[str, Any]:
    """Return the values that a change gives, with the member for the owner's id."""
    given = {name: value for name, value in payload.model_dump(exclude_unset=True).items() if name in WRITTEN}
    for name in ("note", "action"):
        if name in given:
            given[name] = given[name] or ""
    given = {name: value for name, value in given.items() if value is not None or name not in ("conformity", "target")}
    if "owner" in given:
        given["owner"] = owner_of(actor, given["owner"])
    return given


WRITTEN = set(RatingChange.model_fields)


def _narrowed(rows: list[GapRating], filters: RatingFilters) -> Iterable[GapRating]:
    found = sources.search(rows, filters.q, ("requirement__ref", "requirement__title", "action", "owner__person__name"))
    groups = {*filters.clause, *filters.theme}
    for row in found:
        requirement = row.requirement
        if (
            filters.part in (None, requirement.kind)
            and (not filters.conformity or row.conformity in filters.conformity)
            and (not groups or _group(row) in groups)
            and filters.owner in ("", str(row.owner_id or "none"))
            and (not filters.mandatory or requirement.documented)
            and (not filters.new or requirement.is_new)
        ):
            yield row


def _group(row: GapRating) -> str:
    requirement = row.requirement
    return requirement.ref.split(".")[0] if requirement.kind == "requirement" else requirement.theme


def show(row: GapRating) -> RatingOut:
    """Show a row."""
    return RatingOut(
        id=row.pk,
        ref=row.requirement.ref,
        title=queries.heading(row.requirement),
        part=row.requirement.kind,  # type: ignore[arg-type]
        group=_group(row),
        conformity=row.conformity,  # type: ignore[arg-type]
        maturity=row.maturity,
        target=row.target,
        note=row.note,
        action=row.action,
        owner=member(row.owner),
        effort=float(row.effort) if row.effort is not None else None,
        due=row.due,
        evidence=queries.evidence_count(row),
        changed=row.changed_at,
    )
