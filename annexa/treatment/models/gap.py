"""Gap assessments: where an organisation stands against a framework."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class Conformity(models.TextChoices):
    """How far a requirement is met; only Annex A controls can be not applicable."""

    NOT_ASSESSED = "not_assessed", _("Not assessed")
    NONCONFORMING = "nonconforming", _("Not met")
    PARTIAL = "partial", _("Partly")
    CONFORMING = "conforming", _("Conforms")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class DocumentState(models.TextChoices):
    """Whether a mandatory document exists."""

    MISSING = "missing", _("Missing")
    DRAFT = "draft", _("Draft")
    PRESENT = "present", _("Present")


class GapAssessment(models.Model):
    """One round of rating a scope; several over time, one open at once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, db_index=False)
    framework = models.ForeignKey("catalog.Framework", models.PROTECT, db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)
    started_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    started_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "scope", "number"], name="gap_number_once"),
            models.UniqueConstraint(
                fields=["organization", "scope", "framework"],
                condition=models.Q(closed_at=None),
                name="one_open_gap_assessment",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class GapRating(models.Model):
    """What an assessment says of one requirement or control, and what is to be done."""

    TASK_KIND = "gap"  # the source of the task that follows `action`
    scope_parent = "assessment"

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    assessment = models.ForeignKey(GapAssessment, models.CASCADE, related_name="ratings", db_index=False)
    requirement = models.ForeignKey("catalog.Requirement", models.PROTECT, db_index=False)
    conformity = models.CharField(max_length=16, choices=Conformity, default=Conformity.NOT_ASSESSED)
    maturity = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(5)])
    target = models.PositiveSmallIntegerField(default=3, validators=[MaxValueValidator(5)])
    note = models.TextField(blank=True)
    action = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, blank=True, db_index=False)
    effort = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    changed_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "assessment", "requirement"], name="gap_rating_once"),
            models.CheckConstraint(name="gap_maturity_0_to_5", condition=models.Q(maturity__lte=5, target__lte=5)),
        ]


class GapEvidence(models.Model):
    """A file or a link, with its date, that shows what a rating says."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    rating = models.ForeignKey(GapRating, models.CASCADE, related_name="evidence", db_index=False)
    title = models.CharField(max_length=200)
    dated = models.DateField()
    url = models.URLField(max_length=1000, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    added_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    added_at = models.DateTimeField(default=clock.now)

    scope_parent = "rating"

    class Meta:
        indexes = [models.Index(fields=["organization", "rating"], name="gap_evidence_of_rating")]
        constraints = [
            models.CheckConstraint(name="gap_evidence_file_or_link", condition=models.Q(url="") ^ models.Q(sha256=""))
        ]


class GapDocument(models.Model):
    """Whether one mandatory document exists, as an assessment found it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    assessment = models.ForeignKey(GapAssessment, models.CASCADE, related_name="documents", db_index=False)
    key = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=DocumentState, default=DocumentState.MISSING)
    url = models.URLField(max_length=1000, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    scope_parent = "assessment"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "assessment", "key"], name="gap_document_once")]


GapAssessmentVersion = history.versions_of(GapAssessment)
GapRatingVersion = history.versions_of(GapRating)
GapEvidenceVersion = history.versions_of(GapEvidence)
GapDocumentVersion = history.versions_of(GapDocument)
