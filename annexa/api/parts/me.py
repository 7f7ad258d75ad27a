"""Who the token's member is and what the token may do."""

import uuid
from datetime import datetime

from ninja import Router

from annexa.api.access import Request
from annexa.api.schema import Schema
from annexa.organizations.models import ApiToken, Membership

router = Router(tags=["Me"])


class MyOrganization(Schema):
    """The organisation that the token belongs to."""

    id: uuid.UUID
    slug: str
    name: str
    time_zone: str
    language: str


class MyToken(Schema):
    """The token in use."""

    id: uuid.UUID
    name: str
    expires: datetime


class Me(Schema):
    """The member behind the token; `permissions` are those of both, the member and the token."""

    id: uuid.UUID
    name: str
    email: str
    role: str
    scope: str
    permissions: list[str]
    organization: MyOrganization
    token: MyToken


@router.get("", response=Me)
def read_me(request: Request) -> Me:
    """Say who you are here; every token may ask."""
    return show(request.token.membership, request.token, sorted(request.actor.permissions))


def show(member: Membership, token: ApiToken, permissions: list[str]) -> Me:
    """Show the member behind a token."""
    organization = token.organization
    return Me(
        id=member.pk,
        name=str(member),
        email=member.person.email,
        role=member.role,
        scope=member.scope.slug if member.scope else "",
        permissions=permissions,
        organization=MyOrganization(
            id=organization.pk,
            slug=organization.slug,
            name=organization.name,
            time_zone=organization.time_zone,
            language=organization.language,
        ),
        token=MyToken(id=token.pk, name=token.name, expires=token.expires_at),
    )
