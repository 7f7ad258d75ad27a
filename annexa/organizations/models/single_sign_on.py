"""How an organisation's own identity provider signs its people in."""

from django.db import models

from annexa.lib import clock, crypto
from annexa.lib.ids import new_id
from annexa.organizations.roles import NAMES, Role

PURPOSE = "single-sign-on"


class SingleSignOn(models.Model):
    """A connection to an OpenID Connect provider; its secret is encrypted, and no version or trail entry holds it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    issuer = models.URLField(max_length=500)
    client_id = models.CharField(max_length=255)
    secret_box = models.TextField()
    role_claim = models.CharField(max_length=80, blank=True)
    role_map = models.JSONField(default=list, blank=True)  # pairs: value of the claim, role; in order
    default_role = models.CharField(max_length=20, choices=NAMES, default=Role.READER)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    not_exported = {"secret_box": "the provider's secret, encrypted for this installation"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="single_sign_on_once")]

    def __str__(self) -> str:
        return self.issuer

    @property
    def client_secret(self) -> str:
        return crypto.decrypt(self.secret_box, PURPOSE)

    def role_of(self, claims: dict[str, object]) -> Role | None:
        """Return the role that the claims ask for, or None; the first line of the mapping that fits wins."""
        found = claims.get(self.role_claim) if self.role_claim else None
        values = {str(each) for each in found} if isinstance(found, list) else {str(found)}
        return next((Role(role) for value, role in self.role_map if value in values), None)


class ExternalIdentity(models.Model):
    """Who somebody is at the organisation's provider; only this and the claimed domain let them in."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    membership = models.ForeignKey("organizations.Membership", models.CASCADE, db_index=False)
    issuer = models.URLField(max_length=500)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=clock.now)

    scope_parent = "membership"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "issuer", "subject"], name="external_identity_once")
        ]

    def __str__(self) -> str:
        return self.subject


class SignInDomain(models.Model):
    """Whose provider signs in the addresses of a domain.

    Asked before anybody has signed in, so it lies outside every organisation, and `holder` is a plain id: the table
    says no more than where a sign-in leads.
    """

    domain = models.CharField(max_length=253, primary_key=True)
    holder = models.UUIDField()
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.domain
