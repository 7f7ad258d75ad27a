"""What the queue itself does not remember."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.ids import new_id


class JobFailure(models.Model):
    """Why a job's last attempt failed; for whoever runs the machine, never shown inside an organisation."""

    job_id = models.BigIntegerField(primary_key=True)
    task = models.CharField(max_length=200)
    reason = models.CharField(max_length=1000)
    trace = models.CharField(max_length=64)  # finds the traceback in the log
    failed_at = models.DateTimeField(default=clock.now)


class Progress(models.Model):
    """How far a long job of an organisation is; any page may show it (a plain id: organisations lie above)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    sentence = models.CharField(max_length=500, blank=True)  # what it does, or why it ended as it did
    result = models.CharField(max_length=120, blank=True)  # what came of it, as "records.export:<id>"
    asked_by = models.TextField(blank=True)  # as the trail names who acts
    asked_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization_id", "kind", "-asked_at"], name="progress_of_kind")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        if self.state == self.State.DONE:
            return 100
        return min(99, round(100 * self.done / self.total)) if self.total else 0
