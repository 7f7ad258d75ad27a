"""What an organisation remembers of sheets its risks came from."""

from django.db import models

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id


class RegisterTerms(models.Model):
    """The terms of a register; `columns` maps a heading in lower case to the field that somebody chose for it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    columns = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_register_terms")]


RegisterTermsVersion = history.versions_of(RegisterTerms)
