"""Read the register."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet

from annexa.assets.models import Asset
from annexa.catalog.models import Requirement
from annexa.lib import clock
from annexa.lib.errors import NotFound
from annexa.lib.ids import is_uuid
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.risks.models import Decision, Reading, Risk, RiskAsset, RiskControl, Stage
from annexa.risks.terms import Terms

COUNTED = ("total", "above", "above_at_first", "unread", "undecided", "unowned", "late")


def visible_to(actor: Actor) -> QuerySet[Risk]:
    """Return the risks the actor may see."""
    return Risk.objects.filter(organization_id=actor.organization_id, **actor.only_scope("scope_id"))


def in_scope(actor: Actor, scope: Scope) -> QuerySet[Risk]:
    """Return the open risks of a scope, highest first."""
    found = visible_to(actor).filter(scope=scope, closed_at=None)
    return found.order_by(F("current_score").desc(nulls_last=True), "number")


def listed(risks: QuerySet[Risk]) -> QuerySet[Risk]:
    """Add what lists show: `owner_name`, names of assets (`asset_names`), ids of controls (`control_refs`).

    Names alone: three objects a row would take longer than the rest of a long list.
    """
    assets = RiskAsset.objects.filter(organization=OuterRef("organization"), risk=OuterRef("pk"))
    controls = RiskControl.objects.filter(organization=OuterRef("organization"), risk=OuterRef("pk"))
    return risks.annotate(
        owner_name=F("owner__person__name"),
        asset_names=ArraySubquery(assets.order_by("asset__number").values("asset__name")),
        control_refs=ArraySubquery(controls.order_by("requirement__sort_key").values("requirement__ref")),
    )


def narrowed(
    actor: Actor,
    scope: Scope,
    *,
    text: str = "",
    state: str = "open",
    decision: str | None = None,
    category: str = "",
    mine: bool = False,
    review_late: bool = False,
    above: int | None = None,
) -> QuerySet[Risk]:
    """Return the risks of a scope that have every word, and what else is asked for; `above` is a score."""
    found = visible_to(actor).filter(scope=scope)
    if state != "all":
        found = found.filter(closed_at__isnull=state == "open")
    for word in text.split():
        found = found.filter(Q(title__icontains=word) | Q(event__icontains=word) | Q(category__icontains=word))
    found = found.filter(decision="" if decision == "undecided" else decision) if decision else found
    found = found.filter(category=category) if category else found
    found = found.filter(owner=actor.membership) if mine else found
    found = found.filter(current_score__gt=above) if above is not None else found
    return late(found) if review_late else found


def late(risks: QuerySet[Risk]) -> QuerySet[Risk]:
    """Keep open risks whose review date has passed."""
    return risks.filter(closed_at=None, review_due__lt=clock.today())


def risk_for(actor: Actor, wanted: uuid.UUID | str) -> Risk:
    """Return a risk by its id or its reference, as RISK-12; raises NotFound."""
    found = visible_to(actor).select_related("owner__person", "scope")
    if named := re.fullmatch(r"(?i)risk-(\d{1,9})", str(wanted)):
        risk = found.filter(number=int(named.group(1))).first()
    else:
        risk = found.filter(pk=wanted).first() if is_uuid(str(wanted)) else None
    if risk is None:
        raise NotFound("There is no such risk.")
    return risk


def readings(risk: Risk) -> list[Reading]:
    """Return what was read of a risk, oldest first."""
    found = Reading.objects.filter(organization_id=risk.organization_id, risk=risk)
    return list(found.select_related("by__person", "method"))


def latest(risks: Iterable[uuid.UUID], organization_id: uuid.UUID) -> dict[tuple[uuid.UUID, str], Reading]:
    """Return the newest reading of each risk and stage."""
    found = Reading.objects.filter(organization_id=organization_id, risk__in=list(risks))
    newest = found.order_by("risk_id", "stage", "-at", "-id").distinct("risk_id", "stage")
    return {(reading.risk_id, reading.stage): reading for reading in newest}


@dataclass(frozen=True)
class Overview:
    """How many open risks lie in each cell (likelihood, impact), and how many there are of what needs attention."""

    cells: dict[tuple[int, int], int]
    counts: dict[str, int]


def overview(actor: Actor, scope: Scope, stage: str, terms: Terms | None) -> Overview:
    """Return the head of the register by one statement."""
    appetite, today = terms.appetite if terms else 10_000, clock.today()
    across, up = f"{stage}_likelihood", f"{stage}_impact"
    rows = (
        visible_to(actor)
        .filter(scope=scope, closed_at=None)
        .order_by()
        .values(across, up)
        .annotate(
            total=Count("id"),
            above=Count("id", filter=Q(current_score__gt=appetite)),
            above_at_first=Count("id", filter=Q(inherent_score__gt=appetite)),
            unread=Count("id", filter=Q(current_score=None)),
            undecided=Count("id", filter=Q(decision=Decision.UNDECIDED)),
            unowned=Count("id", filter=Q(owner=None)),
            late=Count("id", filter=Q(review_due__lt=today)),
        )
    )
    cells: dict[tuple[int, int], int] = {}
    counts = dict.fromkeys(COUNTED, 0)
    for row in rows:
        if row[across] is not None:
            cells[row[across], row[up]] = row["total"]
        for name in COUNTED:
            counts[name] += row[name]
    return Overview(cells, counts)


def foremost(actor: Actor, scope: Scope, most: int = 5) -> tuple[list[Risk], list[Risk]]:
    """Return the highest open risks of a scope, and those that fell furthest from inherent to current."""
    mine = visible_to(actor).filter(scope=scope, closed_at=None)
    high = mine.exclude(current_score=None).order_by("-current_score", "number")
    fell = mine.filter(inherent_score__gt=F("current_score")).order_by(
        F("current_score") - F("inherent_score"), "number"
    )
    pks = Q(pk__in=high.values("pk")[:most]) | Q(pk__in=fell.values("pk")[:most])
    found = list(visible_to(actor).filter(pks).select_related("owner__person"))
    highest = sorted(found, key=lambda risk: (-(risk.current_score or 0), risk.number))[:most]
    moved = [risk for risk in found if (risk.inherent_score or 0) > (risk.current_score or 0)]
    moved = [risk for risk in moved if risk.current_score is not None]
    return highest, sorted(
        moved, key=lambda risk: ((risk.current_score or 0) - (risk.inherent_score or 0), risk.number)
    )[:most]


def by_owner(actor: Actor, scope: Scope, appetite: int) -> list[tuple[str, int, int]]:
    """Return the open risks each person owns, and how many of them are above the appetite, most above first."""
    found = visible_to(actor).filter(scope=scope, closed_at=None)
    rows = found.order_by().values_list("owner__person__name")
    counted = rows.annotate(all=Count("id"), above=Count("id", filter=Q(current_score__gt=appetite)))
    return sorted(
        ((name or "", every, above) for name, every, above in counted), key=lambda row: (-row[2], -row[1], row[0])
    )


def by_asset(actor: Actor, scope: Scope, appetite: int, most: int = 10) -> list[tuple[Any, str, int, int]]:
    """Return the assets that most open risks are about (key, name, risks, above the appetite), most above first."""
    links = RiskAsset.objects.filter(organization_id=actor.organization_id, risk__scope=scope, risk__closed_at=None)
    rows = links.order_by().values_list("asset_id", "asset__name")
    counted = rows.annotate(all=Count("id"), above=Count("id", filter=Q(risk__current_score__gt=appetite)))
    return sorted(counted, key=lambda row: (-row[3], -row[2], row[1]))[:most]


def of_asset(actor: Actor, asset: Asset) -> list[Risk]:
    """Return the open risks that are about an asset, highest first."""
    found = visible_to(actor).filter(closed_at=None, assets__asset=asset)
    return list(found.order_by(F("current_score").desc(nulls_last=True), "number")[:50])


def of_control(actor: Actor, control: Requirement) -> list[Risk]:
    """Return the open risks that a control works against, highest first."""
    found = visible_to(actor).filter(closed_at=None, controls__requirement=control)
    return list(found.order_by(F("current_score").desc(nulls_last=True), "number")[:50])


def level_trend(actor: Actor, scope: Scope, moments: Iterable[Any]) -> list[dict[int, int]]:
    """Return for each moment how many risks had each level, by the newest current reading before it."""
    read = Reading.objects.filter(organization_id=actor.organization_id, risk__scope=scope, stage=Stage.CURRENT)
    events = list(read.order_by("at", "id").values_list("at", "risk_id", "level"))
    closed = dict(visible_to(actor).filter(scope=scope).exclude(closed_at=None).values_list("pk", "closed_at"))
    trend: list[dict[int, int]] = []
    now: dict[uuid.UUID, int] = {}
    place = 0
    for moment in sorted(moments):
        while place < len(events) and events[place][0] <= moment:
            now[events[place][1]] = events[place][2]
            place += 1
        tally: dict[int, int] = {}
        for risk_id, level in now.items():
            if (ended := closed.get(risk_id)) is None or ended > moment:
                tally[level] = tally.get(level, 0) + 1
        trend.append(tally)
    return trend
