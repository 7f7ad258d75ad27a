"""Read who stands in for whom."""

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet

from annexa.lib import clock
from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor
from annexa.organizations.models import Delegation, Membership
from annexa.organizations.permissions import Permission


def visible_to(actor: Actor) -> QuerySet[Delegation]:
    """Return what the actor gave or was given, or everybody's for whoever keeps the members; newest first."""
    found = Delegation.objects.filter(organization_id=actor.organization_id)
    if not actor.can(Permission.MEMBERS_EDIT):
        found = found.filter(Q(absent=actor.membership) | Q(stand_in=actor.membership))
    if actor.scope_id:
        found = found.filter(scope_id=actor.scope_id)
    return found.select_related("absent__person", "stand_in__person", "given_by__person", "scope")


def delegation_for(actor: Actor, delegation_id: uuid.UUID) -> Delegation:
    """Return one delegation; raises NotFound."""
    found = visible_to(actor).filter(pk=delegation_id).first()
    if found is None:
        raise NotFound("There is no such delegation.")
    return found


def running(actor: Actor, kind: str) -> QuerySet[Delegation]:
    """Return what holds today for somebody who is active and was given it directly."""
    today = clock.today()
    found = Delegation.objects.filter(
        organization_id=actor.organization_id, kind=kind, ended_at=None, starts_on__lte=today, ends_on__gte=today
    )
    return found.filter(absent__deactivated_at=None)


def is_stood_in(actor: Actor, kind: str) -> Exists:
    """Return whether the actor stands in today for the owner of a row with `owner` and `scope`."""
    found = running(actor, kind).filter(stand_in=actor.membership, absent=OuterRef("owner"))
    return Exists(found.filter(Q(scope=None) | Q(scope=OuterRef("scope"))))


def stand_ins(actor: Actor, absent: Membership, kind: str, scope_id: uuid.UUID | None) -> list[Membership]:
    """Return who stands in for a member today, in a scope."""
    found = running(actor, kind).filter(absent=absent).filter(Q(scope=None) | Q(scope=scope_id))
    return [each.stand_in for each in found.select_related("stand_in") if each.stand_in.is_active()]


def principals(actor: Actor, kind: str, scope_id: uuid.UUID | None = None) -> set[uuid.UUID]:
    """Return the memberships that the actor stands in for today, in a scope."""
    if actor.membership is None:
        return set()
    found = running(actor, kind).filter(stand_in=actor.membership).filter(Q(scope=None) | Q(scope=scope_id))
    return set(found.values_list("absent_id", flat=True))
