"""What an operator does with the queue; not commands, because a job belongs to the machine, not to an organisation."""

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from annexa.jobs import queries
from annexa.lib import clock
from annexa.lib.errors import UserError


def retry_job(job_id: int) -> None:
    """Run a failed job again, now; raises NotFound, UserError."""
    found = queries.job_for(job_id)
    if found.status != queries.FAILED:
        raise UserError(_("Only a job that failed can be run again."))
    app.job_manager.retry_job_by_id(job_id, clock.now())  # type: ignore[attr-defined]


def cancel_job(job_id: int) -> None:
    """Take a waiting job out of the queue, or ask a running one to stop; raises NotFound, UserError."""
    found = queries.job_for(job_id)
    if found.status not in (queries.WAITING, queries.DOING):
        raise UserError(_("This job has ended already."))
    app.job_manager.cancel_job_by_id(job_id, abort=True)
