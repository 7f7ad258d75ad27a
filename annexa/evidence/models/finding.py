"""What scanners found, and what became of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.ids import new_id


class Severity(models.IntegerChoices):
    """How bad a finding is by itself, the worst the highest."""

    INFO = 0, _("Info")
    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    CRITICAL = 4, _("Critical")


class Scan(models.Model):
    """One file of a scanner that was brought in: `target` is what was scanned, within which what is gone is mended."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=120)
    tool = models.CharField(max_length=100, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    brought_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=clock.now)
    new = models.PositiveIntegerField(default=0)
    again = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)
    mended = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["organization", "-at"], name="scan_newest")]

    def __str__(self) -> str:
        return f"{self.target} ({self.source})"


class Finding(models.Model):
    """One thing to mend, however often it is seen; `identity` is the scanner's and the same from scan to scan."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        MENDED = "mended", _("Mended")
        ACCEPTED = "accepted", _("Accepted for a time")
        DISPUTED = "disputed", _("Disputed")
        FALSE = "false", _("False positive")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=120)
    identity = models.CharField(max_length=32)
    rule = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    place = models.CharField(max_length=600, blank=True)
    found_on = models.CharField(max_length=300, blank=True)
    asset = models.ForeignKey("assets.Asset", models.SET_NULL, null=True, related_name="findings", db_index=False)
    description = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    cves = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    cwes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    links = ArrayField(models.CharField(max_length=500), default=list, blank=True)
    score = models.FloatField(null=True)  # CVSS, as the scanner says it
    controls = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    owner = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, blank=True, db_index=False)
    due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    accepted_until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    first_seen = models.DateTimeField(default=clock.now)
    last_seen = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    times_seen = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-severity", "number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="finding_number_once"),
            models.UniqueConstraint(
                fields=["organization", "source", "target", "identity"], name="finding_identity_once"
            ),
            models.CheckConstraint(
                name="finding_accepted_until", condition=~models.Q(state="accepted") | ~models.Q(accepted_until=None)
            ),
        ]
        indexes = [
            models.Index(
                "organization",
                models.F("closed_at").desc(nulls_first=True),
                models.F("severity").desc(),
                "number",
                name="finding_list",
            ),
            models.Index(fields=["organization", "state", "-severity", "number"], name="finding_by_state"),
            models.Index(fields=["organization", "owner", "state"], name="finding_of_owner"),
            models.Index(fields=["organization", "state", "due"], name="finding_by_due"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """What people call it by."""
        return f"FIND-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due is not None and self.due < clock.today()


class FindingStep(models.Model):
    """What happened to a finding, in order: seen, mended, seen again, decided; never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    finding = models.ForeignKey(Finding, models.CASCADE, related_name="steps", db_index=False)
    at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=Finding.State)
    scan = models.ForeignKey(Scan, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["organization", "finding", "-at"], name="finding_step_of")]
