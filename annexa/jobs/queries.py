"""Read the queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob, ProcrastinateWorker

from annexa.jobs.models import JobFailure
from annexa.lib import clock
from annexa.lib.errors import NotFound

ALIVE = timedelta(seconds=30)
WAITING, DOING, FAILED = "todo", "doing", "failed"
STATES = (WAITING, DOING, FAILED, "succeeded", "cancelled", "aborted")


@dataclass(frozen=True)
class Depth:
    """How the queue stands: jobs by state, since when the oldest is due, and the workers that live."""

    states: dict[str, int]
    oldest_due: datetime | None
    workers: int

    @property
    def is_stuck(self) -> bool:
        """Whether jobs are due and nobody works, or one has waited for minutes."""
        late = self.oldest_due is not None and self.oldest_due < clock.now() - timedelta(minutes=5)
        return late or (self.oldest_due is not None and not self.workers)


@dataclass(frozen=True)
class Job:
    """A job as an operator sees it."""

    id: int
    task: str
    state: str
    attempts: int
    at: datetime | None
    reason: str
    trace: str


def depth() -> Depth:
    """Return how the queue stands now."""
    now = clock.now()
    states = dict(ProcrastinateJob.objects.values_list("status").annotate(number=Count("id")))
    due = ProcrastinateJob.objects.filter(status=WAITING).exclude(scheduled_at__gt=now)
    first = ProcrastinateEvent.objects.filter(job__in=due, type="deferred").aggregate(at=Min("at"))["at"]
    alive = ProcrastinateWorker.objects.filter(last_heartbeat__gt=now - ALIVE).count()
    return Depth(states, first, alive)


def jobs(state: str, most: int = 100) -> list[Job]:
    """Return the newest jobs in a state, with why they failed."""
    rows = ProcrastinateJob.objects.filter(status=state).annotate(at=Max("procrastinateevent__at")).order_by("-id")
    found = list(rows[:most])
    reasons = {each.job_id: each for each in JobFailure.objects.filter(job_id__in=[row.pk for row in found])}
    return [_job(row, reasons.get(row.pk)) for row in found]


def job_for(job_id: int) -> ProcrastinateJob:
    """Return a job; raises NotFound."""
    found = ProcrastinateJob.objects.filter(pk=job_id).first()
    if found is None:
        raise NotFound("There is no such job.")
    return found


def _job(row: Any, failure: JobFailure | None) -> Job:
    reason, trace = (failure.reason, failure.trace) if failure else ("", "")
    return Job(row.pk, row.task_name, row.status, row.attempts, row.scheduled_at or row.at, reason, trace)
