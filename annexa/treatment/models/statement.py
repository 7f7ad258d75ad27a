"""The Statement of Applicability (clause 6.1.3 d)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class Reason(models.TextChoices):
    """Why a control is necessary."""

    RISK = "risk", _("Risk")
    LEGAL = "legal", _("Legal")
    CONTRACT = "contract", _("Contract")
    BASELINE = "baseline", _("Baseline")


class Status(models.TextChoices):
    """How far a control is implemented; independent of whether it is applicable."""

    NOT_STARTED = "not_started", _("Not started")
    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("In progress")
    IMPLEMENTED = "implemented", _("Implemented")


class Statement(models.Model):
    """One edition of a scope's Statement of Applicability: a draft, or an approved version that never changes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, related_name="+", db_index=False)
    framework = models.ForeignKey("catalog.Framework", models.PROTECT, db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    # People who changed content since the last approved version; none of them may approve (four eyes).
    editors = ArrayField(models.UUIDField(), default=list)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    submitted_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    submitted_at = models.DateTimeField(null=True)
    submitted_hash = models.CharField(max_length=64, blank=True)  # of the content that review was asked for
    returned_note = models.TextField(blank=True)
    approved_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True)
    approval_note = models.TextField(blank=True)
    four_eyes_relaxed = models.TextField(blank=True)
    preliminary = models.BooleanField(default=True)
    content = models.JSONField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "scope", "number"], name="statement_number_once"),
            models.UniqueConstraint(
                fields=["organization", "scope"], condition=~models.Q(state="approved"), name="one_working_statement"
            ),
            models.CheckConstraint(
                name="approved_statement_is_frozen",
                condition=~models.Q(state="approved")
                | models.Q(approved_at__isnull=False, content__isnull=False) & ~models.Q(content_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return (
            _("v%(number)s") % {"number": self.number}
            if self.is_approved
            else _("Draft %(number)s") % {"number": self.number}
        )

    @property
    def is_approved(self) -> bool:
        return self.state == self.State.APPROVED

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class StatementRow(models.Model):
    """What a statement says of one control; `applicable` is empty until a person has decided."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="rows", db_index=False)
    requirement = models.ForeignKey("catalog.Requirement", models.PROTECT, db_index=False)
    applicable = models.BooleanField(null=True, blank=True)
    reasons = ArrayField(models.CharField(max_length=10, choices=Reason), default=list, blank=True)
    justification = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.NOT_STARTED)
    implementation = models.TextField(blank=True)
    owner = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, blank=True, db_index=False)
    links = models.JSONField(default=list, blank=True)
    from_profile = models.BooleanField(default=False)
    proposal = models.JSONField(default=dict, blank=True)
    decision_needed = models.TextField(blank=True)
    changed_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(default=clock.now)

    scope_parent = "statement"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "statement", "requirement"], name="statement_row_once")
        ]


StatementVersion = history.versions_of(Statement)
StatementRowVersion = history.versions_of(StatementRow)
