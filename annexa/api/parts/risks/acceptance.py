"""Signatures under risks, and the register as a file."""

import uuid
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api.access import Request, reads, scope_of
from annexa.api.confirm import Confirmed, confirm
from annexa.api.downloads import REPORT, send_report
from annexa.api.fields import Done, Line, Member, OfScope, Text, Word, member
from annexa.api.parts.risks.access import risks_of
from annexa.api.parts.risks.schemas import Closing
from annexa.api.schema import Schema
from annexa.lib import moments
from annexa.organizations.permissions import Permission
from annexa.reports.export import export
from annexa.reports.treatment import register_name, register_report
from annexa.risks.queries import risks as queries
from annexa.treatment.errors import lacks
from annexa.treatment.models import Acceptance
from annexa.treatment.queries import acceptance
from annexa.treatment.services import acceptance as services
from annexa.treatment.words import because

router = Router(tags=["Risks"])
Format = Literal["pdf", "docx", "xlsx", "csv"]
Place = Literal["owner", "role"]


class AsOf(OfScope):
    """Which ISMS scope, and as it stood when."""

    as_of: Line = Field("", description="A day or a moment; now if left out.", examples=["2026-10-31"])


class SignatureOut(Schema):
    """A signature, with the figures as they were."""

    id: uuid.UUID
    place: Place
    by: Member
    stands_in_for: Member | None
    at: datetime
    valid_until: date
    note: str
    figures: dict[str, Any]
    figures_hash: str
    ended: datetime | None
    because: list[str] = Field(description="Why it ended, or why it does not hold any more.")


class AcceptanceOut(Schema):
    """Where a risk stands on its way to acceptance."""

    is_accepted: bool
    is_reopened: bool
    awaited: list[Place]
    role: str = Field(description="The role that signs in addition, or empty.")
    lacking: list[str] = Field(description="What is missing before anybody can sign.")
    figures: dict[str, Any] | None = Field(description="What would be signed now.")
    seen: str = Field(description="The hash of it; send it with the signature.")
    signatures: list[SignatureOut]


class SignatureIn(Confirmed):
    """A signature under what was read: the decision, the plan and what remains."""

    seen: Line = Field(description="`seen` as it was read.")
    valid_until: date | None = Field(None, description="Left out, as long as the method says for the level.")
    note: Text = ""


class Ids(Schema):
    """Which risks."""

    ids: list[uuid.UUID] = Field(min_length=1, max_length=500)


@router.get("report/{format}", openapi_extra=REPORT)
@reads(Permission.RISK_READ)
def read_register_report(request: Request, format: Format, of: Query[AsOf]) -> HttpResponse:
    """Read the register of a scope as a file, as it stands or as it stood."""
    moment = moments.parse(of.as_of, "as_of") if of.as_of else None
    report = register_report(request.actor, scope_of(request, of.scope), moment)
    return send_report(export(report, format, register_name(request.actor)))


@router.get("{risk_id}/acceptance", response=AcceptanceOut)
@reads(Permission.RISK_READ)
def read_acceptance(request: Request, risk_id: Word) -> AcceptanceOut:
    """Read where a risk stands, what would be signed now, and every signature it ever had."""
    return _show(request, queries.risk_for(request.actor, risk_id))


@router.post("{risk_id}/acceptance", response={201: AcceptanceOut})
@reads(Permission.RISK_ASSESS_OWN)
def accept_risk(request: Request, risk_id: Word, payload: SignatureIn) -> Status[AcceptanceOut]:
    """Sign for a risk as its owner, as who stands in for them, or in the role that the method names."""
    found = queries.risk_for(request.actor, risk_id)
    confirm(request, payload)
    services.accept_risk(
        actor=request.actor, risk=found, seen=payload.seen, note=payload.note, valid_until=payload.valid_until
    )
    return Status(201, _show(request, queries.risk_for(request.actor, found.pk)))


@router.post("{risk_id}/acceptance/withdraw", response=AcceptanceOut)
@reads(Permission.RISK_ASSESS_OWN)
def withdraw_acceptance(request: Request, risk_id: Word, payload: Closing) -> AcceptanceOut:
    """Take a signature back, with a reason."""
    found = queries.risk_for(request.actor, risk_id)
    services.withdraw_acceptance(actor=request.actor, risk=found, reason=payload.reason)
    return _show(request, found)


@router.post("acceptance/ask", response=Done)
@reads(Permission.RISK_EDIT)
def ask_for_acceptance(request: Request, payload: Ids) -> Done:
    """Ask whoever has not signed for some risks yet."""
    found = risks_of(request, payload.ids)
    return Done(changed=services.ask_for_acceptance(actor=request.actor, risks=found))


def _show(request: Request, risk: Any) -> AcceptanceOut:
    kept = acceptance.signed(request.actor, risk)
    found = acceptance.standing(request.actor, risk, kept)
    holds = {each.acceptance.pk: each for each in found.signatures.values()}
    return AcceptanceOut(
        is_accepted=found.is_accepted,
        is_reopened=found.is_reopened,
        awaited=[] if found.lacking else found.awaited,  # type: ignore[arg-type]
        role=found.role,
        lacking=[lacks(each) for each in found.lacking],
        figures=dict(found.figures) if found.figures else None,
        seen=found.seen,
        signatures=[_signature(each, holds.get(each.pk)) for each in kept],
    )


def _signature(signed: Acceptance, signature: acceptance.Signature | None) -> SignatureOut:
    reasons = because(signed.ended_because)
    if signature:
        reasons = because(signature.reasons)
    by = member(signed.by)
    assert by is not None
    return SignatureOut(
        id=signed.pk, place=signed.capacity, by=by, stands_in_for=member(signed.stands_in_for), at=signed.at,  # type: ignore[arg-type]
        valid_until=signed.valid_until, note=signed.note, figures=signed.figures, figures_hash=signed.figures_hash,
        ended=signed.ended_at, because=reasons,
    )  # fmt: skip
