"""The address under which a calendar program reads what a member has to do."""

from datetime import timedelta

from django.db import models

from annexa.lib import clock
from annexa.lib.ids import new_id

USE_NOTED_EVERY = timedelta(minutes=10)


class CalendarFeed(models.Model):
    """One member's calendar as a secret address; shown once and stored as a hash."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    membership = models.ForeignKey("organizations.Membership", models.CASCADE, db_index=False)
    token_hash = models.CharField(max_length=64)
    only_mine = models.BooleanField(default=True)  # or every task that the member may see
    created_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(null=True, blank=True)

    scope_parent = "membership"
    not_exported = {"token_hash": "lets in whoever knows the address behind it"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "membership"], name="calendar_feed_of_member"),
            models.UniqueConstraint(fields=["organization", "token_hash"], name="calendar_feed_once"),
        ]

    @property
    def is_use_old(self) -> bool:
        """Whether the last use was noted long enough ago to note another."""
        return self.last_used_at is None or self.last_used_at < clock.now() - USE_NOTED_EVERY
