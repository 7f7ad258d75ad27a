"""Put risks in numbers, and have them simulated."""

import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.jobs import progress, queue
from annexa.lib import clock
from annexa.lib import values as texts
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotFound, UserError
from annexa.organizations import access
from annexa.organizations.models import Scope
from annexa.organizations.permissions import Permission
from annexa.risks.errors import NotYours, RiskClosed
from annexa.risks.models import Estimate, Risk, Simulation
from annexa.risks.ranges import Range

KIND = "risks.simulation"
RANGES = ("frequency", "loss", "secondary", "prevented", "cheaper")
SHARES = ("prevented", "cheaper")
MOST = {"frequency": 1_000.0, "loss": 1e13, "secondary": 1e13, "prevented": 1.0, "cheaper": 1.0}
FEWEST_TRIALS, TRIALS, MOST_TRIALS = 1_000, 100_000, 1_000_000
MOST_SEED = 2**31 - 1


@access.command(Permission.RISK_ASSESS_OWN)
def estimate_risk(
    *,
    actor: access.Actor,
    risk: Risk,
    ranges: Mapping[str, Mapping[str, Any] | None],
    cost: Decimal | None = None,
    note: str = "",
) -> Estimate:
    """Say how often a risk happens a year and what it costs, and what its treatment does; replaces what was said.

    `ranges` has frequency and loss, and perhaps secondary, prevented and cheaper; each with kind, low, likely, high.
    """
    _check_may(actor, risk)
    lock(risk)
    if not risk.is_open:
        raise RiskClosed
    clean = _clean(ranges)
    if cost is not None and not 0 <= cost < Decimal(10) ** 12:
        raise UserError(_("A cost is a positive amount."), {"cost": _("A positive amount")})
    values = {**clean, "cost": cost, "note": texts.text(note, "note", 4000), "changed_by": actor.membership}
    found = Estimate.objects.filter(organization=actor.organization, risk=risk).first()
    if found:
        activity.change(found, **values)
        return found
    made = Estimate.objects.create(organization=actor.organization, risk=risk, **values)
    activity.note(made, after={name: value for name, value in clean.items() if value}, cost=cost)
    return made


@access.command(Permission.RISK_ASSESS_OWN)
def drop_estimate(*, actor: access.Actor, risk: Risk) -> None:
    """Take a risk out of the numbers."""
    _check_may(actor, risk)
    found = Estimate.objects.filter(organization=actor.organization, risk=risk).first()
    if found is None:
        raise NotFound(_("This risk has no numbers."))
    activity.note(found, dropped=risk.reference)
    found.delete()


@access.command(Permission.RISK_EDIT)
def ask_for_simulation(
    *, actor: access.Actor, scope: Scope, trials: int = TRIALS, seed: int | None = None
) -> Simulation:
    """Have a job simulate what the risks of a scope cost in a year; the same seed gives the same figures."""
    if not FEWEST_TRIALS <= trials <= MOST_TRIALS:
        sentence = _("Simulate %(least)s to %(most)s years.")
        sentence %= {"least": f"{FEWEST_TRIALS:,}", "most": f"{MOST_TRIALS:,}"}
        raise UserError(sentence, {"trials": sentence})
    if seed is not None and not 0 <= seed <= MOST_SEED:
        raise UserError(_("A seed is a whole number."), {"seed": _("A whole number")})
    if not Estimate.objects.filter(organization=actor.organization, risk__scope=scope, risk__closed_at=None).exists():
        raise UserError(_("No open risk has numbers yet; say them on the page of a risk first."))
    row = progress.ask(actor.organization_id, kind=KIND, title=_("Simulation of losses"), by=actor.name)
    made = Simulation.objects.create(
        organization=actor.organization, scope=scope, progress=row, asked_by=actor.membership, trials=trials,
        seed=secrets.randbelow(MOST_SEED) if seed is None else seed,
    )  # fmt: skip
    activity.note(made, trials=trials, seed=made.seed)
    queue.defer("risks.simulate", organization_id=actor.organization_id, simulation_id=made.pk)
    return made


@access.command(Permission.RISK_EDIT)
def keep_simulation(*, actor: access.Actor, simulation: Simulation, figures: Mapping[str, Any]) -> None:
    """Keep what a simulation found."""
    lock(simulation)
    simulation.made_at, simulation.figures = clock.now(), dict(figures)
    simulation.save(update_fields=["made_at", "figures"])
    activity.note(simulation, made=True, risks=len(figures["risks"]))
    progress.finish(simulation.progress_id, "", f"{KIND}:{simulation.pk}")


def _clean(ranges: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Any]:
    clean: dict[str, Any] = dict.fromkeys(RANGES)
    wrong: dict[str, str] = {}
    if unknown := sorted(set(ranges) - set(RANGES)):
        raise UserError(_("%(name)s cannot be changed here.") % {"name": ", ".join(unknown)})
    for name in RANGES:
        given = ranges.get(name)
        if given is None:
            if name in ("frequency", "loss"):
                wrong[name] = _("Needed")
            continue
        try:
            found = Range(**{key: given.get(key) for key in ("kind", "low", "likely", "high")})  # type: ignore[arg-type]
        except (ValueError, TypeError) as error:
            wrong[name] = _problem(str(error))
            continue
        if max(each for each in (found.low, found.likely, found.high) if each is not None) > MOST[name]:
            wrong[name] = _("At most %(most)s.") % {"most": f"{MOST[name]:,.0f}"}
        clean[name] = vars(found)
    if wrong:
        raise UserError(" ".join(f"{name}: {sentence}" for name, sentence in wrong.items()), wrong)
    return clean


def _problem(kind: str) -> str:
    sentences = {
        "kind": _("A range is fixed, pert or lognormal."),
        "order": _("Low, likely and high rise; a log-normal range begins above nothing."),
    }
    return sentences.get(kind, _("Give numbers that are not below nothing."))


def _check_may(actor: access.Actor, risk: Risk) -> None:
    if not actor.can(Permission.RISK_EDIT) and not actor.owns(risk):
        raise NotYours
