"""Risks in money: estimates, and simulations of a year."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api.access import Request, reads, scope_of
from annexa.api.fields import OfScope, Text, Word
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.lib.errors import NotFound
from annexa.organizations.permissions import Permission
from annexa.risks.models import Estimate, Simulation
from annexa.risks.queries import numbers as queries
from annexa.risks.queries import risks
from annexa.risks.ranges import expected
from annexa.risks.services import numbers as services

router = Router(tags=["Risks"])
SORTS = {"asked": "asked_at"}


class RangeIO(Schema):
    """A quantity one is unsure of: one value, lowest-likeliest-highest, or an interval that holds 90 of 100."""

    kind: Literal["fixed", "pert", "lognormal"]
    low: float = Field(ge=0)
    likely: float | None = Field(None, ge=0)
    high: float | None = Field(None, ge=0)


class EstimateIn(Schema):
    """A risk in numbers; money in the organisation's currency, shares from 0 to 1."""

    frequency: RangeIO = Field(description="Events a year.")
    loss: RangeIO = Field(description="Cost of one event.")
    secondary: RangeIO | None = Field(None, description="What others may claim on top.")
    prevented: RangeIO | None = Field(None, description="Share of events that the treatment prevents.")
    cheaper: RangeIO | None = Field(None, description="Share by which the others cost less.")
    cost: Decimal | None = Field(None, ge=0, max_digits=14, decimal_places=2, description="Of the treatment, a year.")
    note: Text = ""


class EstimateOut(EstimateIn):
    """A risk in numbers, with what they come to."""

    expected: float = Field(description="Expected loss a year before treatment, in closed form.")
    changed: datetime


class SimulationIn(Schema):
    """How many years to simulate; the same seed gives the same figures."""

    trials: int = Field(services.TRIALS, ge=services.FEWEST_TRIALS, le=services.MOST_TRIALS)
    seed: int | None = Field(None, ge=0, le=services.MOST_SEED)


class Figures(Schema):
    """What a year costs."""

    mean: float
    deviation: float
    percentiles: dict[str, float]
    curve: list[list[float]] = Field(description="A loss, and the chance of a year that costs more.")


class RiskFigures(Schema):
    """What one risk is expected to cost a year."""

    risk: uuid.UUID
    before: float
    after: float


class SimulationOut(Schema):
    """A simulation; without figures while it waits or runs."""

    id: uuid.UUID
    state: Literal["waiting", "running", "done", "failed"]
    percent: int
    trials: int
    seed: int
    asked: datetime
    made: datetime | None
    before: Figures | None
    after: Figures | None
    risks: list[RiskFigures]


@router.get("{risk_id}/estimate", response=EstimateOut)
@reads(Permission.RISK_READ)
def read_estimate(request: Request, risk_id: Word) -> EstimateOut:
    """Read a risk's numbers."""
    found = queries.estimate_of(risks.risk_for(request.actor, risk_id))
    if found is None:
        raise NotFound("This risk has no numbers.")
    return _show(found)


@router.post("{risk_id}/estimate", response=EstimateOut)
@reads(Permission.RISK_ASSESS_OWN)
def estimate_risk(request: Request, risk_id: Word, payload: EstimateIn) -> EstimateOut:
    """Say a risk's numbers; they replace what was said before."""
    given = payload.model_dump()
    ranges = {name: given.pop(name) for name in services.RANGES}
    found = risks.risk_for(request.actor, risk_id)
    return _show(services.estimate_risk(actor=request.actor, risk=found, ranges=ranges, **given))


@router.delete("{risk_id}/estimate", response={204: None})
@reads(Permission.RISK_ASSESS_OWN)
def drop_estimate(request: Request, risk_id: Word) -> Status[None]:
    """Take a risk out of the numbers."""
    services.drop_estimate(actor=request.actor, risk=risks.risk_for(request.actor, risk_id))
    return Status(204, None)


@router.get("simulations", response=Page[SimulationOut])
@reads(Permission.RISK_READ)
def list_simulations(request: Request, of: Query[OfScope], paging: Query[Paging]) -> dict[str, object]:
    """List the simulations of a scope, newest first."""
    rows = queries.simulations(request.actor, scope_of(request, of.scope))
    return page(rows, paging, SORTS, "-asked", _simulation)


@router.post("simulations", response={202: SimulationOut})
@reads(Permission.RISK_EDIT)
def ask_for_simulation(
    request: Request, response: HttpResponse, of: Query[OfScope], payload: SimulationIn
) -> Status[SimulationOut]:
    """Have a job simulate what the risks of a scope cost in a year."""
    scope = scope_of(request, of.scope)
    made = services.ask_for_simulation(actor=request.actor, scope=scope, trials=payload.trials, seed=payload.seed)
    response["Location"] = f"/api/v1/risks/simulations/{made.pk}"
    return Status(202, _simulation(made))


@router.get("simulations/{uuid:simulation_id}", response=SimulationOut)
@reads(Permission.RISK_READ)
def read_simulation(request: Request, simulation_id: uuid.UUID) -> SimulationOut:
    """Read a simulation and what it found."""
    return _simulation(queries.simulation_for(request.actor, simulation_id))


def _show(found: Estimate) -> EstimateOut:
    same = {name: getattr(found, name) for name in (*services.RANGES, "cost", "note")}
    return EstimateOut.model_validate({**same, "expected": expected(found.exposure()), "changed": found.changed_at})


def _simulation(run: Simulation) -> SimulationOut:
    figures = run.figures or {}
    found = [
        RiskFigures(risk=uuid.UUID(key), before=before, after=after)
        for key, (before, after) in figures.get("risks", {}).items()
    ]
    return SimulationOut(
        id=run.pk, state=run.progress.state, percent=run.progress.percent, trials=run.trials, seed=run.seed,  # type: ignore[arg-type]
        asked=run.asked_at, made=run.made_at, before=figures.get("before"), after=figures.get("after"), risks=found,
    )  # fmt: skip
