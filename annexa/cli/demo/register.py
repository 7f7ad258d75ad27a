"""Harbour Cloud's risks: a method in the tenth month, most risks a month later, readings and decisions since."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from annexa.catalog import queries as catalog
from annexa.cli.demo import inventory
from annexa.organizations import queries as organizations
from annexa.organizations.models import Scope
from annexa.organizations.permissions import Permission
from annexa.risks import simulation
from annexa.risks.library import scenarios
from annexa.risks.models import Risk, Stage
from annexa.risks.queries import methods as method_queries
from annexa.risks.queries import numbers as number_queries
from annexa.risks.services import campaigns, library, methods, numbers, risks
from annexa.risks.terms import DIMENSIONS
from annexa.treatment.services.risks import treat_risk

if TYPE_CHECKING:
    from annexa.cli.demo.story import Month

METHOD, FIRST, DECIDED, LATER = 10, 9, 8, 5


@cache
def data() -> dict[str, Any]:
    """Return the register's lines."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("register.yaml").read_text())
    return found


def tell(month: "Month", scope: Scope) -> None:
    """Live through one month."""
    if month.months_ago == METHOD:
        _agree_on_a_method(month)
    if month.months_ago == FIRST:
        _take(month, scope, [key for key, line in data()["risks"].items() if FIRST in line["current"]])
    if month.months_ago == LATER:
        _take(month, scope, [key for key, line in data()["risks"].items() if FIRST not in line["current"]])
        _add_own(month, scope)
    if month.months_ago <= FIRST:
        _read(month, scope)
    if month.months_ago in (DECIDED, LATER - 1):
        _decide(month, scope)
    if month.months_ago == 1:
        _say_in_money(month, scope)
    if month.months_ago == 0:
        with month.day(27):
            late = Risk.objects.filter(scope=scope, scenario__in=("lost-laptop", "misdirected-mail", "session-stolen"))
            campaigns.ask_for_readings(actor=month.cast["mara"], risks=late.select_related("owner__person"))


def _agree_on_a_method(month: "Month") -> None:
    with month.day(15):
        method = methods.start_method(actor=month.cast["mara"], template="five")
        methods.change_method(
            actor=month.cast["mara"], method=method,
            terms={"tolerance": data()["tolerance"],
                   "triggers": "A new service, supplier or port; an incident; a high finding; every year in autumn."},
        )  # fmt: skip
    with month.day(20):
        seen, note = method_queries.hash_of(method), "As discussed in the management meeting."
        methods.approve_method(actor=month.cast["priya"], method=method, seen_hash=seen, note=note)


def _take(month: "Month", scope: Scope, keys: list[str]) -> None:
    known = inventory.by_key(month.cast["mara"])
    for place, key in enumerate(keys):
        line = data()["risks"][key]
        with month.day(3 + place % 4, 9 + place % 6):
            library.take_scenarios(
                actor=month.cast["mara"], scope=scope, keys=[key], owner=month.cast[line["owner"]].membership,
                assets=[known[each] for each in line["assets"] if each in known],
            )  # fmt: skip


def _add_own(month: "Month", scope: Scope) -> None:
    mara, known = month.cast["mara"], inventory.by_key(month.cast["mara"])
    words = {name: data()["own"][name] for name in ("title", "cause", "event", "consequence", "category")}
    with month.day(9):
        own = risks.add_risk(
            actor=mara, scope=scope, owner=month.cast[data()["own"]["owner"]].membership,
            assets=[known[each] for each in data()["own"]["assets"]], **words,
        )  # fmt: skip
        _add_reading(month, own, Stage.INHERENT, data()["own"]["inherent"])
        _add_reading(month, own, Stage.CURRENT, data()["own"]["inherent"])
    with month.day(10):
        taken = library.take_scenarios(actor=mara, scope=scope, keys=[data()["closed"]])
    with month.day(22):
        risks.close_risk(actor=mara, risk=taken[0], reason="Browsers run in a container of the provider since May.")


def _read(month: "Month", scope: Scope) -> None:
    for risk in Risk.objects.filter(scope=scope, closed_at=None).exclude(scenario="").select_related("owner__person"):
        line = data()["risks"].get(risk.scenario, {"current": {}})
        figures = line["current"].get(month.months_ago)
        if figures is None:
            continue
        with month.day(14 + risk.number % 9, 9 + risk.number % 7):
            if risk.inherent_score is None:
                _add_reading(month, risk, Stage.INHERENT, line["inherent"])
            _add_reading(month, risk, Stage.CURRENT, figures)


def _say_in_money(month: "Month", scope: Scope) -> None:
    mara = month.cast["mara"]
    note = "Workshop with engineering and finance; ranges that nine of ten of us believed."
    for key, line in data()["money"].items():
        risk = Risk.objects.get(scope=scope, scenario=key)
        often = dict(zip(("low", "likely", "high"), line["often"], strict=True))
        ranges = {"frequency": {"kind": "pert", **often},
                  "loss": {"kind": "lognormal", "low": line["costs"][0], "high": line["costs"][1]}}  # fmt: skip
        if line["prevents"]:
            ranges["prevented"] = {"kind": "fixed", "low": line["prevents"]}
        with month.day(16, 9 + risk.number % 7):
            cost = Decimal(line["cost"]) or None
            numbers.estimate_risk(actor=mara, risk=risk, ranges=ranges, cost=cost, note=note)
    with month.day(17):
        run = numbers.ask_for_simulation(actor=mara, scope=scope, trials=20_000, seed=2026)
        exposures = [each.exposure() for each in number_queries.estimates(mara, scope)]
        figures = simulation.figures(simulation.simulate(exposures, trials=run.trials, seed=run.seed))
        numbers.keep_simulation(actor=mara, simulation=run, figures=figures)


def _decide(month: "Month", scope: Scope) -> None:
    mara = month.cast["mara"]
    controls = {each.ref: each for each in catalog.controls(mara)}
    for risk in Risk.objects.filter(scope=scope, closed_at=None, decision="").exclude(scenario=""):
        line = data()["risks"].get(risk.scenario)
        if line is None:
            continue
        refs = scenarios()[risk.scenario].controls
        works = line.get("works", 0)
        mitigates = line["decision"] == "mitigate"
        with month.day(4 + risk.number % 12, 9 + risk.number % 7):
            _add_reading(month, risk, Stage.TARGET, line["target"])
            treat_risk(
                actor=mara, risk=risk, decision=line["decision"], note=line.get("note", ""),
                existing=[controls[ref] for ref in refs[:works]],
                treating=[controls[ref] for ref in refs[works:]] if mitigates else [],
            )  # fmt: skip


def _add_reading(month: "Month", risk: Risk, stage: str, figures: list[int]) -> None:
    likelihood, *impacts = figures
    reader = organizations.member_for(month.cast["mara"], risk.owner_id) if risk.owner_id else None
    actor = next((each for each in month.cast.values() if reader and each.membership == reader), month.cast["mara"])
    able = actor if actor.can(Permission.RISK_ASSESS_OWN) else month.cast["mara"]
    impact = dict(zip(DIMENSIONS, impacts, strict=True))
    risks.assess_risk(actor=able, risk=risk, stage=stage, likelihood=likelihood, impacts=impact)
