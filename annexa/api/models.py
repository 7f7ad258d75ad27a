"""What the REST interface remembers."""

from django.db import models

from annexa.lib import clock
from annexa.lib.ids import new_id


class Answered(models.Model):
    """The answer to a POST with an Idempotency-Key, so that a repetition gets the same and changes nothing."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    membership = models.ForeignKey("organizations.Membership", models.CASCADE, db_index=False)
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)  # SHA-256 of method, path, rights and body
    status = models.PositiveSmallIntegerField(default=0)  # stays 0 when the answer holds a secret, which is not kept
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    answered_at = models.DateTimeField(default=clock.now)

    scope_parent = "membership"
    not_exported = {"*": "copies of answers, kept for a day so that a repetition gets the same"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "membership", "key"], name="answered_once")]
