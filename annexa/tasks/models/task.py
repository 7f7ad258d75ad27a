"""Things people have to do."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class Task(models.Model):
    """A to-do with an owner and a due date; `source` names the row it came from, which keeps it in step."""

    class Rhythm(models.TextChoices):
        ONCE = "", _("Once")
        WEEKLY = "weekly", _("Every week")
        MONTHLY = "monthly", _("Every month")
        QUARTERLY = "quarterly", _("Every quarter")
        HALF_YEARLY = "half_yearly", _("Every half year")
        YEARLY = "yearly", _("Every year")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    # The scope it is about; empty for the whole organisation.
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, null=True, blank=True, db_index=False)
    title = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    owner = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, blank=True, db_index=False)
    due = models.DateField(null=True, blank=True)
    rhythm = models.CharField(max_length=12, choices=Rhythm, default=Rhythm.ONCE, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.UUIDField(null=True, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source_kind", "source_id"],
                condition=models.Q(source_id__isnull=False),
                name="task_source_once",
            )
        ]
        indexes = [models.Index(fields=["organization", "owner", "state", "due"], name="task_my_work")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_overdue(self) -> bool:
        return self.state == self.State.OPEN and self.due is not None and self.due < clock.today()


TaskVersion = history.versions_of(Task)
