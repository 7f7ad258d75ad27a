"""How an organisation assesses risk (clause 6.1.2 a and b): a version in force, and perhaps the draft of the next."""

from functools import cached_property

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id
from annexa.risks.terms import Terms, read


class Method(models.Model):
    """A version of the method: a draft, or approved and from then on unchanged; `plain` holds the terms."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    number = models.PositiveIntegerField()
    plain = models.JSONField()
    # People who changed the draft; none of them approves it (four eyes).
    editors = ArrayField(models.UUIDField(), default=list)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    approved_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True)
    approval_note = models.TextField(blank=True)
    four_eyes_relaxed = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="method_number_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(approved_at=None), name="one_method_draft"
            ),
        ]

    def __str__(self) -> str:
        return _("Method %(number)s") % {"number": self.number}

    @property
    def is_approved(self) -> bool:
        return self.approved_at is not None

    @cached_property
    def terms(self) -> Terms:
        """The terms, ready to be applied."""
        return read(self.plain)


MethodVersion = history.versions_of(Method)
