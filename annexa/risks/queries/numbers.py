"""Read risks in numbers."""

import uuid

from django.db.models import QuerySet

from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.risks.models import Estimate, Risk, Simulation


def estimates(actor: Actor, scope: Scope) -> QuerySet[Estimate]:
    """Return the estimates of the open risks of a scope."""
    found = Estimate.objects.filter(organization_id=actor.organization_id, risk__scope=scope, risk__closed_at=None)
    return found.select_related("risk__owner__person").order_by("risk__number")


def estimate_of(risk: Risk) -> Estimate | None:
    """Return a risk's estimate, or None."""
    return Estimate.objects.filter(organization_id=risk.organization_id, risk=risk).first()


def simulations(actor: Actor, scope: Scope) -> QuerySet[Simulation]:
    """Return the simulations of a scope, newest first."""
    found = Simulation.objects.filter(organization_id=actor.organization_id, scope=scope)
    return found.select_related("progress", "asked_by__person").order_by("-asked_at", "-id")


def simulation_for(actor: Actor, simulation_id: uuid.UUID) -> Simulation:
    """Return a simulation; raises NotFound."""
    found = Simulation.objects.filter(
        organization_id=actor.organization_id, pk=simulation_id, **actor.only_scope("scope_id")
    )
    simulation = found.select_related("progress", "asked_by__person", "scope").first()
    if simulation is None:
        raise NotFound("There is no such simulation.")
    return simulation
