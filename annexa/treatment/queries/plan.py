"""Read the risk treatment plan."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Sum

from annexa.lib import clock
from annexa.lib.errors import NotFound
from annexa.lib.ids import is_uuid
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.risks.models import Risk
from annexa.treatment import residual
from annexa.treatment.models import Action, ActionControl, ActionRisk

OPEN = (Action.State.PLANNED, Action.State.IN_PROGRESS)


def visible_to(actor: Actor) -> QuerySet[Action]:
    """Return the actions that an actor may see."""
    return Action.objects.filter(organization_id=actor.organization_id, **actor.only_scope("scope_id"))


def in_scope(actor: Actor, scope: Scope) -> QuerySet[Action]:
    """Return the plan of a scope, open actions first, by due date, with what lists show."""
    return listed(visible_to(actor).filter(scope=scope)).order_by(
        F("ended_at").desc(nulls_first=True), F("due").asc(nulls_last=True), "number"
    )


def listed(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Add what lists show: `owner_name`, numbers of risks (`risk_numbers`), ids of controls (`control_refs`)."""
    risks = ActionRisk.objects.filter(organization=OuterRef("organization"), action=OuterRef("pk"))
    controls = ActionControl.objects.filter(organization=OuterRef("organization"), action=OuterRef("pk"))
    return actions.annotate(
        owner_name=F("owner__person__name"),
        risk_numbers=ArraySubquery(risks.order_by("risk__number").values("risk__number")),
        control_refs=ArraySubquery(controls.order_by("requirement__sort_key").values("requirement__ref")),
    )


def late(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Keep open actions whose day has passed."""
    return actions.filter(ended_at=None, due__lt=clock.today())


def action_for(actor: Actor, wanted: uuid.UUID | str) -> Action:
    """Return an action by its id or its reference, as ACTION-12; raises NotFound."""
    found = visible_to(actor).select_related("owner__person", "scope")
    if named := re.fullmatch(r"(?i)action-(\d{1,9})", str(wanted)):
        action = found.filter(number=int(named.group(1))).first()
    else:
        action = found.filter(pk=wanted).first() if is_uuid(str(wanted)) else None
    if action is None:
        raise NotFound("There is no such action.")
    return action


def of_risk(actor: Actor, risk: Risk) -> list[Action]:
    """Return the actions that treat a risk, open ones first."""
    found = visible_to(actor).filter(risks__risk=risk).select_related("owner__person")
    return list(found.order_by(F("ended_at").desc(nulls_first=True), F("due").asc(nulls_last=True), "number"))


def expected_score(risk: Risk, actions: Iterable[Action]) -> int | None:
    """Return the score that the work done so far should have led to, or None when nothing can be said."""
    share = residual.progress([(each.state, float(each.effort) if each.effort else None) for each in actions])
    return residual.expected(risk.current_score, risk.target_score, share) if share else None


@dataclass(frozen=True)
class Totals:
    """The head of a plan: counts, cost in the organisation's currency, effort in days."""

    planned: int
    in_progress: int
    done: int
    late: int
    cost: Any
    effort: Any

    @property
    def open(self) -> int:
        return self.planned + self.in_progress

    @property
    def all(self) -> int:
        return self.open + self.done


def totals(actor: Actor, scope: Scope) -> Totals:
    """Return the head of a scope's plan by one statement; dropped actions count nowhere."""
    still = Q(ended_at=None)
    found = visible_to(actor).filter(scope=scope).exclude(state=Action.State.DROPPED).order_by()
    return Totals(**found.aggregate(
        planned=Count("id", filter=Q(state=Action.State.PLANNED)),
        in_progress=Count("id", filter=Q(state=Action.State.IN_PROGRESS)),
        done=Count("id", filter=Q(state=Action.State.DONE)),
        late=Count("id", filter=still & Q(due__lt=clock.today())),
        cost=Sum("cost"),
        effort=Sum("effort", filter=still),
    ))  # fmt: skip


@dataclass(frozen=True)
class Burndown:
    """How many actions were open at some moments, and how many of those open now will be if all keep their day."""

    past: list[int]
    promised: list[int]
    undated: int


def burndown(actor: Actor, scope: Scope, moments: Iterable[datetime], days: Iterable[date]) -> Burndown:
    """Return how a scope's plan burnt down, and how it should, by one statement."""
    spans = list(visible_to(actor).filter(scope=scope).order_by().values_list("created_at", "ended_at", "due"))
    dues = [due for _began, ended, due in spans if ended is None]
    return Burndown(
        past=[sum(began <= at and (ended is None or ended > at) for began, ended, _due in spans) for at in moments],
        promised=[sum(due is None or due > day for due in dues) for day in days],
        undated=dues.count(None),
    )
