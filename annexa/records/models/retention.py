"""How long records are kept, what holds them longer, and what was disposed of (7.5.3 f, A.5.33, A.8.10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class Rule(models.Model):
    """How long one class of records is kept after it has ended, and on what ground; without one it is kept for ever."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    record_class = models.CharField(max_length=20)
    months = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "record_class"], name="retention_rule_once")]

    def __str__(self) -> str:
        return self.record_class


class Hold(models.Model):
    """A legal hold: nothing of a class, or of all, or one record is disposed of while it lasts."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    record_class = models.CharField(max_length=20, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    subject_name = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500)
    placed_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    placed_at = models.DateTimeField(default=clock.now)
    released_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-placed_at"]
        indexes = [models.Index(fields=["organization", "released_at"], name="legal_hold_open")]

    def __str__(self) -> str:
        return self.reason

    @property
    def is_in_force(self) -> bool:
        return self.released_at is None


class Disposal(models.Model):
    """Records of one class whose time is over, put forward together; somebody else approves or refuses."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for approval")
        APPROVED = "approved", _("Approved, under way")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    record_class = models.CharField(max_length=20)
    months = models.PositiveSmallIntegerField()  # the rule as it was
    basis = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    four_eyes_relaxed = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "record_class"],
                condition=models.Q(state__in=["proposed", "approved"]),
                name="disposal_one_open_of_class",
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.PROPOSED, self.State.APPROVED)


class Tombstone(models.Model):
    """One record of a disposal; once it is destroyed, its id, hash, rule, approver and date are all that is left.

    Nothing changes it after that: not the application, and not by a way around the database's functions.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    disposal = models.ForeignKey(Disposal, models.PROTECT, related_name="items", db_index=False)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    name = models.CharField(max_length=300, blank=True)  # emptied with the record
    ended_on = models.DateField()
    digest = models.CharField(max_length=64, blank=True)
    rows = models.PositiveIntegerField(default=0)  # with what belonged to it
    destroyed_at = models.DateTimeField(null=True)
    kept_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["ended_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "disposal", "subject_id"], name="tombstone_once_in_disposal"
            )
        ]
        indexes = [models.Index(fields=["organization", "subject_type", "subject_id"], name="tombstone_of_subject")]


RuleVersion = history.versions_of(Rule)
HoldVersion = history.versions_of(Hold)
DisposalVersion = history.versions_of(Disposal)
