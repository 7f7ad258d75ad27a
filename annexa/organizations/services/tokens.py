"""Tokens that let programs act as a member: make, revoke, recognise."""

import base64
import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.lib.tokens import new_token, token_hash
from annexa.organizations import access
from annexa.organizations.access import Actor
from annexa.organizations.models import ApiToken, Membership
from annexa.organizations.permissions import Permission

PREFIX = "annexa"
USUAL_DAYS, MOST_DAYS = 365, 3 * 365
# A person approves, just signed in; a program never does.
NEVER = frozenset(permission for permission in Permission if permission.endswith(":approve"))


@access.command(Permission.TOKEN_USE)
def create_token(
    *,
    actor: Actor,
    name: str,
    permissions: Iterable[str],
    days: int = USUAL_DAYS,
    membership: Membership | None = None,
) -> tuple[ApiToken, str]:
    """Make a token and return it with its text, which is stored nowhere; only the operator names another member."""
    owner = actor.membership or membership
    if owner is None or (membership and actor.membership and membership.pk != actor.membership.pk):
        raise NotAllowed(_("A token is made by the member whose rights it carries."))
    wanted = _checked(permissions, actor.permissions & owner.permissions)
    if not name.strip():
        raise UserError(_("Name the program that will use the token."), {"name": _("Needed")})
    if not 1 <= days <= MOST_DAYS:
        sentence = _("A token lasts from 1 to %(most)s days.") % {"most": MOST_DAYS}
        raise UserError(sentence, {"days": sentence})
    text = _text(actor.organization_id)
    token = ApiToken.objects.create(
        organization=actor.organization,
        membership=owner,
        name=name.strip()[:80],
        token_hash=token_hash(text),
        permissions=wanted,
        expires_at=clock.now() + timedelta(days=days),
    )
    activity.note(token, name=token.name, permissions=wanted, member=str(owner.pk), expires_at=token.expires_at)
    return token, text


@access.command(Permission.TOKEN_USE)
def revoke_token(*, actor: Actor, token: ApiToken) -> None:
    """Make a token worthless at once: its member may, and whoever changes members."""
    is_mine = actor.membership is not None and token.membership_id == actor.membership.pk
    if not (is_mine or actor.can(Permission.MEMBERS_EDIT)):
        raise NotAllowed(_("This token is somebody else's."))
    if token.revoked_at is None:
        activity.change(token, revoked_at=clock.now())


def visible_to(actor: Actor) -> QuerySet[ApiToken]:
    """Return the tokens an actor may see: their own, or all for whoever changes members."""
    found = ApiToken.objects.filter(organization_id=actor.organization_id).select_related("membership__person")
    mine = found if actor.can(Permission.MEMBERS_EDIT) else found.filter(membership=actor.membership)
    return mine.order_by("-created_at")


def token_for(actor: Actor, token_id: uuid.UUID) -> ApiToken:
    """Return one token; raises NotFound."""
    found = visible_to(actor).filter(pk=token_id).first()
    if found is None:
        raise NotFound(_("There is no such token."))
    return found


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
    found = ApiToken.objects.select_related("organization", "membership__person", "membership__organization")
    token = found.filter(organization_id=organization_id, token_hash=token_hash(text)).first()
    return token if token and token.is_live and token.membership.is_active() else None


def actor_of(token: ApiToken) -> Actor:
    """Return the member as an actor with no more than the token's permissions."""
    granted = frozenset(Permission(value) for value in token.permissions if value in set(Permission))
    return Actor(token.organization, token.membership, token.membership.permissions & granted)


def note_use(token: ApiToken) -> None:
    """Remember that a token was used, at most once a minute."""
    if token.is_use_old:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=clock.now())


def _checked(permissions: Iterable[str], held: frozenset[Permission]) -> list[str]:
    wanted = sorted(set(permissions))
    allowed = held - NEVER
    if not wanted:
        raise UserError(_("Choose what the token may do."), {"permissions": _("Needed")})
    if beyond := [each for each in wanted if each not in allowed]:
        sentence = _("A program of this member cannot have: %(names)s.") % {"names": ", ".join(beyond)}
        raise UserError(sentence, {"permissions": sentence})
    return wanted


def _text(organization_id: uuid.UUID) -> str:
    name = base64.b32encode(organization_id.bytes).decode().rstrip("=").lower()
    return f"{PREFIX}_{name}_{new_token()}"
