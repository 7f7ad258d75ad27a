"""The queue looks after itself. Jobs run at least once, so every job must bear being repeated."""

import logging

from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app

logger = logging.getLogger(__name__)
STALLED_SECONDS = 30


@app.periodic(cron="* * * * *")
@app.task(name="jobs.rescue", queueing_lock="jobs.rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Give back the jobs of workers that died; nothing in the queue does so by itself."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        logger.warning("job %s (%s) lost its worker and goes back to the queue", job.id, job.task_name)
        await manager.retry_job(job)
    await manager.prune_stalled_workers(STALLED_SECONDS)


@app.periodic(cron="17 3 * * *")
@app.task(name="jobs.forget", queueing_lock="jobs.forget", pass_context=True)
async def forget(context: JobContext, timestamp: int) -> None:
    """Delete the rows of jobs that ended well a month ago."""
    await context.app.job_manager.delete_old_jobs(nb_hours=30 * 24)


@app.periodic(cron="23 * * * *")
@app.task(name="jobs.clear", queueing_lock="jobs.clear")
def clear(timestamp: int) -> None:
    """Delete what has expired in the cache, among it the sheets of imports that nobody finished."""
    with connection.cursor() as cursor:
        cursor.execute("delete from annexa_cache where expires < now()")
