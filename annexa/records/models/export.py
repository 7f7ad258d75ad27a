"""A complete export of an organisation."""

from django.db import models

from annexa.jobs.models import Progress
from annexa.lib import clock
from annexa.lib.ids import new_id


class Export(models.Model):
    """One file with everything of an organisation; it lies beside the data for a week, for owners only."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    progress = models.ForeignKey(Progress, models.CASCADE, related_name="+", db_index=False)
    asked_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-asked_at"], name="export_newest")]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_there(self) -> bool:
        """Whether the file can still be had."""
        return self.expires_at is not None and self.removed_at is None and self.expires_at > clock.now()

    @property
    def file_name(self) -> str:
        return f"{self.organization.slug}-export-{self.asked_at:%Y%m%d-%H%M}.zip"
