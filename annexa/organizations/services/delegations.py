"""Let somebody stand in for a member for a time."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.lib import values as texts
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import access
from annexa.organizations.models import Delegation, Membership, Scope
from annexa.organizations.permissions import Permission

LONGEST = timedelta(days=366)


@access.command(Permission.TASK_WORK)
def delegate(
    *,
    actor: access.Actor,
    kind: str,
    stand_in: Membership,
    starts_on: date,
    ends_on: date,
    absent: Membership | None = None,
    scope: Scope | None = None,
    reason: str = "",
) -> Delegation:
    """Let another member stand in from one day to another, in one scope or all of them.

    A member gives away their own; who keeps the members does it for somebody who cannot, and says why. What somebody
    was given they cannot pass on.
    """
    absent, reason = absent or actor.membership, texts.text(reason, "reason", 1000)
    if absent is None:
        raise UserError(_("Say who is away."), {"absent": _("Needed")})
    _check_right(actor, absent, reason)
    _check_days(starts_on, ends_on)
    if kind not in Delegation.Kind.values:
        raise UserError(_("Choose what it is about."), {"kind": _("Unknown")})
    _check_stand_in(absent, stand_in, scope)
    made = Delegation.objects.create(
        organization=actor.organization, scope=scope, kind=kind, absent=absent, stand_in=stand_in, starts_on=starts_on,
        ends_on=ends_on, reason=reason, given_by=actor.membership, given_at=clock.now(),
    )  # fmt: skip
    activity.note(
        made, kind=kind, absent=str(absent.pk), stand_in=str(stand_in.pk), starts_on=starts_on, ends_on=ends_on,
        reason=reason,
    )  # fmt: skip
    return made


@access.command(Permission.TASK_WORK)
def end_delegation(*, actor: access.Actor, delegation: Delegation) -> None:
    """End a delegation before its day; either of the two may, and who keeps the members."""
    lock(delegation)
    mine = actor.membership and actor.membership.pk in (delegation.absent_id, delegation.stand_in_id)
    if not (mine or actor.can(Permission.MEMBERS_EDIT)):
        raise NotAllowed(_("This is between two others."))
    if delegation.ended_at is None:
        activity.change(delegation, ended_at=clock.now())


def _check_right(actor: access.Actor, absent: Membership, reason: str) -> None:
    if actor.membership and absent.pk == actor.membership.pk:
        return
    access.require(actor, Permission.MEMBERS_EDIT)
    if not reason:
        raise UserError(_("Say why somebody else gives this away for them."), {"reason": _("Needed")})


def _check_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        sentence = _("It ends on the day it starts, or later.")
        raise UserError(sentence, {"ends_on": sentence})
    if ends_on < clock.today():
        sentence = _("That day has passed.")
        raise UserError(sentence, {"ends_on": sentence})
    if ends_on - starts_on > LONGEST:
        sentence = _("A year at most; after that, somebody else should own the work.")
        raise UserError(sentence, {"ends_on": sentence})


def _check_stand_in(absent: Membership, stand_in: Membership, scope: Scope | None) -> None:
    if stand_in.pk == absent.pk or not stand_in.is_active():
        sentence = _("Choose another member who is active.")
        raise UserError(sentence, {"stand_in": sentence})
    reach = scope.pk if scope else absent.scope_id
    if stand_in.scope_id and stand_in.scope_id != reach:
        sentence = _("%(name)s works in one scope only; choose that one.") % {"name": stand_in}
        raise UserError(sentence, {"scope": sentence})
