"""An ISMS scope: what a certificate covers."""

from django.db import models

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class Scope(models.Model):
    """A scope (clause 4.3); an organisation has at least one, and with one nobody notices."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    slug = models.SlugField(max_length=40, db_index=False)
    name = models.CharField(max_length=160)
    statement = models.TextField(blank=True)
    sites = models.TextField(blank=True)
    headcount = models.PositiveIntegerField(null=True, blank=True)
    boundaries = models.TextField(blank=True)
    interfaces = models.TextField(blank=True)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    scope_column = "id"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="scope_slug_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(is_default=True), name="one_default_scope"
            ),
        ]

    def __str__(self) -> str:
        return self.name


ScopeVersion = history.versions_of(Scope)
