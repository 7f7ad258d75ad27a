"""Who stands in for whom, for how long, in what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class Delegation(models.Model):
    """One member stands in for another from one day to another; it is never passed on."""

    class Kind(models.TextChoices):
        TASKS = "tasks", _("Tasks")
        ACCEPTANCE = "acceptance", _("Signing for risks")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, null=True, blank=True, db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    absent = models.ForeignKey("organizations.Membership", models.CASCADE, related_name="+", db_index=False)
    stand_in = models.ForeignKey("organizations.Membership", models.CASCADE, related_name="+", db_index=False)
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.TextField(blank=True)
    given_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    given_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="delegation_ends_after_start", condition=models.Q(ends_on__gte=models.F("starts_on"))
            ),
            models.CheckConstraint(name="delegation_to_another", condition=~models.Q(absent=models.F("stand_in"))),
        ]
        indexes = [
            models.Index(fields=["organization", "stand_in", "kind"], name="delegation_of_stand_in"),
            models.Index(fields=["organization", "absent"], name="delegation_of_absent"),
        ]

    @property
    def state(self) -> str:
        """Return whether it is to come, runs, or is over."""
        return "over" if self.is_over else "running" if self.is_running else "coming"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.starts_on <= clock.today() <= self.ends_on

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.ends_on < clock.today()


DelegationVersion = history.versions_of(Delegation)
