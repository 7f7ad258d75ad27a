"""The frameworks an organisation works with: its own copy, so that row security and its own additions are one thing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id

OWN = "own"


class Framework(models.Model):
    """A framework that an organisation adopted or imported; `own` holds its own controls."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    slug = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    edition = models.CharField(max_length=80, blank=True)
    publisher = models.CharField(max_length=120, blank=True)
    licence = models.CharField(max_length=400, blank=True)
    is_builtin = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    attributes = models.JSONField(default=dict)
    documents = models.JSONField(default=list)
    imported_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "slug"], name="framework_slug_once")]

    def __str__(self) -> str:
        return self.title


class Requirement(models.Model):
    """A clause requirement or a control (Annex A, another framework's, or the organisation's own)."""

    class Kind(models.TextChoices):
        SECTION = "section", _("Section")
        REQUIREMENT = "requirement", _("Requirement")
        CONTROL = "control", _("Control")
        ITEM = "item", _("Item")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    framework = models.ForeignKey(Framework, models.CASCADE, related_name="requirements", db_index=False)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children", db_index=False)
    ref = models.CharField(max_length=40)
    sort_key = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=Kind)
    theme = models.CharField(max_length=40, blank=True)
    change = models.CharField(max_length=10, blank=True)
    summary = models.TextField(blank=True)
    documented = models.CharField(max_length=200, blank=True)
    attributes = models.JSONField(default=dict)
    guidance = models.JSONField(default=dict)
    retired_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "framework", "ref"], name="requirement_ref_once")
        ]
        indexes = [models.Index(fields=["organization", "framework", "kind", "sort_key"], name="requirement_order")]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"

    @property
    def is_new(self) -> bool:
        return self.change == "new"


class Mapping(models.Model):
    """A line of a crosswalk that an organisation imported."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    crosswalk = models.CharField(max_length=120)
    source_framework = models.CharField(max_length=60)
    source_ref = models.CharField(max_length=40)
    target_framework = models.CharField(max_length=60)
    target_ref = models.CharField(max_length=40)
    relation = models.CharField(max_length=20)
    provenance = models.CharField(max_length=400)
    derived = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "crosswalk", "source_ref", "target_ref"], name="mapping_once"
            )
        ]


FrameworkVersion = history.versions_of(Framework)
RequirementVersion = history.versions_of(Requirement)
MappingVersion = history.versions_of(Mapping)
