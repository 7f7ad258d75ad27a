"""What evidence and scanners say of controls, beside what people say of them (9.1, A.5.36)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Func, Q, Value

from annexa.evidence.models import Evidence, EvidenceControl, Finding
from annexa.evidence.queries import checks, findings
from annexa.lib import clock
from annexa.organizations.access import Actor


@dataclass(frozen=True)
class Light:
    """What is observed of one control: evidence that counts or has expired, checks, open findings, the worst of those.

    `against` are findings of high or critical severity that nobody disputes or accepts and that are open past their
    day; those alone contradict what people declare.
    """

    shown: int = 0
    expired: int = 0
    open: int = 0
    against: int = 0
    passed: int = 0
    failed: int = 0

    @property
    def state(self) -> str:
        """Return contradicted, weakness, expired, shown, or nothing: no data is a state of its own, and never green."""
        if self.against:
            return "contradicted"
        if self.open or self.failed:
            return "weakness"
        if self.shown or self.passed:
            return "shown"
        return "expired" if self.expired else "nothing"


def lights(actor: Actor, refs: Mapping[uuid.UUID, str]) -> dict[uuid.UUID, Light]:
    """Return the light of each control, by two statements; `refs` are references by the controls' ids."""
    today = clock.today()
    links = EvidenceControl.objects.filter(
        organization_id=actor.organization_id, requirement__in=list(refs), evidence__state=Evidence.State.CURRENT
    )
    if actor.scope_id:
        links = links.filter(Q(evidence__scope=None) | Q(evidence__scope=actor.scope_id))
    past = Q(evidence__expires_on__lt=today)
    counted = links.values("requirement").annotate(
        what=Value("evidence"), good=Count("pk", filter=~past), bad=Count("pk", filter=past)
    )
    both = {
        (row["what"], row["requirement"]): (row["good"], row["bad"])
        for row in counted.union(_checked(actor, refs), all=True)
    }
    found = findings.listed(actor).filter(state=Finding.State.OPEN).order_by().select_related(None)
    rows = (
        found.annotate(ref=Func(F("controls"), function="unnest"))
        .values("ref")
        .annotate(open=Count("pk"), against=Count("pk", filter=findings.against()))
    )
    seen = {row["ref"]: (row["open"], row["against"]) for row in rows}
    made = {}
    for key, ref in refs.items():
        shown, expired = both.get(("evidence", key), (0, 0))
        found_open, contradicting = seen.get(ref, (0, 0)) if ref.startswith("A.") else (0, 0)
        passed, failed = both.get(("checks", key), (0, 0))
        made[key] = Light(shown, expired, found_open, contradicting, passed, failed)
    return made


def _checked(actor: Actor, refs: Mapping[uuid.UUID, str]) -> Any:
    """Count the checks of each control that passed and failed; what is off or too old says neither."""
    seen = checks.visible_to(actor).order_by().select_related(None).filter(controls__requirement__in=list(refs))
    return seen.values("controls__requirement").annotate(
        what=Value("checks"),
        good=Count("pk", filter=checks.standing("pass")),
        bad=Count("pk", filter=checks.standing("fail")),
    )
