"""Make and revoke tokens, which let programs act as a member."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.lib.errors import NotAllowed, UserError
from annexa.lib.tokens import token_hash
from annexa.organizations import access
from annexa.organizations.access import Actor
from annexa.organizations.models import ApiToken, Membership
from annexa.organizations.permissions import Permission
from annexa.organizations.tokens import new_text

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
    text = new_text(actor.organization_id)
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


def _checked(permissions: Iterable[str], held: frozenset[Permission]) -> list[str]:
    wanted = sorted(set(permissions))
    allowed = held - NEVER
    if not wanted:
        raise UserError(_("Choose what the token may do."), {"permissions": _("Needed")})
    if beyond := [each for each in wanted if each not in allowed]:
        sentence = _("A program of this member cannot have: %(names)s.") % {"names": ", ".join(beyond)}
        raise UserError(sentence, {"permissions": sentence})
    return wanted
