"""What risks may cost: estimates as ranges, and simulations of a year."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.ids import new_id
from annexa.risks.models.risk import Risk
from annexa.risks.ranges import Effect, Exposure, read


class Estimate(models.Model):
    """How often a risk happens a year and what it costs, as ranges; and what its treatment does and costs a year.

    Each range is an object: kind (fixed, pert, lognormal), low, likely, high. Effects are shares from 0 to 1.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    risk = models.ForeignKey(Risk, models.CASCADE, related_name="estimates", db_index=False)
    frequency = models.JSONField()
    loss = models.JSONField()
    secondary = models.JSONField(null=True, blank=True)
    prevented = models.JSONField(null=True, blank=True)
    cheaper = models.JSONField(null=True, blank=True)
    cost = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    note = models.TextField(blank=True)
    changed_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(default=clock.now)

    scope_parent = "risk"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "risk"], name="one_estimate_per_risk")]

    def plain(self) -> dict[str, Any]:
        """Return the estimate as a simulation is asked for it."""
        names = ("frequency", "loss", "secondary", "prevented", "cheaper")
        return {"key": str(self.risk_id), **{name: getattr(self, name) for name in names}}

    def exposure(self) -> Exposure:
        """Return the estimate as the simulation takes it."""
        effect = None
        if self.prevented or self.cheaper:
            effect = Effect(read(self.prevented), read(self.cheaper))
        return Exposure(str(self.risk_id), read(self.frequency), read(self.loss), read(self.secondary), effect)


class Simulation(models.Model):
    """A run over the estimates of a scope; the same seed makes the same figures again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, db_index=False)
    scope = models.ForeignKey("organizations.Scope", models.CASCADE, db_index=False)
    progress = models.ForeignKey("jobs.Progress", models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField(default=clock.now)
    trials = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    made_at = models.DateTimeField(null=True)
    figures = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "scope", "-asked_at"], name="simulation_of_scope")]


EstimateVersion = history.versions_of(Estimate)
