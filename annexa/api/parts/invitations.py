"""Invitations that wait for an answer."""

import uuid
from datetime import date, datetime

from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api.access import Request, reads, scope_named
from annexa.api.fields import Email, Line
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.lib.errors import NotFound
from annexa.organizations import queries, services
from annexa.organizations.models import Invitation
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import Role

router = Router(tags=["Members"])
SORTS = {"created": "created_at", "email": "email", "expires": "expires_at"}


class InvitationOut(Schema):
    """An invitation by e-mail; its link is in the e-mail only."""

    id: uuid.UUID
    email: str
    role: Role
    scope: str
    membership_expires: date | None
    created: datetime
    expires: datetime


class InvitationIn(Schema):
    """Whom to invite, and on which terms."""

    email: Email = Field(max_length=254, examples=["samir@example.com"])
    role: Role
    scope: Line = Field("", description="Slug of one ISMS scope; empty for all.")
    membership_expires: date | None = None


@router.get("", response=Page[InvitationOut])
@reads(Permission.MEMBERS_READ)
def list_invitations(request: Request, paging: Query[Paging]) -> dict[str, object]:
    """List the invitations that wait for an answer."""
    return page(queries.invitations(request.actor), paging, SORTS, "-created", show)


@router.post("", response={201: InvitationOut})
@reads(Permission.MEMBERS_EDIT)
def invite(request: Request, payload: InvitationIn) -> Status[InvitationOut]:
    """Invite somebody by e-mail; an older invitation to the same address ends."""
    made = services.invite_person(
        actor=request.actor,
        email=payload.email,
        role=payload.role,
        scope=scope_named(request, payload.scope),
        expires_on=payload.membership_expires,
    )
    return Status(201, show(made))


@router.delete("{invitation_id}", response={204: None})
@reads(Permission.MEMBERS_EDIT)
def withdraw_invitation(request: Request, response: HttpResponse, invitation_id: uuid.UUID) -> Status[None]:
    """Make an invitation's link worthless."""
    found = queries.invitations(request.actor).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound("There is no such invitation.")
    services.withdraw_invitation(actor=request.actor, invitation=found)
    return Status(204, None)


def show(invitation: Invitation) -> InvitationOut:
    """Show an invitation."""
    return InvitationOut(
        id=invitation.pk,
        email=invitation.email,
        role=Role(invitation.role),
        scope=invitation.scope.slug if invitation.scope else "",
        membership_expires=invitation.membership_expires_on,
        created=invitation.created_at,
        expires=invitation.expires_at,
    )
