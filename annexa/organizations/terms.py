"""On which terms a member may make others members: never wider than their own."""

from datetime import date

from django.utils.translation import gettext as _

from annexa.lib import clock
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations.access import Actor
from annexa.organizations.models import Membership, Scope
from annexa.organizations.roles import MUST_EXPIRE, ONE_SCOPE, Role

OWNERS_GIVE = {Role.OWNER, Role.TOP_MANAGEMENT}


def roles_to_give(actor: Actor) -> list[Role]:
    """Return the roles the actor may give."""
    return [role for role in Role if role not in OWNERS_GIVE or _has_owner_right(actor)]


def latest_end(actor: Actor) -> date | None:
    """Return the last day on which a membership the actor gives may end, or None."""
    return actor.membership.expires_on if actor.membership else None


def check_terms(
    actor: Actor, role: Role, scope: Scope | None, expires_on: date | None, before: Membership | None = None
) -> None:
    """Raise NotAllowed or UserError unless the actor may give these terms, in place of those before."""
    if before:
        check_reach(actor, before)
    if before and actor.membership and before.pk == actor.membership.pk and actor.membership.role != Role.OWNER:
        raise NotAllowed(_("Somebody else changes your role, scope or end date."))
    if {role, before.role if before else role} & OWNERS_GIVE:
        check_owner_right(actor)
    if role in MUST_EXPIRE and not expires_on:
        raise UserError(_("This role needs an end date."), {"expires_on": _("Needed for this role")})
    if role in ONE_SCOPE and not scope:
        raise UserError(_("This role reads one scope; choose it."), {"scope": _("Needed for this role")})
    if role == Role.OWNER and scope:
        raise UserError(_("An owner answers for every scope; choose all scopes."), {"scope": _("Not for owners")})
    if expires_on and expires_on < clock.today() and expires_on != (before and before.expires_on):
        raise UserError(_("The end date is in the past."), {"expires_on": _("In the past")})
    check_not_wider(actor, scope.pk if scope else None, expires_on)


def check_not_wider(actor: Actor, scope_id: object, expires_on: date | None) -> None:
    """Raise UserError when a membership would reach further or last longer than the actor's own."""
    if actor.scope_id and scope_id != actor.scope_id:
        sentence = _("You work in one scope and can give only that one.")
        raise UserError(sentence, {"scope": sentence})
    latest = latest_end(actor)
    if latest and (expires_on is None or expires_on > latest):
        sentence = _("Your own access ends on %(day)s; choose that day or an earlier one.") % {"day": latest}
        raise UserError(sentence, {"expires_on": sentence})


def check_reach(actor: Actor, membership: Membership) -> None:
    """Raise NotAllowed when a member of one scope would change somebody who works in all of them."""
    if actor.scope_id and membership.scope_id != actor.scope_id:
        raise NotAllowed(_("This person works in every scope; somebody who does too changes their access."))


def check_owner_right(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may give and take the roles of owners."""
    if not _has_owner_right(actor):
        raise NotAllowed(_("Only an owner gives or changes the roles Owner and Top management."))


def _has_owner_right(actor: Actor) -> bool:
    return actor.membership is None or actor.membership.role == Role.OWNER
