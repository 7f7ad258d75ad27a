"""The inventory of information and other associated assets (A.5.9), and what depends on what."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id

LONGEST_RECOVERY = 8760  # hours, a year


class Kind(models.TextChoices):
    """What sort of thing an asset is."""

    INFORMATION = "information", _("Information")
    SOFTWARE = "software", _("Software")
    SERVICE = "service", _("Service")
    HARDWARE = "hardware", _("Hardware")
    PEOPLE = "people", _("People")
    SITE = "site", _("Site")
    SUPPLIED = "supplied", _("Provided by a supplier")
    OPERATIONAL = "operational", _("Operational technology")
    DEVICE = "device", _("Medical or IoT device")


class State(models.TextChoices):
    """Where an asset is in its life."""

    PLANNED = "planned", _("Planned")
    IN_USE = "in_use", _("In use")
    RETIRED = "retired", _("Retired")


class Value(models.IntegerChoices):
    """How much harm a loss of confidentiality, integrity or availability would do."""

    VERY_LOW = 1, _("Very low")
    LOW = 2, _("Low")
    MEDIUM = 3, _("Medium")
    HIGH = 4, _("High")
    VERY_HIGH = 5, _("Very high")


def _value() -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    return models.PositiveSmallIntegerField(
        null=True, blank=True, choices=Value, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )


def _between_1_and_5(name: str) -> models.Q:
    return models.Q(**{f"{name}__isnull": True}) | models.Q(**{f"{name}__range": (1, 5)})


def _worth() -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    return models.PositiveSmallIntegerField(null=True, blank=True, editable=False)


def _hours() -> models.PositiveIntegerField:  # type: ignore[type-arg]
    return models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(LONGEST_RECOVERY)])


class Asset(models.Model):
    """Something of value to the organisation.

    Confidentiality, integrity and availability are what a person said of it, 1 to 5; `worth_*` is what it comes to with
    what flows from the assets that need it. Recovery time and recovery point are in hours.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    # The scope it lies in; empty for the whole organisation.
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, null=True, blank=True, db_index=False)
    number = models.PositiveIntegerField()
    own_id = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    description = models.TextField(blank=True)
    owner = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, blank=True, db_index=False)
    custodian = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    classification = models.CharField(max_length=40, blank=True)
    confidentiality = _value()
    integrity = _value()
    availability = _value()
    worth_confidentiality = _worth()
    worth_integrity = _worth()
    worth_availability = _worth()
    recovery_time = _hours()
    recovery_point = _hours()
    personal_data = models.BooleanField(default=False)
    unpatchable = models.BooleanField(default=False)
    vendor_managed = models.BooleanField(default=False)
    location = models.CharField(max_length=200, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    extra = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.IN_USE)
    review_due = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="asset_number_once"),
            models.UniqueConstraint(
                fields=["organization", "own_id"], condition=~models.Q(own_id=""), name="asset_own_id_once"
            ),
            models.CheckConstraint(
                name="asset_values_1_to_5",
                condition=_between_1_and_5("confidentiality")
                & _between_1_and_5("integrity")
                & _between_1_and_5("availability"),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "number"], name="asset_list"),
            models.Index(fields=["organization", "owner"], name="asset_of_owner"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """What people call it by."""
        return f"ASSET-{self.number}"

    @property
    def is_retired(self) -> bool:
        return self.state == State.RETIRED

    @property
    def is_review_late(self) -> bool:
        return not self.is_retired and self.review_due is not None and self.review_due < clock.today()


class Dependency(models.Model):
    """One asset needs another: whatever harms the other harms the first, in the dimensions that are marked."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="needs", db_index=False)
    needed = models.ForeignKey(Asset, models.CASCADE, related_name="needed_by", db_index=False)
    confidentiality = models.BooleanField(default=True)
    integrity = models.BooleanField(default=True)
    availability = models.BooleanField(default=True)

    scope_parent = "asset"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "asset", "needed"], name="dependency_once"),
            models.CheckConstraint(name="asset_needs_another", condition=~models.Q(asset=models.F("needed"))),
        ]
        indexes = [models.Index(fields=["organization", "needed"], name="dependency_of_needed")]


AssetVersion = history.versions_of(Asset)
DependencyVersion = history.versions_of(Dependency)
