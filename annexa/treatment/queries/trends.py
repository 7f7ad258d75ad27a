"""Figures over time."""

from datetime import date

from annexa.lib import clock
from annexa.organizations.models import Scope
from annexa.treatment.models import Measure


def figures(scope: Scope, *kinds: str) -> dict[str, list[Measure]]:
    """Return the figures of some kinds over time, oldest first, in one query."""
    found = Measure.objects.filter(organization_id=scope.organization_id, scope=scope, kind__in=kinds).order_by("on")
    grouped: dict[str, list[Measure]] = {kind: [] for kind in kinds}
    for measure in found:
        grouped[measure.kind].append(measure)
    return grouped


def monthly(measures: list[Measure]) -> list[tuple[date, int]]:
    """Return the percentage at the end of each month up to today; a month without a change repeats the last."""
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


def _next(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
