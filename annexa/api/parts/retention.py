"""How long records are kept, what holds them, and what is disposed of."""

import uuid
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api.access import Request, reads
from annexa.api.fields import Line, Member, Word, member
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.organizations.permissions import Permission
from annexa.records import retention
from annexa.records.models import Hold, Tombstone
from annexa.records.services import retention as services

router = Router(tags=["Retention"])
ClassName = Literal["tasks", "risks", "assets", "gap", "evidence", "findings", "invitations"]
SORTS = {"proposed": "proposed_at"}
HOLD_SORTS = {"placed": "placed_at"}
ITEM_SORTS = {"ended": "ended_on"}


class RuleOut(Schema):
    """A class of records with its rule, and how many there are."""

    record_class: ClassName
    months: int | None = Field(description="How long one is kept after it ended; null for ever.")
    basis: str
    ended: int
    past: int = Field(description="How many are past their time.")
    held: int = Field(description="How many of those are on hold.")


class RuleIn(Schema):
    """How long a class of records is kept."""

    months: int | None = Field(None, ge=1, le=1200, description="Null for ever.", examples=[36])
    basis: Line = Field("", examples=["ISO/IEC 27001, 7.5.3 f"])


class HoldOut(Schema):
    """A legal hold."""

    id: uuid.UUID
    record_class: str = Field(description="Empty for everything.")
    record_id: uuid.UUID | None
    record: str
    reason: str
    placed: datetime
    placed_by: Member | None
    released: datetime | None
    released_by: Member | None
    release_reason: str


class HoldIn(Schema):
    """What to hold, and why."""

    reason: Line = Field(examples=["Case 12/2026"])
    record_class: ClassName | Literal[""] = ""
    record: Word = Field("", description="One record of the class, by reference or id.", examples=["RISK-12"])


class Release(Schema):
    """Why a hold ends."""

    reason: Line


class Proposal(Schema):
    """Which class to put forward."""

    record_class: ClassName


class DisposalOut(Schema):
    """Records that were put forward together, and what was decided. A person approves on the page."""

    id: uuid.UUID
    record_class: ClassName
    months: int
    basis: str
    state: Literal["proposed", "approved", "done", "refused"]
    records: int
    destroyed: int
    kept: int
    proposed: datetime
    proposed_by: Member | None
    decided: datetime | None
    decided_by: Member | None
    note: str
    done: datetime | None


class TombstoneOut(Schema):
    """A record of a disposal, or what is left of it."""

    id: uuid.UUID
    subject_type: str
    subject_id: uuid.UUID
    name: str = Field(description="Empty once it is destroyed.")
    ended_on: date
    digest: str = Field(description="SHA-256 of all that was destroyed.")
    rows: int
    destroyed: datetime | None
    kept_because: str


@router.get("rules", response=list[RuleOut])
@reads(Permission.ACTIVITY_READ)
def list_rules(request: Request) -> list[RuleOut]:
    """List the classes of records with their rules."""
    return [_rule(line) for line in retention.overview(request.actor)]


@router.post("rules/{record_class}", response=RuleOut)
@reads(Permission.RECORDS_KEEP)
def set_rule(request: Request, record_class: ClassName, payload: RuleIn) -> RuleOut:
    """Say how long a class is kept."""
    services.set_rule(actor=request.actor, record_class=record_class, **payload.model_dump())
    found = retention.overview(request.actor)
    return next(_rule(line) for line in found if line.record_class.key == record_class)


@router.get("holds", response=Page[HoldOut])
@reads(Permission.ACTIVITY_READ)
def list_holds(request: Request, paging: Query[Paging]) -> dict[str, object]:
    """List legal holds, those that were released among them."""
    return page(retention.holds(request.actor), paging, HOLD_SORTS, "-placed", _hold)


@router.post("holds", response={201: HoldOut})
@reads(Permission.RECORDS_KEEP)
def place_hold(request: Request, payload: HoldIn) -> Status[HoldOut]:
    """Keep everything, a class or one record from disposal."""
    return Status(201, _hold(services.place_hold(actor=request.actor, **payload.model_dump())))


