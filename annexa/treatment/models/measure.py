"""A figure per day, for trends."""

from django.db import models

from annexa.lib.ids import new_id


class Measure(models.Model):
    """How many of how many on a day; the last change of a day counts."""

    READY = "gap.ready"
    IMPLEMENTED = "soa.implemented"

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, db_index=False)
    kind = models.CharField(max_length=30)
    on = models.DateField()
    count = models.PositiveIntegerField()
    total = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "scope", "kind", "on"], name="measure_once_a_day")
        ]

    @property
    def percent(self) -> float:
        return 100 * self.count / self.total if self.total else 0.0
