"""Simulate losses beside the pages; bears being repeated."""

import time
import uuid
from collections.abc import Callable

from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from annexa.jobs import progress
from annexa.lib.database import scope
from annexa.organizations.access import system
from annexa.organizations.models import Organization
from annexa.risks.models import Simulation
from annexa.risks.queries import numbers as queries
from annexa.risks.services import numbers
from annexa.risks.simulation import simulate

SECONDS = 1.0  # between two words about how far it is


class _Stopped(Exception):
    """The row that says how far it is has ended otherwise."""


@app.task(name="risks.simulate")
def simulate_losses(organization_id: str, simulation_id: str) -> None:
    """Run one simulation; when that fails its page says so, and whoever runs the machine finds the reason."""
    key = uuid.UUID(organization_id)
    with scope.within(key):
        organization = Organization.objects.get(pk=key)
        simulation = Simulation.objects.select_related("scope").get(pk=simulation_id)
        if simulation.made_at:
            return
        actor = system(organization)
        exposures = [each.exposure() for each in queries.estimates(actor, simulation.scope)]
        progress.start(simulation.progress_id, len(exposures))
    with translation.override(organization.language):
        try:
            told = _teller(key, simulation.progress_id, len(exposures))
            outcome = simulate(exposures, trials=simulation.trials, seed=simulation.seed, progress=told)
        except _Stopped:
            return
        except Exception:
            with scope.within(key):
                progress.fail(simulation.progress_id, _("The simulation failed; the administrator sees why."))
            raise
        with scope.within(key):
            numbers.keep_simulation(actor=actor, simulation=simulation, figures=queries.figures_of(outcome))


def _teller(organization_id: uuid.UUID, progress_id: uuid.UUID, total: int) -> Callable[[int], None]:
    told = time.monotonic()

    def tell(done: int) -> None:
        nonlocal told
        if time.monotonic() - told < SECONDS:
            return
        told = time.monotonic()
        with scope.within(organization_id):
            if not progress.advance(progress_id, done, total, ""):
                raise _Stopped

    return tell
