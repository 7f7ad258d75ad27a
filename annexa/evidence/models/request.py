"""What somebody is asked to show."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class EvidenceRequest(models.Model):
    """One member is asked for evidence until a day; what they give is looked at, taken or given back with a reason."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        ANSWERED = "answered", _("Answered")
        RETURNED = "returned", _("Given back")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, null=True, blank=True, db_index=False)
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    requirement = models.ForeignKey(
        "catalog.Requirement", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    owner = models.ForeignKey("organizations.Membership", models.PROTECT, db_index=False)  # who is asked
    due = models.DateField()
    asked_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    evidence = models.ForeignKey(
        "evidence.Evidence", models.CASCADE, null=True, related_name="requests", db_index=False
    )
    answer_note = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["due", "created_at"]
        indexes = [
            models.Index(fields=["organization", "state", "due"], name="evidence_request_list"),
            models.Index(fields=["organization", "owner", "state"], name="evidence_request_of"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.ASKED, self.State.RETURNED)

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due < clock.today()


EvidenceRequestVersion = history.versions_of(EvidenceRequest)
