"""An invitation by e-mail."""

from django.db import models
from django.utils.crypto import salted_hmac

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id
from annexa.organizations.roles import NAMES, Role


class Invitation(models.Model):
    """An offer of a membership; its link carries a keyed hash of the id, so nothing secret is stored or queued."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20, choices=NAMES)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, null=True, blank=True, db_index=False)
    membership_expires_on = models.DateField(null=True, blank=True)
    invited_by = models.ForeignKey("organizations.Membership", models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email

    @property
    def token(self) -> str:
        return salted_hmac("annexa.invitation", str(self.pk), algorithm="sha256").hexdigest()

    @property
    def is_open(self) -> bool:
        return not self.accepted_at and not self.withdrawn_at and self.expires_at > clock.now()

    @property
    def role_name(self) -> str:
        return str(NAMES[Role(self.role)])


InvitationVersion = history.versions_of(Invitation)
