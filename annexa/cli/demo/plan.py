"""Harbour Cloud's treatment plan: planned from the eighth month on, carried out since, signed for in the third."""

from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from annexa.lib import clock
from annexa.organizations import services as organizations
from annexa.organizations.models import Scope
from annexa.risks.models import Risk
from annexa.treatment.models import Acceptance, Action
from annexa.treatment.queries import acceptance as standings
from annexa.treatment.services import acceptance, plan

if TYPE_CHECKING:
    from annexa.cli.demo.story import Month

SIGNED = 3
WIKI = "https://docs.harbourcloud.example/treatment/"


@cache
def data() -> dict[str, Any]:
    """Return the plan's lines."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("plan.yaml").read_text())
    return found


def tell(month: "Month", scope: Scope) -> None:
    """Live through one month."""
    for place, line in enumerate(data()["actions"]):
        if line["planned"] == month.months_ago:
            with month.day(19 + place % 5, 9 + place % 8):
                _plan(month, scope, line)
        if line.get("done") == month.months_ago:
            with month.day(6 + place % 15, 10 + place % 6):
                _finish(month, scope, line)
    if month.months_ago == SIGNED:
        _sign(month, scope)
    if month.months_ago == 1:
        _go_on(month, scope)
    if month.months_ago == 0:
        _stand_in(month)


def _plan(month: "Month", scope: Scope, line: dict[str, Any]) -> None:
    risks = list(Risk.objects.filter(scope=scope, scenario__in=line["risks"]).order_by("number"))
    plan.add_action(
        actor=month.cast["mara"], scope=scope, title=line["title"], risks=risks,
        owner=month.cast[line["owner"]].membership, due=month.now.date() + timedelta(days=line["due"]),
        cost=Decimal(line["cost"]) or None, effort=Decimal(line["effort"]),
    )  # fmt: skip


def _finish(month: "Month", scope: Scope, line: dict[str, Any]) -> None:
    link = {"url": WIKI + line["risks"][0], "title": line.get("link", "")}
    links = [link] if "link" in line else []
    action = Action.objects.get(scope=scope, title=line["title"])
    plan.change_action(actor=month.cast[line["owner"]], action=action, state="done", links=links)


def _sign(month: "Month", scope: Scope) -> None:
    """Owners sign for what is decided; the managing director for what stays high."""
    priya, people = month.cast["priya"], {each.membership: each for each in month.cast.values()}
    risks = Risk.objects.filter(scope=scope, closed_at=None).exclude(scenario__in=data()["unsigned"])
    for risk in risks.select_related("owner"):
        owner, found = people.get(risk.owner), standings.standing(month.cast["mara"], risk)
        if owner is None or found.lacking:
            continue
        with month.day(22 + risk.number % 4, 9 + risk.number % 8):
            acceptance.accept_risk(actor=owner, risk=risk, seen=found.seen)
        if Acceptance.Capacity.ROLE in standings.standing(month.cast["mara"], risk).awaited:
            with month.day(27, 9 + risk.number % 8):
                note = "Agreed in the management meeting, until the next one."
                acceptance.accept_risk(actor=priya, risk=risk, seen=found.seen, note=note)


def _go_on(month: "Month", scope: Scope) -> None:
    """Begin what is in progress, drop what is not needed, and put one thing off, which reopens a signature."""
    for place, line in enumerate(data()["actions"]):
        action = Action.objects.get(scope=scope, title=line["title"])
        with month.day(8 + place, 11):
            if line.get("state") in ("in_progress", "dropped"):
                values = {"state": line["state"], "state_note": line.get("why", "")}
                plan.change_action(actor=month.cast["mara"], action=action, **values)
            if "moved" in line:
                due = month.now.date() + timedelta(days=line["moved"])
                plan.change_action(actor=month.cast["mara"], action=action, due=due)


def _stand_in(month: "Month") -> None:
    samir = month.cast["samir"].membership
    assert samir is not None
    with month.day(28):
        today = clock.today()
        organizations.delegate(
            actor=month.cast["tomas"], kind="tasks", stand_in=samir,
            starts_on=today, ends_on=today + timedelta(days=12), reason="Parental leave",
        )  # fmt: skip
