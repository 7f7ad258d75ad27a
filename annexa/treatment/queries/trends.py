"""Figures over time."""

from datetime import date

from annexa.lib import clock
from annexa.organizations.models import Scope
from annexa.treatment.models import Measure
from annexa.treatment.queries.gap import trend


def monthly(scope: Scope, kind: str) -> list[tuple[date, int]]:
    """Return the percentage at the end of each month up to today; a month without a change repeats the last."""
    measures = trend(scope, kind)
    if not measures:
        return []
    found, month, last = [], measures[0].on.replace(day=1), 0.0
    while month <= clock.today():
        following = _next(month)
        inside = [measure for measure in measures if month <= measure.on < following]
        last = inside[-1].percent if inside else last
        found.append((month, round(last)))
        month = following
    return found


def latest(scope: Scope, kind: str) -> Measure | None:
    """Return the newest figure, or None."""
    found = Measure.objects.filter(organization_id=scope.organization_id, scope=scope, kind=kind)
    return found.order_by("-on").first()


def _next(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
