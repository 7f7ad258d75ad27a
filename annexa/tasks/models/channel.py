"""A chat into which a member's notices go."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock, crypto
from annexa.lib.ids import new_id

PURPOSE = "chat"


class Channel(models.Model):
    """A member's own chat; its address holds a secret, so it is encrypted, and no trail entry has it."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        OFF = "off", _("Switched off")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    membership = models.ForeignKey("organizations.Membership", models.CASCADE, db_index=False)
    service = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    address_box = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    failures = models.PositiveIntegerField(default=0)  # since something arrived last
    last_error = models.CharField(max_length=300, blank=True)
    last_sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    scope_parent = "membership"
    not_exported = {"address_box": "the address with its secret, encrypted for this installation"}

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["organization", "membership"], name="channel_of_member")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    def address(self) -> str:
        """Return the address; raises crypto.Unreadable."""
        return crypto.decrypt(self.address_box, PURPOSE)
