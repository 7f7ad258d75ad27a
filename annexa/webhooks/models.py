"""Where an organisation wants to be told what happens, and what was sent there."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock, crypto
from annexa.lib.ids import new_id

PURPOSE = "webhook"
OVERLAP = timedelta(hours=24)  # in which a secret that was replaced still signs


class Endpoint(models.Model):
    """An address that is told of events; its secret is encrypted, and no version or trail entry holds it.

    `events` holds names of the trail such as tasks.create_task, a part with a star, or a star alone. `seen` is the
    entry of the trail up to which deliveries were made.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        OFF = "off", _("Switched off")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    url = models.URLField(max_length=1000)
    description = models.CharField(max_length=200, blank=True)
    events = ArrayField(models.CharField(max_length=120))
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    off_because = models.TextField(blank=True)
    secret_box = models.TextField()
    old_secret_box = models.TextField(blank=True)
    replaced_at = models.DateTimeField(null=True)
    seen = models.BigIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    not_exported = {
        "secret_box": "the secret that signs, encrypted for this installation",
        "old_secret_box": "the secret that signed before, encrypted for this installation",
    }

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["organization", "url"], name="webhook_address_once")]

    def __str__(self) -> str:
        return self.url

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    def secrets(self) -> list[str]:
        """Return the secrets that sign now, the newest first."""
        found = [crypto.decrypt(self.secret_box, PURPOSE)]
        if self.old_secret_box and self.replaced_at and self.replaced_at + OVERLAP > clock.now():
            found.append(crypto.decrypt(self.old_secret_box, PURPOSE))
        return found

    def wants(self, event: str) -> bool:
        """Whether an event is among those asked for."""
        return bool({event, f"{event.partition('.')[0]}.*", "*"} & set(self.events))


class Delivery(models.Model):
    """One event for one endpoint: what became of each attempt, and when the next one is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        DEAD = "dead", _("Given up")

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries", db_index=False)
    seq = models.BigIntegerField()  # of the entry of the trail; 0 for a test
    event = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)  # since it was made, or asked for again
    attempts = models.JSONField(default=list)  # moment, status, milliseconds, the beginning of the answer or the error
    due_at = models.DateTimeField(default=clock.now)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "endpoint", "seq"], condition=~models.Q(seq=0), name="event_once_per_webhook"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "endpoint", "-created_at"], name="delivery_of_webhook"),
            models.Index(fields=["organization", "state", "due_at"], name="delivery_due"),
        ]
