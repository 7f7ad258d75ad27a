"""What is looked at again and again: control checks, and what each time showed."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.evidence.models.finding import Severity
from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class ControlCheck(models.Model):
    """One thing that shows, each time it is looked at, whether controls work (9.1, A.5.36).

    People look at a manual one every `every_days`; a program reports to a pushed one; one of scans is answered by
    each file that is brought in for its `source` and `target`, and fails while a finding of `least` or worse is open.
    """

    class Kind(models.TextChoices):
        MANUAL = "manual", _("Looked at by people")
        PUSH = "push", _("Reported by a program")
        SCAN = "scan", _("Scanner's files")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, null=True, blank=True, db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.MANUAL)
    ready = models.CharField(max_length=40, blank=True)  # which of the ready ones it came from
    look = models.TextField(blank=True)  # what to look at
    keep = models.TextField(blank=True)  # what to keep of it
    mend = models.TextField(blank=True)  # what to do when it fails
    expected = models.CharField(max_length=300, blank=True)
    every_days = models.PositiveIntegerField(default=90)
    due = models.DateField(null=True, blank=True)  # the day by which it is looked at again
    owner = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, blank=True, db_index=False)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=120, blank=True)
    least = models.PositiveSmallIntegerField(choices=Severity, default=Severity.HIGH)
    off_until = models.DateField(null=True, blank=True)
    off_reason = models.CharField(max_length=500, blank=True)
    retired = models.BooleanField(default=False)
    latest = models.ForeignKey("evidence.CheckResult", models.CASCADE, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="check_number_once"),
            models.CheckConstraint(name="check_rhythm", condition=models.Q(every_days__gte=1, every_days__lte=1_100)),
            models.CheckConstraint(
                name="check_scan_named", condition=~models.Q(kind="scan") | ~models.Q(source="") & ~models.Q(target="")
            ),
            models.CheckConstraint(
                name="check_off_said", condition=models.Q(off_until=None) | ~models.Q(off_reason="")
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "due"], name="check_by_due"),
            models.Index(fields=["organization", "source", "target"], name="check_of_scan"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """What people call it by."""
        return f"CHECK-{self.number}"

    @property
    def is_off(self) -> bool:
        return self.off_until is not None and self.off_until >= clock.today()

    @property
    def is_late(self) -> bool:
        return not self.retired and not self.is_off and self.due is not None and self.due < clock.today()

    @property
    def waits(self) -> bool:
        """Whether it is time to look: two weeks before its day, or half its rhythm where that is shorter."""
        if self.due is None or self.retired or self.is_off:
            return False
        return self.due - timedelta(days=min(14, self.every_days // 2)) <= clock.today()

    @property
    def standing(self) -> str:
        """Return pass, fail, na, none or off; what is older than its rhythm allows is none, and never a pass."""
        if self.retired or self.is_off:
            return "off"
        if self.latest is None or self.is_late:
            return CheckResult.Outcome.NONE
        return self.latest.outcome


class CheckResult(models.Model):
    """What a check showed at one time; results are added and never changed."""

    class Outcome(models.TextChoices):
        PASS = "pass", _("Passed")
        FAIL = "fail", _("Failed")
        NA = "na", _("Not applicable")
        NONE = "none", _("No data")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    check_of = models.ForeignKey(ControlCheck, models.CASCADE, related_name="results", db_index=False)
    at = models.DateTimeField(default=clock.now)
    on = models.DateField()  # the day it is about
    outcome = models.CharField(max_length=4, choices=Outcome)
    expected = models.CharField(max_length=300, blank=True)
    actual = models.CharField(max_length=500, blank=True)
    population = models.PositiveIntegerField(null=True)
    failing = models.PositiveIntegerField(default=0)  # without those excluded
    excluded = models.PositiveIntegerField(default=0)
    items = models.JSONField(default=list)  # the failing ones: [{"name", "detail", "excluded"}], at most 500
    by = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False)
    program = models.CharField(max_length=60, blank=True)
    scan = models.ForeignKey("evidence.Scan", models.PROTECT, null=True, related_name="+", db_index=False)
    evidence_id = models.UUIDField(null=True)  # what was kept of it; no key, since its time can end before

    scope_parent = "check_of"

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["organization", "check_of", "-at"], name="check_result_of")]


class CheckControl(models.Model):
    """A check bears on a control or requirement."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    check_of = models.ForeignKey(ControlCheck, models.CASCADE, related_name="controls", db_index=False)
    requirement = models.ForeignKey("catalog.Requirement", models.PROTECT, related_name="+", db_index=False)

    scope_parent = "check_of"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "check_of", "requirement"], name="check_control_once")
        ]
        indexes = [models.Index(fields=["organization", "requirement"], name="check_of_control")]


class CheckExclusion(models.Model):
    """An item that a check does not count until a day, and why."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    check_of = models.ForeignKey(ControlCheck, models.CASCADE, related_name="exclusions", db_index=False)
    item = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    until = models.DateField()
    by = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=clock.now)

    scope_parent = "check_of"

    class Meta:
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "check_of", "item"], name="check_exclusion_once")
        ]


ControlCheckVersion = history.versions_of(ControlCheck)
CheckControlVersion = history.versions_of(CheckControl)
CheckExclusionVersion = history.versions_of(CheckExclusion)
