"""The trail: what happened, chained by hash, one chain per organisation."""

from django.db import models

from annexa.lib.ids import new_id


class TrailEntry(models.Model):
    """One change; `hash` covers all of the entry and the hash before it (trail.sql).

    Of the body it covers `seal`, a salted hash, so that an approved disposal can destroy body and salt while the chain
    still holds. Entries without a seal are older than that; their hash covers the body itself.
    """

    pk = models.CompositePrimaryKey("organization_id", "seq")
    organization_id = models.UUIDField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.TextField()
    command = models.TextField()
    subject_type = models.TextField()
    subject_id = models.TextField()
    scope_id = models.UUIDField(null=True)  # the ISMS scope of the subject; empty for the whole organisation
    body = models.TextField()
    salt = models.BinaryField(default=b"")
    seal = models.BinaryField(default=b"")
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "subject_type", "subject_id", "seq"], name="trail_by_subject"),
            models.Index(fields=["organization_id", "actor", "seq"], name="trail_by_actor"),
        ]


class TrailHead(models.Model):
    """The last hash of an organisation's chain; locked while an entry is added, so the chain has no forks."""

    organization_id = models.UUIDField(primary_key=True, default=new_id)
    seq = models.BigIntegerField()
    hash = models.BinaryField()
    followed = models.BooleanField(default=False)  # a job is queued after what is appended
