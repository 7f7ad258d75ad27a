"""Bring in a register that was kept elsewhere, all of it or nothing; called inside a command."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.lib.database import bulk
from annexa.lib.errors import Conflict, UserError, about
from annexa.organizations import access
from annexa.organizations.models import Scope
from annexa.organizations.numbers import next_number
from annexa.risks.carrying import repeat
from annexa.risks.errors import NoMethod
from annexa.risks.importers.risk_sheet import Line, Outcome
from annexa.risks.models import Method, Reading, RegisterTerms, Risk, RiskAsset, RiskControl
from annexa.risks.queries import methods, sheet
from annexa.risks.queries import risks as queries
from annexa.risks.register import next_review, read
from annexa.risks.services import risks

MOST_REMEMBERED = 300  # headings
PLAIN = ("nature", "title", "cause", "event", "consequence", "category", "threat", "vulnerability", "own_id", "sources",
         "knowledge", "review_due", "owner")  # fmt: skip
DECIDED = ("decision", "decision_note")
ROLES = (("existing", RiskControl.Role.EXISTING), ("treating", RiskControl.Role.TREATING))


def bring_in(
    actor: access.Actor, scope: Scope, outcome: Outcome, columns: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Apply a sheet that was read; returns counts of new and changed risks. `columns` is remembered for the next."""
    if outcome.stops:
        raise UserError(_("Nothing was imported: some cells need another look first."))
    method = methods.in_force(actor)
    if method is None and any(line.readings for line in outcome.lines):
        raise NoMethod
    known = _known(actor, scope, outcome)
    _add(actor, scope, [line for line in outcome.lines if line.key is None], method)
    changed = sum(_change(actor, known[line.key], line) for line in outcome.lines if line.key is not None)
    if columns:
        _remember(actor, columns)
    return {"new": sum(line.key is None for line in outcome.lines), "changed": changed}


def _known(actor: access.Actor, scope: Scope, outcome: Outcome) -> dict[Any, Risk]:
    keys = {line.key for line in outcome.lines if line.key is not None}
    known = {risk.pk: risk for risk in queries.visible_to(actor).filter(scope=scope, pk__in=keys)}
    if len(known) < len(keys):
        raise Conflict(_("The register changed meanwhile; look at the sheet again."), None, None)
    return known


def _add(actor: access.Actor, scope: Scope, lines: list[Line], method: Method | None) -> None:
    """Add all new risks by a handful of statements."""
    if not lines:
        return
    first = next_number(actor, Risk)
    made, readings = list[Risk](), list[Reading]()
    for number, line in enumerate(lines, first):
        values: dict[str, Any] = {name: value for name, value in line.values.items() if name in PLAIN}
        said: dict[str, Any] = {
            name: line.decision[name] for name in ("decision", "decision_note") if name in line.decision
        }
        risk = Risk(organization=actor.organization, scope=scope, number=number, **values, **said)
        if method:
            readings += _readings(actor, risk, line, method)
        made.append(risk)
        after = {name: str(getattr(value, "pk", value)) for name, value in {**values, **said}.items()}
        activity.note(risk, after=after, reference=risk.reference, imported=True)
    _refuse_taken(actor, scope, made)
    bulk.insert(made)
    bulk.insert(readings)
    pairs = list(zip(made, lines, strict=True))
    bulk.insert([
        RiskAsset(organization=actor.organization, risk=risk, asset=asset)
        for risk, line in pairs
        for asset in line.values.get("assets", ())
    ])  # fmt: skip
    bulk.insert([
        RiskControl(organization=actor.organization, risk=risk, requirement=control, role=role)
        for risk, line in pairs
        for control, role in _controls(line).items()
    ])  # fmt: skip


def _readings(actor: access.Actor, risk: Risk, line: Line, method: Method) -> list[Reading]:
    found = []
    for stage, (likelihood, impact) in line.readings.items():
        reading = Reading(
            organization=actor.organization, risk=risk, by=actor.membership, method=method, stage=stage, at=clock.now(),
            note=_("Imported"), **read(method.terms, stage, likelihood, {}, impact),
        )  # fmt: skip
        if stage == "current" and risk.review_due is None:
            risk.review_due = next_review(method, reading)
        repeat(risk, reading)
        found.append(reading)
    return found


def _controls(line: Line) -> dict[Any, str]:
    """Return each control once; one that works already is not part of the treatment too."""
    found: dict[Any, str] = {}
    for name, role in ROLES:
        for control in line.decision.get(name, ()):
            found.setdefault(control, role)
    return found


def _refuse_taken(actor: access.Actor, scope: Scope, made: list[Risk]) -> None:
    wanted = [risk.own_id for risk in made if risk.own_id]
    if Risk.objects.filter(organization=actor.organization, scope=scope, own_id__in=wanted).exists():
        raise Conflict(_("The register changed meanwhile; look at the sheet again."), None, None)


def _change(actor: access.Actor, risk: Risk, line: Line) -> bool:
    """Change one risk by the commands that pages use; returns whether anything differed."""
    if not sheet.differs(risk, line):
        return False
    with about(line.number):
        if line.values:
            risks.change_risk(actor=actor, risk=risk, **line.values)
        if line.decision:
            given = dict(line.decision)
            decision, note = given.pop("decision", risk.decision), given.pop("decision_note", risk.decision_note)
            risks.decide_risk(actor=actor, risk=risk, decision=decision, note=note, **given)
        for stage, (likelihood, impact) in sheet.new_readings(risk, line).items():
            risks.assess_risk(
                actor=actor, risk=risk, stage=stage, likelihood=likelihood, impact=impact, note=_("Imported")
            )  # fmt: skip
    return True


def _remember(actor: access.Actor, columns: Mapping[str, str]) -> None:
    terms, _is_new = RegisterTerms.objects.get_or_create(organization=actor.organization)
    kept = {**terms.columns, **columns}
    activity.change(terms, columns=dict(list(kept.items())[-MOST_REMEMBERED:]))
