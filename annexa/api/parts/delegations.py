"""Who stands in for whom."""

import uuid
from datetime import date, datetime
from typing import Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Status

from annexa.api.access import Request, reads, scope_named
from annexa.api.fields import Line, Member, member, owner_of
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.lib.errors import UserError
from annexa.organizations import delegations as queries
from annexa.organizations import services
from annexa.organizations.models import Delegation
from annexa.organizations.permissions import Permission

router = Router(tags=["Members"])
SORTS = {"starts_on": "starts_on", "ends_on": "ends_on"}
Kind = Literal["tasks", "acceptance"]


class DelegationOut(Schema):
    """Somebody who stands in for a member from one day to another."""

    id: uuid.UUID
    kind: Kind
    absent: Member | None
    stand_in: Member | None
    scope: str = Field(description="Slug of the scope it holds in; empty for all.")
    starts_on: date
    ends_on: date
    reason: str
    state: Literal["coming", "running", "over"]
    given: datetime
    ended: datetime | None


class DelegationIn(Schema):
    """Who stands in: for you, or for a member who cannot say so, with a reason."""

    kind: Kind
    stand_in: uuid.UUID
    starts_on: date
    ends_on: date
    absent: uuid.UUID | None = None
    scope: Line | None = None
    reason: Line = ""


@router.get("", response=Page[DelegationOut])
@reads(Permission.TASK_WORK)
def list_delegations(request: Request, paging: Query[Paging]) -> dict[str, object]:
    """List what you gave and were given; everybody's for who keeps the members."""
    return page(queries.visible_to(request.actor), paging, SORTS, "-starts_on", _show)


@router.post("", response={201: DelegationOut})
@reads(Permission.TASK_WORK)
def delegate(request: Request, response: HttpResponse, payload: DelegationIn) -> Status[DelegationOut]:
    """Let a member stand in."""
    given = payload.model_dump()
    stand_in = owner_of(request.actor, given.pop("stand_in"))
    if stand_in is None:
        sentence = _("Say who stands in.")
        raise UserError(sentence, {"stand_in": sentence})
    absent, scope = owner_of(request.actor, given.pop("absent")), scope_named(request, given.pop("scope"))
    made = services.delegate(actor=request.actor, scope=scope, stand_in=stand_in, absent=absent, **given)
    response["Location"] = f"/api/v1/delegations/{made.pk}"
    return Status(201, _show(queries.delegation_for(request.actor, made.pk)))


@router.get("{uuid:delegation_id}", response=DelegationOut)
@reads(Permission.TASK_WORK)
def read_delegation(request: Request, delegation_id: uuid.UUID) -> DelegationOut:
    """Read one of them."""
    return _show(queries.delegation_for(request.actor, delegation_id))


@router.post("{uuid:delegation_id}/end", response=DelegationOut)
@reads(Permission.TASK_WORK)
def end_delegation(request: Request, delegation_id: uuid.UUID) -> DelegationOut:
    """End it before its day."""
    services.end_delegation(actor=request.actor, delegation=queries.delegation_for(request.actor, delegation_id))
    return _show(queries.delegation_for(request.actor, delegation_id))


def _show(found: Delegation) -> DelegationOut:
    return DelegationOut(
        id=found.pk, kind=found.kind, absent=member(found.absent), stand_in=member(found.stand_in),  # type: ignore[arg-type]
        scope=found.scope.slug if found.scope else "", starts_on=found.starts_on, ends_on=found.ends_on,
        reason=found.reason, state=found.state, given=found.given_at, ended=found.ended_at,  # type: ignore[arg-type]
    )  # fmt: skip
