"""The classes of records whose time can end: which rows, when they ended, and what goes with them. One line each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annexa.assets.models import Asset
from annexa.evidence.models import Evidence, EvidenceRisk, Finding
from annexa.organizations.models import Invitation
from annexa.risks.models import Risk
from annexa.tasks.models import Task
from annexa.treatment.models import Acceptance, ActionRisk, GapAssessment


@dataclass(frozen=True)
class RecordClass:
    """One class; `taken` are rows that would otherwise keep a record in place, and go with it."""

    key: str
    label: str | Promise
    since: str | Promise
    model: type[models.Model]
    ended: Q
    ended_at: Any
    usual_months: int
    name: Callable[[Any], str] = str
    taken: tuple[type[models.Model], ...] = ()
    prefix: str = ""  # of references such as RISK-12

    def ended_before(self, organization_id: Any, moment: datetime | None) -> Any:
        """Return the rows that ended, perhaps before a moment, the oldest first, with `ended_on` as a moment."""
        found = self.model._default_manager.filter(self.ended, organization_id=organization_id)
        found = found.annotate(ended_on=self.ended_at)
        return (found.filter(ended_on__lt=moment) if moment else found).order_by("ended_on", "pk")


CLASSES = {
    each.key: each
    for each in (
        RecordClass("tasks", _("Finished tasks"), _("it is done or dropped"), Task, Q(state__in=["done", "dropped"]),
                    Coalesce(F("done_at"), F("changed_at")), 36),
        RecordClass("risks", _("Closed risks"), _("it is closed"), Risk, Q(closed_at__isnull=False), F("closed_at"), 84,
                    lambda risk: f"{risk.reference} {risk.title}", (Acceptance, ActionRisk, EvidenceRisk), "RISK"),
        RecordClass("assets", _("Retired assets"), _("it is retired"), Asset, Q(state="retired"), F("changed_at"), 84,
                    lambda asset: f"{asset.reference} {asset.name}", prefix="ASSET"),
        RecordClass("gap", _("Closed gap assessments"), _("it is closed"), GapAssessment, Q(closed_at__isnull=False),
                    F("closed_at"), 84),
        RecordClass("evidence", _("Retired evidence"), _("it is retired"), Evidence, Q(state="retired"),
                    F("changed_at"), 84, lambda evidence: f"{evidence.reference} {evidence.title}", prefix="EVID"),
        RecordClass("findings", _("Closed findings"), _("it is mended or decided"), Finding,
                    Q(closed_at__isnull=False) & ~Q(state="accepted"), F("closed_at"), 36,
                    lambda finding: f"{finding.reference} {finding.title}", prefix="FIND"),
        RecordClass("invitations", _("Invitations"), _("it runs out"), Invitation,
                    Q(expires_at__isnull=False), F("expires_at"), 6),
    )
}  # fmt: skip
