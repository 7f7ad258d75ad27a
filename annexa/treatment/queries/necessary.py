"""Which controls risk treatment needs."""

import uuid

from django.db.models import Exists, OuterRef, QuerySet

from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.risks.models import Decision, RiskControl
from annexa.treatment.models import Reason, Statement


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


def differences(actor: Actor, statement: Statement) -> tuple[list[str], list[str]]:
    """Return the controls that risks need and an approved version leaves out, and those that no risk needs any more.

    The latter are only those that it holds for risks alone; there are none while no risk needs anything.
    """
    needed = set(links(actor, statement.scope).values_list("requirement__ref", flat=True))
    lines = [] if statement.content is None else statement.content["lines"]
    missing = [line["ref"] for line in lines if not line["applicable"] and line["ref"] in needed]
    spare = [line["ref"] for line in lines if line["reasons"] == [Reason.RISK] and line["ref"] not in needed]
    return missing, spare if needed else []


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
