"""A token that lets a program act as a member."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models

from annexa.lib import clock
from annexa.lib.ids import new_id

USE_NOTED_EVERY = timedelta(minutes=1)


class ApiToken(models.Model):
    """A named, expiring key to some of a member's permissions; shown once and stored as a hash."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    membership = models.ForeignKey("organizations.Membership", models.CASCADE, db_index=False)
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64)
    permissions = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    scope_parent = "membership"
    not_exported = {"token_hash": "lets in whoever knows the text behind it"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "token_hash"], name="api_token_once")]
        indexes = [models.Index(fields=["organization", "membership"], name="api_token_of_member")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.expires_at > clock.now()

    @property
    def is_use_old(self) -> bool:
        """Whether the last use was noted long enough ago to note another."""
        return self.last_used_at is None or self.last_used_at < clock.now() - USE_NOTED_EVERY
