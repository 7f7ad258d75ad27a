"""Read who signed for which risk, and whether that still holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from annexa.lib import clock
from annexa.organizations import delegations
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.models import Delegation, Membership, Scope
from annexa.risks.models import Decision, Method, Risk, RiskControl
from annexa.risks.queries import methods
from annexa.risks.queries import risks as register
from annexa.risks.terms import Level
from annexa.treatment import residual
from annexa.treatment.models import Acceptance, ActionRisk

Capacity = Acceptance.Capacity


@dataclass(frozen=True)
class Signature:
    """A signature in force, and what changed for the worse since; `expired` once its day has passed."""

    acceptance: Acceptance
    changes: Sequence[residual.Change]

    @property
    def expired(self) -> bool:
        return self.acceptance.valid_until < clock.today()

    @property
    def holds(self) -> bool:
        return not self.reasons

    @property
    def reasons(self) -> list[residual.Change]:
        """Return why it does not hold any more."""
        return list(self.changes) or ([("expired", {})] if self.expired else [])


@dataclass(frozen=True)
class Standing:
    """Where a risk stands on its way to acceptance.

    `figures` are what somebody would sign now, or None while one of `lacking` is missing. `role` signs in addition to
    the owner, where the method names one for the level.
    """

    risk: Risk
    figures: residual.Figures | None
    level: Level | None
    role: str
    lacking: Sequence[str] = ()
    signatures: dict[str, Signature] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """Return the hash of what would be signed."""
        return residual.digest(self.figures) if self.figures else ""

    @property
    def awaited(self) -> list[str]:
        """Return the places in which nobody has signed what is there now."""
        needed = [Capacity.OWNER.value, *([Capacity.ROLE.value] if self.role else [])]
        return [each for each in needed if not (each in self.signatures and self.signatures[each].holds)]

    @property
    def is_accepted(self) -> bool:
        return self.figures is not None and not self.awaited

    @property
    def is_reopened(self) -> bool:
        """Whether somebody signed, and it does not hold any more."""
        return any(not each.holds for each in self.signatures.values())


def standing(actor: Actor, risk: Risk, kept: Iterable[Acceptance] | None = None) -> Standing:
    """Return where one risk stands; `kept` spares asking for its signatures (`signed`) again."""
    found = register.visible_to(actor).filter(pk=risk.pk)
    return of(actor, found, kept if kept is None else [each for each in kept if each.ended_at is None])[0]


def standings(actor: Actor, scope: Scope) -> list[Standing]:
    """Return where the open risks of a scope stand, by number."""
    return of(actor, register.visible_to(actor).filter(scope=scope, closed_at=None).order_by("number"))


def is_complete(actor: Actor, scope: Scope) -> bool:
    """Whether there are risks and every one of them is treated and signed for."""
    found = standings(actor, scope)
    return bool(found) and all(each.is_accepted for each in found)


def signed(actor: Actor, risk: Risk) -> list[Acceptance]:
    """Return every signature a risk ever had, newest first."""
    found = Acceptance.objects.filter(organization_id=actor.organization_id, risk=risk)
    return list(found.select_related("by__person", "stands_in_for__person").order_by("-at", "-id"))


def in_force(actor: Actor) -> QuerySet[Acceptance]:
    """Return the signatures that have not ended."""
    return Acceptance.objects.filter(organization_id=actor.organization_id, ended_at=None)


def holders(actor: Actor, role: str, risk: Risk) -> list[Membership]:
    """Return the active members who hold a role and may see a risk."""
    found = organizations.active_members(actor)
    return [each for each in found if each.role == role and each.scope_id in (None, risk.scope_id)]


def places(actor: Actor, found: Standing) -> list[tuple[str, Membership | None]]:
    """Return in which places the actor signs, each with the owner that they stand in for, or None."""
    risk, open_to = found.risk, list[tuple[str, Membership | None]]()
    if actor.owns(risk):
        open_to.append((Capacity.OWNER, None))
    elif risk.owner_id in delegations.principals(actor, Delegation.Kind.ACCEPTANCE, risk.scope_id):
        open_to.append((Capacity.OWNER, risk.owner))
    if found.role and actor.membership and actor.membership.role == found.role:
        open_to.append((Capacity.ROLE, None))
    return open_to


def with_plan(risks: QuerySet[Risk]) -> QuerySet[Risk]:
    """Add to each risk what a signature is about: its controls (`refs`) and its actions (`steps`)."""
    controls = RiskControl.objects.filter(organization=OuterRef("organization"), risk=OuterRef("pk"))
    actions = ActionRisk.objects.filter(organization=OuterRef("organization"), risk=OuterRef("pk"))
    step = JSONObject(number="action__number", title="action__title", due="action__due", state="action__state",
                      owner="action__owner__person__name")  # fmt: skip
    return risks.select_related("owner__person", "scope").annotate(
        refs=ArraySubquery(controls.order_by("requirement__sort_key").values("requirement__ref")),
        steps=ArraySubquery(actions.order_by("action__number").annotate(step=step).values("step")),
        owner_role=F("owner__role"),
    )


def of(actor: Actor, risks: QuerySet[Risk], kept: Iterable[Acceptance] | None = None) -> list[Standing]:
    """Return where some risks stand; three statements however many there are."""
    method = methods.in_force(actor)
    found = list(with_plan(risks))
    if kept is None:
        kept = in_force(actor).filter(risk__in=[risk.pk for risk in found])
        kept = kept.select_related("by__person", "stands_in_for__person")
    by_risk: dict[Any, list[Acceptance]] = {}
    for each in kept:
        by_risk.setdefault(each.risk_id, []).append(each)
    return [_of(risk, method, by_risk.get(risk.pk, ())) for risk in found]


def _of(risk: Risk, method: Method | None, kept: Iterable[Acceptance]) -> Standing:
    lacking = _lacking(risk, method)
    if lacking or method is None:
        signatures = {each.capacity: Signature(each, [("incomplete", {})]) for each in kept}
        return Standing(risk, None, None, "", lacking, signatures)
    figures = _figures(risk, method)
    level = method.terms.levels[figures["residual"]["rank"]]
    role = level.accepted_by if level.accepted_by != risk.owner_role else ""  # type: ignore[attr-defined]
    signatures = {each.capacity: Signature(each, residual.changes(each.figures, figures)) for each in kept}
    if not (level.acceptable or level.accepted_by):
        lacking = ["level"]
    return Standing(risk, figures, level, role, lacking, signatures)


def _lacking(risk: Risk, method: Method | None) -> list[str]:
    """Return what is missing before anybody can sign."""
    missing = {
        "method": method is None,
        "owner": risk.owner_id is None,
        "current": risk.current_score is None,
        "decision": not risk.decision,
        "target": risk.decision == Decision.MITIGATE and risk.target_score is None,
    }
    return [name for name, lacks in missing.items() if lacks]


def _figures(risk: Any, method: Method) -> dict[str, Any]:
    """Return what is signed: the decision, what remains, the controls and the plan; what is accepted stays as it is."""
    remains = "current" if risk.decision == Decision.ACCEPT or risk.target_score is None else "target"
    return {
        "reference": risk.reference,
        "title": risk.title,
        "owner": str(risk.owner_id),
        "decision": risk.decision,
        "note": risk.decision_note,
        "method": method.number,
        "current": _reading(risk, "current", method),
        "residual": {"stage": remains, **_reading(risk, remains, method)},
        "controls": list(risk.refs),
        "actions": [{"reference": f"ACTION-{step.pop('number')}", **step} for step in map(dict, risk.steps)],
    }


def _reading(risk: Risk, stage: str, method: Method) -> dict[str, Any]:
    score, terms = getattr(risk, f"{stage}_score"), method.terms
    rank = terms.level_of(score)
    return {"likelihood": getattr(risk, f"{stage}_likelihood"), "impact": getattr(risk, f"{stage}_impact"),
            "score": score, "rank": rank, "level": terms.levels[rank].name,
            "above": not terms.is_within(score)}  # fmt: skip
