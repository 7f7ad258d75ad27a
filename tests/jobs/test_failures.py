"""Why a job failed is remembered."""

import asyncio

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from annexa.jobs import failures, queries, queue
from annexa.jobs.models import JobFailure
from annexa.lib import tracing


class _Context:
    class job:  # noqa: N801  stands for procrastinate's
        id, task_name = 4711, "tests.fails"


def _run(function):
    async def job():
        return function()

    return asyncio.run(failures.remembered(job, _Context(), None))


@pytest.mark.django_db(transaction=True)
def test_the_reason_and_the_name_in_the_log_are_kept():
    def fails():
        assert tracing.current() == "job-4711-0000"
        raise ConnectionRefusedError("no mail server")

    with pytest.raises(ConnectionRefusedError):
        _run(fails)
    kept = JobFailure.objects.get(job_id=4711)
    assert (kept.reason, kept.trace) == ("ConnectionRefusedError: no mail server", "job-4711-0000")


def test_what_goes_well_leaves_nothing():
    assert _run(lambda: "done") == "done"


@pytest.mark.django_db
def test_the_queue_is_stuck_when_jobs_wait_and_nobody_works():
    with connection.cursor() as cursor:  # what other tests have committed to the queue
        cursor.execute("update procrastinate_jobs set status = 'cancelled' where status = 'todo'")
    assert not queries.depth().is_stuck
    queue.defer("organizations.send_invitation", organization_id="1", invitation_id="2")
    depth = queries.depth()
    assert depth.states["todo"] >= 1
    assert depth.is_stuck
    assert ProcrastinateJob.objects.exists()
