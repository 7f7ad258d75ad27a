"""What a token's text says, whose it is, and what its bearer may do."""

import base64
import uuid

from django.db import models

from annexa.lib import clock
from annexa.lib.database.remembered import Remembered
from annexa.lib.tokens import new_token, token_hash
from annexa.organizations.access import Actor
from annexa.organizations.models import ApiToken
from annexa.organizations.permissions import Permission

PREFIX = "annexa"


def new_text(organization_id: uuid.UUID) -> str:
    """Return the text of a new token; it names the organisation, so that it can be recognised under row security."""
    name = base64.b32encode(organization_id.bytes).decode().rstrip("=").lower()
    return f"{PREFIX}_{name}_{new_token()}"


def organization_of(text: str) -> uuid.UUID | None:
    """Return the organisation that a token's text names, or None for anything else."""
    parts = text.split("_", 2)
    if len(parts) != 3 or parts[0] != PREFIX or len(parts[1]) != 26:
        return None
    try:
        return uuid.UUID(bytes=base64.b32decode(parts[1].upper() + "======"))
    except ValueError:
        return None


def recognise(text: str) -> ApiToken | None:
    """Return the live token of an active member; the caller has entered the organisation that the text names."""
    organization_id = organization_of(text)
    if organization_id is None:
        return None
    hashed = token_hash(text)
    token = _known.get(hashed, lambda: _read(organization_id, hashed))
    return token if token and token.is_live and token.membership.is_active() else None


def _rows_of(token: ApiToken) -> list[models.Model]:
    return [token, token.membership, token.membership.person, token.organization]


_known: Remembered[ApiToken] = Remembered(_rows_of)


def _read(organization_id: uuid.UUID, hashed: str) -> ApiToken | None:
    found = ApiToken.objects.select_related("organization", "membership__person", "membership__organization")
    return found.filter(organization_id=organization_id, token_hash=hashed).first()


def actor_of(token: ApiToken) -> Actor:
    """Return the member as an actor with no more than the token's permissions."""
    granted = frozenset(Permission(value) for value in token.permissions if value in set(Permission))
    return Actor(token.organization, token.membership, token.membership.permissions & granted)


def note_use(token: ApiToken) -> None:
    """Remember that a token was used, at most once a minute."""
    if token.is_use_old:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=clock.now())
