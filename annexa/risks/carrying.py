"""Read anew, under a new method, what was read under the old one; called inside the command that approves it."""

from collections.abc import Iterable, Iterator

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.organizations import access
from annexa.risks.models import Method, Reading, Risk, Stage
from annexa.risks.queries import risks as queries
from annexa.risks.terms import DIMENSIONS, Terms, carried

AT_ONCE = 1000
REPEATED = tuple(f"{stage}_{name}" for stage in Stage.values for name in ("likelihood", "impact", "score"))


def carry_readings(actor: access.Actor, before: Method, after: Method) -> int:
    """Add a reading under the new method for each newest one of open risks; returns how many."""
    risks = {risk.pk: risk for risk in Risk.objects.filter(organization=actor.organization, closed_at=None)}
    newest = queries.latest(risks, actor.organization_id)
    made = list(_carried(newest.values(), before.terms, after))
    Reading.objects.bulk_create(made, batch_size=AT_ONCE)
    for reading in made:
        repeat(risks[reading.risk_id], reading)
    Risk.objects.bulk_update(
        [risks[key] for key in {reading.risk_id for reading in made}], [*REPEATED, *DIMENSIONS, "read_at"],
        batch_size=AT_ONCE,
    )  # fmt: skip
    activity.note(after, carried=len(made))
    return len(made)


def repeat(risk: Risk, reading: Reading) -> list[str]:
    """Repeat a reading on its risk, for lists; returns the fields that were set."""
    values = {
        f"{reading.stage}_likelihood": reading.likelihood,
        f"{reading.stage}_impact": reading.impact,
        f"{reading.stage}_score": reading.score,
        "read_at": reading.at,
    }
    if reading.stage == Stage.CURRENT or (reading.stage == Stage.INHERENT and risk.current_score is None):
        values |= {name: getattr(reading, name) for name in DIMENSIONS}
    for name, value in values.items():
        setattr(risk, name, value)
    return list(values)


def _carried(readings: Iterable[Reading], before: Terms, after: Method) -> Iterator[Reading]:
    terms = after.terms
    steps, impacts = (len(before.likelihood), len(terms.likelihood)), (len(before.impact), len(terms.impact))
    for old in readings:
        dimensions = {
            name: carried(value, *impacts) if (value := getattr(old, name)) is not None else None for name in DIMENSIONS
        }
        likelihood = carried(old.likelihood, *steps)
        impact = terms.impact_of(tuple(dimensions.values())) or carried(old.impact, *impacts)  # type: ignore[arg-type]
        score = terms.score_of(likelihood, impact)
        yield Reading(
            organization_id=old.organization_id,
            risk_id=old.risk_id,
            stage=old.stage,
            at=clock.now(),
            by=None,
            method=after,
            likelihood=likelihood,
            impact=impact,
            score=score,
            level=terms.level_of(score),
            carried=True,
            **dimensions,
        )
