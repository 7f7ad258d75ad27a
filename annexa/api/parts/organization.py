"""The organisation itself."""

import uuid
from datetime import datetime

from django.http import HttpResponse
from ninja import Field, Router

from annexa.api import etags
from annexa.api.access import Request, reads
from annexa.api.fields import Line, Word, whole
from annexa.api.schema import Schema
from annexa.organizations import services
from annexa.organizations.models import Organization
from annexa.organizations.permissions import Permission

router = Router(tags=["Organisation"])


class OrganizationOut(Schema):
    """An organisation with its settings."""

    id: uuid.UUID
    slug: str
    name: str
    legal_name: str
    time_zone: str
    currency: str
    language: str
    four_eyes_relaxed: bool = Field(description="A person decides that on its page, never a program.")
    four_eyes_reason: str
    created: datetime


class OrganizationChange(Schema):
    """What to change; what is left out stays."""

    name: Line | None = None
    legal_name: Line | None = None
    time_zone: Line | None = Field(None, examples=["Europe/Lisbon"])
    currency: Word | None = Field(None, examples=["EUR"])
    language: Word | None = Field(None, examples=["en"])


@router.get("", response=OrganizationOut)
@reads(Permission.CATALOG_READ)
def read_organization(request: Request, response: HttpResponse) -> OrganizationOut:
    """Read the organisation of the token."""
    return etags.tagged(response, show(request.actor.organization))


@router.patch("", response=OrganizationOut)
@reads(Permission.ORGANIZATION_EDIT)
def change_organization(request: Request, response: HttpResponse, payload: OrganizationChange) -> OrganizationOut:
    """Change name, legal name, time zone, currency or language."""
    actor = request.actor

    def read() -> Organization:
        actor.organization.refresh_from_db()
        return actor.organization

    etags.current(request, Organization, actor.organization_id, read, show, payload)
    services.update_organization(actor=actor, **whole(payload))
    return etags.tagged(response, show(actor.organization))


def show(organization: Organization) -> OrganizationOut:
    """Show an organisation."""
    return OrganizationOut(
        id=organization.pk,
        slug=organization.slug,
        name=organization.name,
        legal_name=organization.legal_name,
        time_zone=organization.time_zone,
        currency=organization.currency,
        language=organization.language,
        four_eyes_relaxed=organization.four_eyes_relaxed,
        four_eyes_reason=organization.four_eyes_reason,
        created=organization.created_at,
    )
