"""A link that works once."""

from django.db import models

from annexa.lib import clock
from annexa.lib.ids import new_id


class SignInLink(models.Model):
    """A one-time link: with a person it signs them in, without one it creates the first administrator."""

    id = models.UUIDField(primary_key=True, default=new_id)
    token_hash = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey("organizations.Person", models.CASCADE, null=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
