"""The risk treatment plan (6.1.3 e, 8.3) and what risk owners sign (6.1.3 f)."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class Action(models.Model):
    """One thing to do; it serves any number of risks and stands once in the plan."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        IN_PROGRESS = "in_progress", _("In progress")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    TASK_KIND = "action"  # the source of the task that follows it

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    owner = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, blank=True, db_index=False)
    resources = models.TextField(blank=True)
    cost = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    effort = models.DecimalField(
        max_digits=6, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    state_note = models.TextField(blank=True)
    links = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="action_number_once"),
            models.CheckConstraint(
                name="action_ended_or_open",
                condition=models.Q(state__in=["done", "dropped"], ended_at__isnull=False)
                | models.Q(state__in=["planned", "in_progress"], ended_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "scope", "state", "due"], name="action_list"),
            models.Index(fields=["organization", "owner"], name="action_of_owner"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """What people call it by."""
        return f"ACTION-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due is not None and self.due < clock.today()


class ActionRisk(models.Model):
    """A risk that an action treats."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    action = models.ForeignKey(Action, models.CASCADE, related_name="risks", db_index=False)
    risk = models.ForeignKey("risks.Risk", models.PROTECT, related_name="actions", db_index=False)

    scope_parent = "action"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "action", "risk"], name="action_risk_once")]
        indexes = [models.Index(fields=["organization", "risk"], name="action_of_risk")]


class ActionControl(models.Model):
    """A control that an action puts in place or improves."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    action = models.ForeignKey(Action, models.CASCADE, related_name="controls", db_index=False)
    requirement = models.ForeignKey("catalog.Requirement", models.PROTECT, related_name="actions", db_index=False)

    scope_parent = "action"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "action", "requirement"], name="action_control_once")
        ]
        indexes = [models.Index(fields=["organization", "requirement"], name="action_of_control")]


class Acceptance(models.Model):
    """A signature under the treatment of one risk and what remains of it, with the figures as they were.

    `capacity` says in which place somebody signed: as the owner, or as the role that the method names for the level.
    `stands_in_for` is the owner when a stand-in signed. A later signature in the same place ends this one.
    """

    class Capacity(models.TextChoices):
        OWNER = "owner", _("Risk owner")
        ROLE = "role", _("Role for the level")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    risk = models.ForeignKey("risks.Risk", models.PROTECT, related_name="acceptances", db_index=False)
    capacity = models.CharField(max_length=8, choices=Capacity)
    by = models.ForeignKey("organizations.Membership", models.PROTECT, related_name="+", db_index=False)
    stands_in_for = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=clock.now)
    valid_until = models.DateField()
    note = models.TextField(blank=True)
    figures = models.JSONField()
    figures_hash = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.JSONField(default=list, blank=True)

    scope_parent = "risk"

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "risk", "capacity"],
                condition=models.Q(ended_at=None),
                name="one_acceptance_in_force",
            )
        ]
        indexes = [models.Index(fields=["organization", "risk", "at"], name="acceptance_of_risk")]


ActionVersion = history.versions_of(Action)
ActionRiskVersion = history.versions_of(ActionRisk)
ActionControlVersion = history.versions_of(ActionControl)
AcceptanceVersion = history.versions_of(Acceptance)
