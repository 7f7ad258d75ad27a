"""An organisation that runs its ISMS here."""

from django.db import models

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class Organization(models.Model):
    """An organisation; every business row belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=new_id)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    legal_name = models.CharField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")
    language = models.CharField(max_length=10, default="en")
    # Approval by somebody who changed nothing is the rule; an owner may relax it in the open (iso27001.md, Invariants).
    four_eyes_relaxed = models.BooleanField(default=False)
    four_eyes_reason = models.TextField(blank=True)
    second_factor_required = models.BooleanField(default=False)
    single_sign_on_required = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    own_rows_policy = (
        "exists (select from organizations_membership m"
        " where m.organization_id = organizations_organization.id and m.person_id = (select current_person()))"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="relaxed_four_eyes_say_why",
                condition=models.Q(four_eyes_relaxed=False) | ~models.Q(four_eyes_reason=""),
            )
        ]

    def __str__(self) -> str:
        return self.name


OrganizationVersion = history.versions_of(Organization)
