"""Tokens: which program may do what as whom."""

import uuid
from datetime import datetime

from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api.access import Request, reads
from annexa.api.fields import Line, Member, Word, member
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.organizations import queries
from annexa.organizations.models import ApiToken
from annexa.organizations.permissions import Permission
from annexa.organizations.services import tokens

router = Router(tags=["Tokens"])
SORTS = {"created": "created_at", "name": "name", "expires": "expires_at"}


class TokenOut(Schema):
    """A token, without its text."""

    id: uuid.UUID
    name: str
    member: Member | None
    permissions: list[str]
    created: datetime
    expires: datetime
    last_used: datetime | None
    revoked: datetime | None


class NewToken(TokenOut):
    """A token with its text, which is shown this once."""

    token: str


class TokenIn(Schema):
    """A token for a program that acts as you, with some of your permissions."""

    name: Line = Field(examples=["Dashboard"])
    permissions: list[Word] = Field(min_length=1, max_length=100, examples=[["task:work", "soa:read"]])
    days: int = Field(tokens.USUAL_DAYS, ge=1, le=tokens.MOST_DAYS)


@router.get("", response=Page[TokenOut])
@reads(Permission.TOKEN_USE)
def list_tokens(request: Request, paging: Query[Paging]) -> dict[str, object]:
    """List your tokens; whoever changes members sees everybody's."""
    return page(queries.tokens(request.actor), paging, SORTS, "-created", show)


@router.post("", response={201: NewToken})
@reads(Permission.TOKEN_USE)
def create_token(request: Request, payload: TokenIn) -> Status[NewToken]:
    """Make a token with no more rights than the one you use."""
    made, text = tokens.create_token(
        actor=request.actor, name=payload.name, permissions=payload.permissions, days=payload.days
    )
    request.shown_once = True
    return Status(201, NewToken(**show(made).model_dump(), token=text))


@router.delete("{token_id}", response={204: None})
@reads(Permission.TOKEN_USE)
def revoke_token(request: Request, response: HttpResponse, token_id: uuid.UUID) -> Status[None]:
    """Make a token worthless at once."""
    tokens.revoke_token(actor=request.actor, token=queries.token_for(request.actor, token_id))
    return Status(204, None)


def show(token: ApiToken) -> TokenOut:
    """Show a token."""
    return TokenOut(
        id=token.pk,
        name=token.name,
        member=member(token.membership),
        permissions=token.permissions,
        created=token.created_at,
        expires=token.expires_at,
        last_used=token.last_used_at,
        revoked=token.revoked_at,
    )
