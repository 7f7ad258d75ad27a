"""For whoever runs this installation: the queue, and the figures that monitoring reads."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from annexa.jobs import queries, services
from annexa.lib.errors import UserError
from annexa.web.operation.figures import everybodys, refresh
from annexa.web.operation.words import STATES

View = Callable[..., HttpResponse]


def for_administrators(view: View) -> View:
    """Open a view to administrators of the installation; for everybody else it is not there."""

    @functools.wraps(view)
    def run(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_administrator:
            raise Http404
        return view(request, *args, **kwargs)

    return run


@for_administrators
def jobs(request: HttpRequest) -> HttpResponse:
    """Show how the queue stands, and the jobs of one state: those that failed at first."""
    state = request.GET.get("state", queries.FAILED)
    if state not in queries.STATES:
        raise Http404
    depth = queries.depth()
    shown = [(key, STATES[key], depth.states.get(key, 0)) for key in queries.STATES]
    context = {"page_title": _("Jobs"), "depth": depth, "states": shown, "state": state, "jobs": queries.jobs(state)}
    return render(request, "operation/jobs.html", context | {"state_title": STATES[state]})


@require_POST
@for_administrators
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Run a failed job again."""
    return _done(request, services.retry_job, job_id, _("The job is in the queue again."))


@require_POST
@for_administrators
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Take a job out of the queue."""
    return _done(request, services.cancel_job, job_id, _("The job is cancelled; a running one stops when it can."))


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus, which shows the token that the operator set; without one there is nothing here."""
    token, given = settings.ENVIRONMENT.metrics_token, request.headers.get("Authorization", "")
    if not token or not constant_time_compare(given, f"Bearer {token}"):
        raise Http404
    refresh()
    return HttpResponse(generate_latest(everybodys()), content_type=CONTENT_TYPE_LATEST)


def _done(request: HttpRequest, act: Callable[[int], None], job_id: int, sentence: str) -> HttpResponse:
    try:
        act(job_id)
        messages.success(request, sentence)
    except UserError as error:
        messages.error(request, error.sentence)
    return redirect("operation:jobs")