@router.post("holds/{hold_id}/release", response=HoldOut)
@reads(Permission.RECORDS_KEEP)
def release_hold(request: Request, hold_id: uuid.UUID, payload: Release) -> HoldOut:
    """End a hold."""
    found = retention.hold_for(request.actor, hold_id)
    services.release_hold(actor=request.actor, hold=found, reason=payload.reason)
    return _hold(retention.hold_for(request.actor, hold_id))


@router.get("disposals", response=Page[DisposalOut])
@reads(Permission.ACTIVITY_READ)
def list_disposals(request: Request, paging: Query[Paging]) -> dict[str, object]:
    """List disposals."""
    return page(retention.disposals(request.actor), paging, SORTS, "-proposed", _disposal)


@router.post("disposals", response={201: DisposalOut})
@reads(Permission.RECORDS_KEEP)
def propose_disposal(request: Request, response: HttpResponse, payload: Proposal) -> Status[DisposalOut]:
    """Put forward what is past its time; somebody else approves, on the page."""
    made = services.propose_disposal(actor=request.actor, record_class=payload.record_class)
    response["Location"] = f"/api/v1/retention/disposals/{made.pk}"
    return Status(201, _disposal(retention.disposal_for(request.actor, made.pk)))


@router.get("disposals/{disposal_id}", response=DisposalOut)
@reads(Permission.ACTIVITY_READ)
def read_disposal(request: Request, disposal_id: uuid.UUID) -> DisposalOut:
    """Read one disposal."""
    return _disposal(retention.disposal_for(request.actor, disposal_id))


@router.get("disposals/{disposal_id}/records", response=Page[TombstoneOut])
@reads(Permission.ACTIVITY_READ)
def list_tombstones(request: Request, disposal_id: uuid.UUID, paging: Query[Paging]) -> dict[str, object]:
    """List the records of a disposal, or what is left of them."""
    found = retention.items(retention.disposal_for(request.actor, disposal_id))
    return page(found, paging, ITEM_SORTS, "ended", _tombstone)


@router.post("disposals/{disposal_id}/withdraw", response=DisposalOut)
@reads(Permission.RECORDS_KEEP)
def withdraw_disposal(request: Request, disposal_id: uuid.UUID) -> DisposalOut:
    """Take back what was put forward."""
    services.withdraw_disposal(actor=request.actor, disposal=retention.disposal_for(request.actor, disposal_id))
    return _disposal(retention.disposal_for(request.actor, disposal_id))


def _rule(line: retention.Line) -> RuleOut:
    rule = line.rule
    return RuleOut(
        record_class=line.record_class.key,  # type: ignore[arg-type]
        months=rule.months if rule else None,
        basis=rule.basis if rule else "",
        ended=line.ended,
        past=line.past,
        held=line.held,
    )


def _hold(hold: Hold) -> HoldOut:
    return HoldOut(
        id=hold.pk,
        record_class=hold.record_class,
        record_id=hold.subject_id,
        record=hold.subject_name,
        reason=hold.reason,
        placed=hold.placed_at,
        placed_by=member(hold.placed_by),
        released=hold.released_at,
        released_by=member(hold.released_by),
        release_reason=hold.release_reason,
    )


def _disposal(disposal: Any) -> DisposalOut:
    names = ("record_class", "months", "basis", "state", "destroyed", "kept", "note")
    return DisposalOut(
        id=disposal.pk,
        records=disposal.number,
        proposed=disposal.proposed_at,
        proposed_by=member(disposal.proposed_by),
        decided=disposal.decided_at,
        decided_by=member(disposal.decided_by),
        done=disposal.done_at,
        **{name: getattr(disposal, name) for name in names},
    )


def _tombstone(stone: Tombstone) -> TombstoneOut:
    names = ("subject_type", "subject_id", "name", "ended_on", "digest", "rows", "kept_because")
    return TombstoneOut(id=stone.pk, destroyed=stone.destroyed_at, **{name: getattr(stone, name) for name in names})
