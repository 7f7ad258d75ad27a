"""Members."""

import uuid
from datetime import date, datetime
from typing import Literal

from django.http import HttpResponse
from ninja import Field, Query, Router

from annexa.api import etags
from annexa.api.access import Request, reads, scope_named
from annexa.api.fields import Line
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.organizations import queries, services
from annexa.organizations.models import Membership
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import Role
from annexa.ui import sources

router = Router(tags=["Members"])
SORTS = {"name": "person__name", "role": "role", "ends": "expires_on", "since": "created_at"}
State = Literal["active", "ended"]


class MemberOut(Schema):
    """A person in the organisation."""

    id: uuid.UUID
    name: str
    email: str
    role: Role
    job_title: str
    scope: str = Field(description="Slug of the one ISMS scope they are limited to; empty for all.")
    expires: date | None
    deactivated: datetime | None
    state: State
    since: datetime


class MemberChange(Schema):
    """What to change; what is left out stays."""

    role: Role | None = None
    scope: Line | None = Field(None, description="Slug of one ISMS scope; empty for all.")
    expires: date | None = None


class MemberFilters(Schema):
    """Which members."""

    q: Line = Field("", description="Words of name or e-mail address.")
    role: Role | None = None


@router.get("", response=Page[MemberOut])
@reads(Permission.MEMBERS_READ)
def list_members(request: Request, filters: Query[MemberFilters], paging: Query[Paging]) -> dict[str, object]:
    """List the members you work with."""
    rows = sources.search(queries.members(request.actor), filters.q, ("person__name", "person__email"))
    assert not isinstance(rows, list)
    return page(rows.filter(role=filters.role) if filters.role else rows, paging, SORTS, "name", show)


@router.get("{membership_id}", response=MemberOut)
@reads(Permission.MEMBERS_READ)
def read_member(request: Request, response: HttpResponse, membership_id: uuid.UUID) -> MemberOut:
    """Read one member."""
    return etags.tagged(response, show(queries.member_for(request.actor, membership_id)))


@router.patch("{membership_id}", response=MemberOut)
@reads(Permission.MEMBERS_EDIT)
def change_member(
    request: Request, response: HttpResponse, membership_id: uuid.UUID, payload: MemberChange
) -> MemberOut:
    """Give a member another role, scope or end date."""
    actor = request.actor
    found = etags.current(
        request, Membership, membership_id, lambda: queries.member_for(actor, membership_id), show, payload
    )
    given = payload.model_fields_set
    services.change_membership(
        actor=actor,
        membership=found,
        role=payload.role or Role(found.role),
        scope=scope_named(request, payload.scope) if "scope" in given else found.scope,
        expires_on=payload.expires if "expires" in given else found.expires_on,
    )
    return etags.tagged(response, show(queries.member_for(actor, membership_id)))


@router.post("{membership_id}/deactivate", response=MemberOut)
@reads(Permission.MEMBERS_EDIT)
def deactivate_member(request: Request, membership_id: uuid.UUID) -> MemberOut:
    """End a person's access at once; what they did stays."""
    found = queries.member_for(request.actor, membership_id)
    services.deactivate_membership(actor=request.actor, membership=found)
    return show(found)


@router.post("{membership_id}/reactivate", response=MemberOut)
@reads(Permission.MEMBERS_EDIT)
def reactivate_member(request: Request, membership_id: uuid.UUID) -> MemberOut:
    """Give a deactivated member access again."""
    found = queries.member_for(request.actor, membership_id)
    services.reactivate_membership(actor=request.actor, membership=found)
    return show(found)


def show(member: Membership) -> MemberOut:
    """Show a member."""
    return MemberOut(
        id=member.pk,
        name=str(member),
        email=member.person.email,
        role=Role(member.role),
        job_title=member.job_title,
        scope=member.scope.slug if member.scope else "",
        expires=member.expires_on,
        deactivated=member.deactivated_at,
        state="active" if member.is_active() else "ended",
        since=member.created_at,
    )
