"""The register of risks and opportunities (6.1.1, 6.1.2 c) and what was read of them over time (6.1.2 d, 8.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id
from annexa.risks.models.method import Method


class Nature(models.TextChoices):
    """Whether it would do harm or good."""

    THREAT = "threat", _("Threat")
    OPPORTUNITY = "opportunity", _("Opportunity")


class Stage(models.TextChoices):
    """When a reading holds: without controls, as things stand, once the treatment is done."""

    INHERENT = "inherent", _("Inherent")
    CURRENT = "current", _("Current")
    TARGET = "target", _("Target")


class Decision(models.TextChoices):
    """What is done about a risk (6.1.3 a)."""

    UNDECIDED = "", _("Undecided")
    MITIGATE = "mitigate", _("Mitigate")
    AVOID = "avoid", _("Avoid")
    TRANSFER = "transfer", _("Transfer")
    ACCEPT = "accept", _("Accept")


class Knowledge(models.TextChoices):
    """How well founded the readings are."""

    WEAK = "weak", _("A guess")
    FAIR = "fair", _("Judgement of people who know")
    STRONG = "strong", _("Data of our own")


def _small() -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    return models.PositiveSmallIntegerField(null=True, blank=True, editable=False)


class Risk(models.Model):
    """What may happen, to what, and what is done about it.

    `current_score` and its like repeat the newest reading of each stage, for lists. `source_*` names the row of another
    part that raised it, once for each cause.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, db_index=False)
    number = models.PositiveIntegerField()
    nature = models.CharField(max_length=12, choices=Nature, default=Nature.THREAT)
    title = models.CharField(max_length=200)
    cause = models.TextField(blank=True)
    event = models.TextField(blank=True)
    consequence = models.TextField(blank=True)
    threat = models.CharField(max_length=120, blank=True)
    vulnerability = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=60, blank=True)
    scenario = models.CharField(max_length=60, blank=True)
    own_id = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, blank=True, db_index=False)
    sources = models.TextField(blank=True)
    knowledge = models.CharField(max_length=8, choices=Knowledge, default=Knowledge.FAIR)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.UNDECIDED, blank=True)
    decision_note = models.TextField(blank=True)
    review_due = models.DateField(null=True, blank=True)
    inherent_score = _small()
    inherent_likelihood = _small()
    inherent_impact = _small()
    current_score = _small()
    current_likelihood = _small()
    current_impact = _small()
    target_score = _small()
    target_likelihood = _small()
    target_impact = _small()
    confidentiality = _small()
    integrity = _small()
    availability = _small()
    read_at = models.DateTimeField(null=True, editable=False)
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="risk_number_once"),
            models.UniqueConstraint(
                fields=["organization", "source_kind", "source_id"],
                condition=models.Q(source_id__isnull=False),
                name="risk_cause_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "scope", "own_id"], condition=~models.Q(own_id=""), name="risk_own_id_once"
            ),
        ]
        indexes = [
            models.Index(
                "organization",
                "scope",
                "closed_at",
                models.F("current_score").desc(nulls_last=True),
                "number",
                name="risk_list",
            ),
            models.Index(fields=["organization", "owner"], name="risk_of_owner"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """What people call it by."""
        return f"RISK-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_review_late(self) -> bool:
        return self.is_open and self.review_due is not None and self.review_due < clock.today()


class RiskAsset(models.Model):
    """An asset that a risk is about."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    risk = models.ForeignKey(Risk, models.CASCADE, related_name="assets", db_index=False)
    asset = models.ForeignKey("assets.Asset", models.PROTECT, related_name="risks", db_index=False)

    scope_parent = "risk"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "risk", "asset"], name="risk_asset_once")]
        indexes = [models.Index(fields=["organization", "asset"], name="risk_of_asset")]


class RiskControl(models.Model):
    """A control that works against a risk already, or shall (6.1.3 b)."""

    class Role(models.TextChoices):
        EXISTING = "existing", _("Works already")
        TREATING = "treating", _("Part of the treatment")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    risk = models.ForeignKey(Risk, models.CASCADE, related_name="controls", db_index=False)
    requirement = models.ForeignKey("catalog.Requirement", models.PROTECT, related_name="risks", db_index=False)
    role = models.CharField(max_length=10, choices=Role, default=Role.TREATING)

    scope_parent = "risk"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "risk", "requirement"], name="risk_control_once")
        ]
        indexes = [models.Index(fields=["organization", "requirement"], name="risk_of_control")]


class Reading(models.Model):
    """What somebody read of a risk at a moment, with the method that made a score of it; never changed or removed.

    `carried` marks one that a new method made of an older reading; somebody confirms it by reading anew.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    risk = models.ForeignKey(Risk, models.CASCADE, related_name="readings", db_index=False)
    stage = models.CharField(max_length=10, choices=Stage)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False)
    method = models.ForeignKey(Method, models.PROTECT, db_index=False)
    likelihood = models.PositiveSmallIntegerField()
    confidentiality = models.PositiveSmallIntegerField(null=True)
    integrity = models.PositiveSmallIntegerField(null=True)
    availability = models.PositiveSmallIntegerField(null=True)
    impact = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    carried = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    scope_parent = "risk"

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["organization", "risk", "at"], name="reading_of_risk")]


RiskVersion = history.versions_of(Risk)
RiskAssetVersion = history.versions_of(RiskAsset)
RiskControlVersion = history.versions_of(RiskControl)
