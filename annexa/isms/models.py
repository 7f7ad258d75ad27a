"""The context of the ISMS (clauses 4.1, 4.2, A.5.31)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class ChosenProfile(models.Model):
    """The answers of the guided start for one scope, and the profile that followed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, db_index=False)
    profile = models.CharField(max_length=40)
    size = models.CharField(max_length=20)
    protects = models.JSONField(default=list)
    chosen_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "scope"], name="profile_per_scope")]


class ContextRow(models.Model):
    """What the rows of the context have in common: a scope, and whether they came from the profile untouched."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, db_index=False)
    from_profile = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True
        ordering = ["position", "id"]


class Issue(ContextRow):
    """An internal or external issue (clause 4.1)."""

    class Side(models.TextChoices):
        INTERNAL = "internal", _("Internal")
        EXTERNAL = "external", _("External")

    side = models.CharField(max_length=10, choices=Side)
    text = models.TextField()

    class Meta(ContextRow.Meta):
        indexes = [models.Index(fields=["organization", "scope"], name="issue_of_scope")]

    def __str__(self) -> str:
        return self.text


class InterestedParty(ContextRow):
    """An interested party, what it needs, and whether the ISMS meets the need (clause 4.2)."""

    name = models.CharField(max_length=160)
    needs = models.TextField()
    addressed = models.BooleanField(default=True)

    class Meta(ContextRow.Meta):
        indexes = [models.Index(fields=["organization", "scope"], name="party_of_scope")]

    def __str__(self) -> str:
        return self.name


class Obligation(ContextRow):
    """A law, regulation or contract that asks something of the ISMS, and the controls it names (A.5.31)."""

    class Kind(models.TextChoices):
        LEGAL = "legal", _("Law")
        REGULATORY = "regulatory", _("Regulation")
        CONTRACT = "contract", _("Contract")

    key = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    why = models.TextField(blank=True)
    controls = models.JSONField(default=list)

    class Meta(ContextRow.Meta):
        indexes = [models.Index(fields=["organization", "scope"], name="obligation_of_scope")]

    def __str__(self) -> str:
        return self.title


ChosenProfileVersion = history.versions_of(ChosenProfile)
IssueVersion = history.versions_of(Issue)
InterestedPartyVersion = history.versions_of(InterestedParty)
ObligationVersion = history.versions_of(Obligation)
