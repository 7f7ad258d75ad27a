"""A person in an organisation."""

from datetime import date

from django.db import models

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import NAMES, PERMISSIONS, Role


class Membership(models.Model):
    """What one person may do in one organisation, and until when; owners of rows are memberships, not people."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    person = models.ForeignKey("organizations.Person", models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=NAMES)
    job_title = models.CharField(max_length=120, blank=True)
    scope = models.ForeignKey("organizations.Scope", models.PROTECT, null=True, blank=True, db_index=False)
    expires_on = models.DateField(null=True, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    own_rows_policy = "person_id = (select current_person())"
    seen_across_scopes = True  # an owner's name is shown wherever they own something

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "person"], name="membership_once")]

    def __str__(self) -> str:
        return str(self.person)

    def is_active(self, on: date | None = None) -> bool:
        """Whether the membership counts on a day."""
        day = on or clock.today()
        return self.deactivated_at is None and (self.expires_on is None or self.expires_on >= day)

    @property
    def permissions(self) -> frozenset[Permission]:
        return PERMISSIONS[Role(self.role)] if self.is_active() else frozenset()

    @property
    def role_name(self) -> str:
        return str(NAMES[Role(self.role)])


MembershipVersion = history.versions_of(Membership)
