"""Which controls risk treatment needs."""

import uuid

from django.db.models import Exists, OuterRef, QuerySet

from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.risks.models import Decision, RiskControl


def links(actor: Actor, scope: Scope) -> QuerySet[RiskControl]:
    """Return what ties controls, at work or to come, to the open risks of a scope that are to be mitigated."""
    return RiskControl.objects.filter(
        organization_id=actor.organization_id,
        risk__scope=scope,
        risk__closed_at=None,
        risk__decision=Decision.MITIGATE,
    )


def controls(actor: Actor, scope: Scope) -> set[uuid.UUID]:
    """Return the controls without which a risk of the scope is not treated."""
    return set(links(actor, scope).values_list("requirement_id", flat=True))


def is_needed() -> Exists:
    """Return whether a risk of a statement row's scope needs its control; for rows of statements."""
    return Exists(
        RiskControl.objects.filter(
            organization=OuterRef("organization"),
            requirement=OuterRef("requirement"),
            risk__scope=OuterRef("statement__scope"),
            risk__closed_at=None,
            risk__decision=Decision.MITIGATE,
        )
    )


def is_begun() -> Exists:
    """Return whether any control is tied to a risk of a statement row's scope, so that reasons can be held to it."""
    return Exists(
        RiskControl.objects.filter(
            organization=OuterRef("organization"),
            risk__scope=OuterRef("statement__scope"),
        )
    )
