"""What the queue itself does not remember."""

from django.db import models

from annexa.lib import clock


class JobFailure(models.Model):
    """Why a job's last attempt failed; for whoever runs the machine, never shown inside an organisation."""

    job_id = models.BigIntegerField(primary_key=True)
    task = models.CharField(max_length=200)
    reason = models.CharField(max_length=1000)
    trace = models.CharField(max_length=64)  # finds the traceback in the log
    failed_at = models.DateTimeField(default=clock.now)
