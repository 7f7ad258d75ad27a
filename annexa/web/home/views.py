"""Home: my work and what happened; a checklist while the organisation begins."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from annexa.activity import queries as activity
from annexa.organizations.permissions import Permission
from annexa.tasks import queries as tasks
from annexa.treatment.models import Measure
from annexa.treatment.queries import gap, progress, statements
from annexa.web import narrative
from annexa.web.home import checklist
from annexa.web.request import Request, scope_of

FEED = 8


def index(request: Request) -> HttpResponse:
    """Show the home page, or the checklist while there is little to show."""
    scope = scope_of(request)
    if request.actor.can(Permission.CONTEXT_EDIT) and not progress.has_begun(request.actor, scope):
        return guide(request)
    context = {"page_title": _("Home"), "work": _work(request), **_feed(request)}
    if request.actor.can(Permission.GAP_READ):
        trend = gap.trend(scope)
        context["latest"] = trend[-1] if trend else None
        context["readiness"] = _points(trend)
        context["implemented"] = _points(gap.trend(scope, Measure.IMPLEMENTED))
        context["statement"] = statements.current(request.actor, scope)
    return render(request, "home/index.html", context)


def guide(request: Request) -> HttpResponse:
    """Show the way from nothing to the certificate."""
    steps = checklist.steps(request.actor, scope_of(request))
    context = {
        "page_title": _("Getting started"),
        "steps": steps,
        "done": sum(step.done for step in steps),
        "next": next((step for step in steps if step.is_next), None),
        "work": _work(request),
        **_feed(request),
    }
    return render(request, "home/guide.html", context)


def _work(request: Request) -> dict[str, Any]:
    groups = tasks.my_work(request.actor)
    titles = {"overdue": _("Overdue"), "week": _("This week"), "later": _("Later")}
    shown = [(key, titles[key], found) for key, found in groups.items() if found]
    return {"groups": shown, "count": sum(len(found) for _key, _title, found in shown)}


def _points(trend: list[Measure]) -> list[tuple[str, float]]:
    return [(date_format(measure.on, "j M"), measure.percent) for measure in trend]


def _feed(request: Request) -> dict[str, Any]:
    if not request.actor.can(Permission.ACTIVITY_READ):
        return {"feed": None}
    entries = activity.recent(request.actor.organization_id, FEED)
    return {"feed": narrative.tell(request.actor, entries)}
