"""Remember why a job failed: a wrapper around every job that a worker runs."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from procrastinate import JobContext

from annexa.jobs.models import JobFailure
from annexa.lib import clock, tracing

logger = logging.getLogger(__name__)
LONGEST = 1000


async def remembered(call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Any) -> Any:
    """Run a job under a name for the logs; when it fails, keep the reason and let the queue decide what follows."""
    job = context.job
    with tracing.named(f"job-{job.id if job else 0}-0000") as name:
        try:
            return await call_next()
        except Exception as error:
            if job and job.id:
                logger.exception("job %s (%s) failed", job.id, job.task_name)
                await sync_to_async(_keep)(job.id, job.task_name, f"{type(error).__name__}: {error}", name)
            raise


def _keep(job_id: int, task: str, reason: str, trace: str) -> None:
    close_old_connections()
    kept = {"task": task, "reason": reason[:LONGEST], "trace": trace, "failed_at": clock.now()}
    JobFailure.objects.update_or_create(job_id=job_id, defaults=kept)
