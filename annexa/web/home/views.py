"""Home: my work and what happened; a checklist while the organisation begins."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from annexa.activity import queries as activity
from annexa.organizations.permissions import Permission
from annexa.tasks import queries as tasks
from annexa.treatment.models import Measure
from annexa.treatment.queries import progress, statements, trends
from annexa.web import narrative
from annexa.web.home import checklist
from annexa.web.request import Request, scope_of

FEED = 8


def index(request: Request) -> HttpResponse:
    """Show the home page, or the checklist while there is little to show."""
    measures = _measures(request)
    ready = next(reversed(measures[Measure.READY]), None) if measures else None
    if request.actor.can(Permission.CONTEXT_EDIT) and not (ready and ready.count):
        standing = progress.standing(request.actor, scope_of(request))
        if not standing.has_begun:
            return _guide(request, standing)
    context = {"page_title": _("Home"), "work": _work(request), **_feed(request)}
    context |= _figures(request, measures) if measures else {"readiness": None}
    return render(request, "home/index.html", context)


def guide(request: Request) -> HttpResponse:
    """Show the way from nothing to the certificate."""
    return _guide(request, progress.standing(request.actor, scope_of(request)))


def _guide(request: Request, standing: progress.Standing) -> HttpResponse:
    steps = checklist.steps(request.actor, standing.done)
    context = {
        "page_title": _("Getting started"),
        "steps": steps,
        "done": sum(step.done for step in steps),
        "next": next((step for step in steps if step.is_next), None),
        "work": _work(request),
        **_feed(request),
    }
    return render(request, "home/guide.html", context)


def _measures(request: Request) -> dict[str, list[Measure]]:
    """Return the figures over time for those who may see them; nothing for others."""
    if not (request.actor.can(Permission.GAP_READ) and request.actor.can(Permission.SOA_READ)):
        return {}
    return trends.figures(scope_of(request), Measure.READY, Measure.IMPLEMENTED)


def _figures(request: Request, measures: dict[str, list[Measure]]) -> dict[str, Any]:
    """Return readiness, implementation and the statement."""
    return {
        "latest": next(reversed(measures[Measure.READY]), None),
        "readiness": _points(trends.monthly(measures[Measure.READY])),
        "implemented": _points(trends.monthly(measures[Measure.IMPLEMENTED])),
        "statement": statements.current(request.actor, scope_of(request)),
    }


def _work(request: Request) -> dict[str, Any]:
    groups = tasks.my_work(request.actor)
    titles = {"overdue": _("Overdue"), "week": _("This week"), "later": _("Later")}
    shown = [(key, titles[key], found) for key, found in groups.items() if found]
    return {"groups": shown, "count": sum(len(found) for _key, _title, found in shown)}


def _points(trend: list[tuple[date, int]]) -> list[tuple[str, float]]:
    return [(date_format(month, "M"), percent) for month, percent in trend]


def _feed(request: Request) -> dict[str, Any]:
    if not request.actor.can(Permission.ACTIVITY_READ):
        return {"feed": None}
    entries = activity.recent(request.actor.organization_id, 3 * FEED)
    told = narrative.tell(request.actor, entries)
    fresh = [line for before, line in zip([None, *told], told, strict=False) if not _repeats(before, line)]
    return {"feed": fresh[:FEED]}


def _repeats(before: narrative.Line | None, line: narrative.Line) -> bool:
    """Whether a line says once more what the newer one before it says."""
    return before is not None and (before.who, before.text) == (line.who, line.text)
