"""Read a sheet that somebody uploaded as a register, against the register it shall go into."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annexa.assets.models import Asset
from annexa.catalog import queries as catalog
from annexa.lib import mapped
from annexa.lib.cells import Problem
from annexa.lib.errors import UserError
from annexa.lib.mapped import Book, Sheet
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.risks.importers import risk_sheet
from annexa.risks.importers.risk_sheet import Known, Line, Outcome
from annexa.risks.models import RegisterTerms, Risk, RiskControl
from annexa.risks.queries import methods
from annexa.risks.queries import risks as queries
from annexa.risks.terms import Step

LINKS = ("assets", "existing", "treating")


@dataclass(frozen=True)
class Preview:
    """What bringing in a sheet would do."""

    outcome: Outcome
    new: int
    changed: int
    same: int
    readings: int

    @property
    def stops(self) -> bool:
        return self.outcome.stops


def terms_of(actor: Actor) -> RegisterTerms:
    """Return what is remembered of earlier sheets; not saved while nothing is."""
    found = RegisterTerms.objects.filter(organization_id=actor.organization_id).first()
    return found or RegisterTerms(organization_id=actor.organization_id)


def open_sheet(terms: RegisterTerms, book: Book, name: str = "") -> Sheet:
    """Return the named sheet, or the one that looks most like a register, with its columns guessed or remembered."""
    return mapped.open_sheet(
        book, risk_sheet.HEADINGS, terms.columns, lambda sheet: ("title" in sheet.columns, len(sheet.columns)), name
    )


def read(actor: Actor, scope: Scope, sheet: Sheet) -> Preview:
    """Return what a sheet would change; raises UserError without a column of titles or ids."""
    if not {"title", "own_id"} & set(sheet.columns):
        raise UserError(_("Say which column holds the titles of the risks."), {"title": _("Choose a column.")})
    every = queries.visible_to(actor).filter(scope=scope)  # also those that are closed, by their ids
    mine = {risk.pk: risk for risk in every.prefetch_related("assets", "controls")}
    outcome = risk_sheet.read(sheet.rows, sheet.columns, _known(actor, scope, mine), sheet.heading + 1)
    known = [line for line in outcome.lines if line.key in mine]
    for line in known:
        _keep_treating(mine[line.key], line)
    changed = sum(differs(mine[line.key], line) for line in known)
    new = sum(line.key is None for line in outcome.lines)
    readings = sum(len(new_readings(mine.get(line.key), line)) for line in outcome.lines)
    return Preview(outcome, new, changed, len(outcome.lines) - new - changed, readings)


def differs(risk: Risk, line: Line) -> bool:
    """Whether a line says anything that its risk does not."""
    for name, value in {**line.values, **line.decision}.items():
        if name not in LINKS:
            now = risk.owner_id if name == "owner" else getattr(risk, name)
            if now != (value.pk if hasattr(value, "pk") else value):
                return True
    return _links_differ(risk, line) or bool(new_readings(risk, line))


def new_readings(risk: Risk | None, line: Line) -> dict[str, tuple[int, int]]:
    """Return the readings of a line that differ from the newest of their stage."""
    if risk is None:
        return line.readings
    there = {stage: (getattr(risk, f"{stage}_likelihood"), getattr(risk, f"{stage}_impact")) for stage in line.readings}
    return {stage: steps for stage, steps in line.readings.items() if steps != there[stage]}


def sentence(problem: Problem) -> str:
    """Return a problem with its cell and what to do about it."""
    sentences = {
        "title": _("%(cell)s: a new risk needs a title."),
        "ambiguous": _("%(cell)s: several open risks are called “%(value)s”. Give the row an id."),
        "twice": _("%(cell)s: “%(value)s” stands in the sheet twice. Keep one of the rows, or give each its own id."),
        "nature": _("%(cell)s: “%(value)s” is neither threat nor opportunity."),
        "knowledge": _("%(cell)s: “%(value)s” is not weak, fair or strong."),
        "decision": _("%(cell)s: “%(value)s” is no decision. Write mitigate, avoid, transfer or accept."),
        "no_control": _("%(cell)s: “%(value)s” needs at least one control, in a column of controls."),
        "no_grounds": _("%(cell)s: “%(value)s” needs the contract, activity or criterion, in a column of its own."),
        "step": _("%(cell)s: “%(value)s” is no step of the method. Write its number or its name."),
        "half": _("%(cell)s: a reading needs likelihood and impact."),
        "method": _("%(cell)s: no method is approved yet, so nothing can be read."),
        "asset": _("%(cell)s: there is no asset “%(value)s”. Write its reference, own id or name."),
        "control": _("%(cell)s: there is no control “%(value)s”. Write an id such as A.8.24."),
        "person": _("%(cell)s: nobody here is called “%(value)s”; the field stays as it is."),
        "day": _("%(cell)s: “%(value)s” is no day. Write 2026-12-31 or 31.12.2026."),
        "long": _("%(cell)s: “%(value)s…” is longer than %(detail)s characters."),
        "nothing": _("This sheet has no row with a risk. Choose another sheet or column."),
    }
    return sentences[problem.kind] % {"cell": problem.cell, "value": problem.value, "detail": problem.detail}


def _known(actor: Actor, scope: Scope, mine: Mapping[Any, Risk]) -> Known:
    still = [risk for risk in mine.values() if risk.is_open]
    titles = Counter(risk.title.casefold() for risk in still)
    method = methods.in_force(actor)
    return Known(
        own_ids={risk.own_id.casefold(): risk.pk for risk in mine.values() if risk.own_id},
        references={risk.reference.casefold(): risk.pk for risk in mine.values()},
        titles={t: risk.pk if titles[t] == 1 else None for risk in still for t in [risk.title.casefold()]},
        risks={
            risk.pk: risk_sheet.Risk(has_controls=bool(risk.controls.all()), grounds=risk.decision_note)
            for risk in mine.values()
        },
        assets=_assets(actor, scope),
        controls={control.ref.casefold(): control for control in catalog.controls(actor)},
        members=organizations.members_by_word(actor),
        likelihood=_steps(method.terms.likelihood) if method else {},
        impact=_steps(method.terms.impact) if method else {},
    )


def _steps(scale: tuple[Step, ...]) -> dict[str, int]:
    return {step.name.casefold(): number for number, step in enumerate(scale, 1)}


def _assets(actor: Actor, scope: Scope) -> dict[str, Asset]:
    """Return assets of a scope by reference, own id, and by a name that only one has."""
    found = [
        asset for asset in Asset.objects.filter(organization_id=actor.organization_id)
        if asset.scope_id in (None, scope.pk)
    ]  # fmt: skip
    names = Counter(asset.name.casefold() for asset in found)
    by_word = {name: asset for asset in found if names[name := asset.name.casefold()] == 1}
    by_word |= {asset.own_id.casefold(): asset for asset in found if asset.own_id}
    return by_word | {asset.reference.casefold(): asset for asset in found}


def _keep_treating(risk: Risk, line: Line) -> None:
    """In a sheet with one column of controls, those that are part of the treatment stay so."""
    if "existing" in line.decision and "treating" not in line.decision:
        treating = {link.requirement_id for link in risk.controls.all() if link.role == RiskControl.Role.TREATING}
        line.decision["existing"] = [each for each in line.decision["existing"] if each.pk not in treating]


def _links_differ(risk: Risk, line: Line) -> bool:
    roles = RiskControl.Role
    there = {
        "assets": {link.asset_id for link in risk.assets.all()},
        "existing": {link.requirement_id for link in risk.controls.all() if link.role == roles.EXISTING},
        "treating": {link.requirement_id for link in risk.controls.all() if link.role == roles.TREATING},
    }
    said = {**line.values, **line.decision}
    return any({row.pk for row in said[name]} != there[name] for name in LINKS if name in said)
