"""ISMS scopes and the industry profile of each."""

import uuid
from datetime import datetime

from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads, scope_of
from annexa.api.fields import Line, Text, Word, whole
from annexa.api.paging import Page, Paging, page_of
from annexa.api.schema import Schema
from annexa.isms import queries as isms
from annexa.isms import services
from annexa.isms.profiles import Answers
from annexa.lib.errors import NotFound
from annexa.organizations import queries
from annexa.organizations import services as organizations
from annexa.organizations.models import Scope
from annexa.organizations.permissions import Permission

router = Router(tags=["Scopes"])
SORTS = {"name": lambda scope: scope.name, "slug": lambda scope: scope.slug}


class ScopeOut(Schema):
    """A scope of the ISMS (clause 4.3)."""

    id: uuid.UUID
    slug: str
    name: str
    statement: str
    sites: str
    headcount: int | None
    boundaries: str
    interfaces: str
    is_default: bool
    changed: datetime


class ScopeIn(Schema):
    """A further scope."""

    name: Line = Field(examples=["Payments"])
    statement: Text = ""


class ScopeChange(Schema):
    """What to change; what is left out stays."""

    name: Line | None = None
    statement: Text | None = None
    sites: Text | None = None
    headcount: int | None = Field(None, ge=0, le=100_000_000)
    boundaries: Text | None = None
    interfaces: Text | None = None


class Profile(Schema):
    """The answers of the guided start."""

    profile: Word = Field(examples=["saas"])
    size: Word = Field(examples=["medium"])
    protects: list[Word] = Field([], max_length=50, examples=[["customer_data"]])


@router.get("", response=Page[ScopeOut])
@reads(Permission.CONTEXT_READ)
def list_scopes(request: Request, paging: Query[Paging]) -> dict[str, object]:
    """List the scopes you may see."""
    return page_of(queries.scopes(request.actor), paging, SORTS, "name", show)


@router.post("", response={201: ScopeOut})
@reads(Permission.ORGANIZATION_EDIT)
def create_scope(request: Request, response: HttpResponse, payload: ScopeIn) -> Status[ScopeOut]:
    """Add a scope."""
    made = organizations.create_scope(actor=request.actor, **payload.model_dump())
    response["Location"] = f"/api/v1/scopes/{made.slug}"
    return Status(201, etags.tagged(response, show(made)))


@router.get("{slug}", response=ScopeOut)
@reads(Permission.CONTEXT_READ)
def read_scope(request: Request, response: HttpResponse, slug: str) -> ScopeOut:
    """Read one scope."""
    return etags.tagged(response, show(scope_of(request, slug)))


@router.patch("{slug}", response=ScopeOut)
@reads(Permission.CONTEXT_EDIT)
def change_scope(request: Request, response: HttpResponse, slug: str, payload: ScopeChange) -> ScopeOut:
    """Describe a scope; its slug stays."""
    key = scope_of(request, slug).pk
    found = etags.current(request, Scope, key, lambda: scope_of(request, slug), show, payload)
    services.describe_scope(actor=request.actor, scope=found, **whole(payload, "headcount"))
    return etags.tagged(response, show(scope_of(request, slug)))


@router.get("{slug}/profile", response=Profile)
@reads(Permission.CONTEXT_READ)
def read_profile(request: Request, slug: str) -> Profile:
    """Read what the guided start of a scope was answered; 404 before it."""
    answers = isms.answers_for(scope_of(request, slug))
    if answers is None:
        raise NotFound("Nothing is chosen yet.")
    return Profile(profile=answers.profile, size=answers.size, protects=list(answers.protects))


@router.post("{slug}/profile", response=Profile)
@reads(Permission.CONTEXT_EDIT)
def choose_profile(request: Request, slug: str, payload: Profile) -> Profile:
    """Load an industry profile: rows of an earlier one that nobody changed are replaced."""
    answers = Answers(payload.profile, payload.size, tuple(payload.protects))
    services.choose_profile(actor=request.actor, scope=scope_of(request, slug), answers=answers)
    return payload


def show(scope: Scope) -> ScopeOut:
    """Show a scope."""
    names = ("slug", "name", "statement", "sites", "headcount", "boundaries", "interfaces", "is_default")
    return ScopeOut(id=scope.pk, changed=scope.changed_at, **{name: getattr(scope, name) for name in names})
