"""Simulate losses beside the pages; bears being repeated."""

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

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
        exposures = [each.plain() for each in queries.estimates(actor, simulation.scope)]
        progress.start(simulation.progress_id, len(exposures))
    with translation.override(organization.language):
        try:
            told = _teller(key, simulation.progress_id, len(exposures))
            figures = run({"exposures": exposures, "trials": simulation.trials, "seed": simulation.seed}, told)
        except _Stopped:
            return
        except Exception:
            with scope.within(key):
                progress.fail(simulation.progress_id, _("The simulation failed; the administrator sees why."))
            raise
        with scope.within(key):
            numbers.keep_simulation(actor=actor, simulation=simulation, figures=figures)


def run(request: dict[str, Any], told: Callable[[int], None]) -> dict[str, Any]:
    """Simulate in a process apart and return the figures; `told` hears how far it is, and may stop it by raising."""
    command = [sys.executable, "-m", "annexa.risks.simulation"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        figures: dict[str, Any] = {}
        try:
            json.dump(request, process.stdin)
            process.stdin.close()
            for line in process.stdout:
                said = json.loads(line)
                figures = said.get("figures", figures)
                if "done" in said:
                    told(said["done"])
        except BaseException:
            process.kill()
            raise
    if not figures:
        raise RuntimeError(f"The simulation ended with code {process.returncode}.")
    return figures


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
