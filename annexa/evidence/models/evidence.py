"""What shows that something is done: files, links and records, kept edition by edition."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class Evidence(models.Model):
    """One thing that shows something, for as many controls, requirements and risks as it bears on (7.5, 9.1).

    `period_from` and `period_to` say which time it is about, `expires_on` until when it counts.
    """

    class State(models.TextChoices):
        CURRENT = "current", _("In use")
        RETIRED = "retired", _("Retired")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    # The scope it is about; empty for the whole organisation.
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, null=True, blank=True, db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, blank=True, db_index=False)
    classification = models.CharField(max_length=40, blank=True)
    period_from = models.DateField(null=True, blank=True)
    period_to = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    latest = models.ForeignKey("evidence.Edition", models.CASCADE, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.CURRENT)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="evidence_number_once"),
            models.CheckConstraint(
                name="evidence_period_forward",
                condition=models.Q(period_from=None)
                | models.Q(period_to=None)
                | models.Q(period_to__gte=models.F("period_from")),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "-number"], name="evidence_list"),
            models.Index(fields=["organization", "expires_on"], name="evidence_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """What people call it by."""
        return f"EVID-{self.number}"

    @property
    def is_retired(self) -> bool:
        return self.state == self.State.RETIRED

    @property
    def is_expired(self) -> bool:
        return not self.is_retired and self.expires_on is not None and self.expires_on < clock.today()


class Edition(models.Model):
    """What was put in at one time; editions are added and never changed."""

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        LINK = "link", _("Link")
        RECORD = "record", _("Record")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="editions", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=6, choices=Kind)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    url = models.URLField(max_length=1000, blank=True)
    text = models.TextField(blank=True)
    collected_on = models.DateField()
    collected_with = models.CharField(max_length=60, blank=True)  # a program's name; empty for a person
    added_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    added_at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=300, blank=True)

    scope_parent = "evidence"

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "evidence", "number"], name="edition_number_once"),
            models.CheckConstraint(
                name="edition_holds_its_kind",
                condition=(models.Q(kind="file") & ~models.Q(sha256="") & models.Q(url="", text=""))
                | (models.Q(kind="link") & ~models.Q(url="") & models.Q(sha256="", text=""))
                | (models.Q(kind="record") & ~models.Q(text="") & models.Q(sha256="", url="")),
            ),
        ]


class EvidenceControl(models.Model):
    """Evidence bears on a control or requirement."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="controls", db_index=False)
    requirement = models.ForeignKey("catalog.Requirement", models.PROTECT, related_name="evidence", db_index=False)

    scope_parent = "evidence"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "evidence", "requirement"], name="evidence_control_once")
        ]
        indexes = [models.Index(fields=["organization", "requirement"], name="evidence_of_control")]


class EvidenceRisk(models.Model):
    """Evidence bears on a risk."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="risks", db_index=False)
    risk = models.ForeignKey("risks.Risk", models.PROTECT, related_name="evidence", db_index=False)

    scope_parent = "evidence"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "evidence", "risk"], name="evidence_risk_once")]
        indexes = [models.Index(fields=["organization", "risk"], name="evidence_of_risk")]


EvidenceVersion = history.versions_of(Evidence)
EvidenceControlVersion = history.versions_of(EvidenceControl)
EvidenceRiskVersion = history.versions_of(EvidenceRisk)
