"""Keep the register: describe risks, read them, decide, close."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.assets.models import Asset
from annexa.catalog.models import Requirement
from annexa.lib import clock
from annexa.lib import values as texts
from annexa.lib.database.locks import lock
from annexa.lib.errors import UserError, about
from annexa.lib.values import checked
from annexa.organizations import access
from annexa.organizations.models import Membership, Scope
from annexa.organizations.numbers import next_number
from annexa.organizations.permissions import Permission
from annexa.risks.carrying import repeat
from annexa.risks.errors import NoMethod, NotYours, RiskClosed
from annexa.risks.models import Decision, Reading, Risk, RiskAsset, RiskControl, Stage
from annexa.risks.queries import methods
from annexa.risks.register import next_review, read

PLAIN = (
    "nature", "title", "cause", "event", "consequence", "threat", "vulnerability", "category", "own_id", "sources",
    "knowledge", "review_due",
)  # fmt: skip
FIELDS = (*PLAIN, "owner", "assets")
NEEDS_NOTE = {
    Decision.TRANSFER: "contract",
    Decision.AVOID: "activity",
    Decision.ACCEPT: "criterion",
}
MOST_LINKS = 200


@access.command(Permission.RISK_EDIT)
def add_risk(*, actor: access.Actor, scope: Scope, scenario: str = "", **values: Any) -> Risk:
    """Add a risk with FIELDS; it gets the next reference."""
    clean = _clean(values, whole=True)
    assets = clean.pop("assets", [])
    risk = Risk(
        organization=actor.organization, scope=scope, number=next_number(actor, Risk), scenario=scenario, **clean
    )
    _check_own_id(risk)
    risk.save(force_insert=True)
    shown = {name: _shown(value) for name, value in clean.items() if name in values}
    activity.note(risk, after=shown, reference=risk.reference, scenario=scenario or None)
    _link_assets(risk, assets)
    return risk


@access.command(Permission.RISK_EDIT)
def change_risk(*, actor: access.Actor, risk: Risk, **values: Any) -> None:
    """Change FIELDS of a risk."""
    lock(risk)
    clean = _clean(values)
    assets = clean.pop("assets", None)
    activity.change(risk, **clean)
    _check_own_id(risk)
    if assets is not None:
        _link_assets(risk, assets)


@access.command(Permission.RISK_EDIT)
def change_risks(*, actor: access.Actor, risks: Iterable[Risk], values: Mapping[str, Any]) -> int:
    """Change the same fields of many risks, all or none; returns how many differed."""
    clean, changed = _clean({name: value for name, value in values.items() if name != "assets"}), 0
    for risk in risks:
        with about(risk.pk):
            lock(risk)
            changed += activity.change(risk, **clean)
    return changed


@access.command(Permission.RISK_ASSESS_OWN)
def assess_risk(
    *,
    actor: access.Actor,
    risk: Risk,
    stage: str,
    likelihood: int,
    impacts: Mapping[str, int | None] | None = None,
    impact: int | None = None,
    note: str = "",
) -> Reading:
    """Add a reading under the method in force: likelihood, and C, I and A (or one impact) as steps from 1.

    Nothing is overwritten: the newest reading of each stage counts, and the first stays the first.
    """
    _check_may_assess(actor, risk)
    lock(risk)
    if not risk.is_open:
        raise RiskClosed
    method = methods.in_force(actor)
    if method is None:
        raise NoMethod
    values = read(method.terms, stage, likelihood, impacts or {}, impact)
    reading = Reading(organization=actor.organization, risk=risk, by=actor.membership, method=method, stage=stage,
                      at=clock.now(), note=texts.text(note, "note", 4000), **values)  # fmt: skip
    reading.save(force_insert=True)
    risk.review_due = next_review(method, reading) if stage == Stage.CURRENT else risk.review_due
    risk.changed_at = clock.now()
    risk.save(update_fields=[*repeat(risk, reading), "review_due", "changed_at"])
    activity.note(risk, stage=stage, method=method.number, **values)
    return reading


@access.command(Permission.RISK_ASSESS_OWN)
def decide_risk(
    *,
    actor: access.Actor,
    risk: Risk,
    decision: str,
    note: str = "",
    existing: Sequence[Requirement] | None = None,
    treating: Sequence[Requirement] | None = None,
) -> None:
    """Decide what is done about a risk (6.1.3 a), and which controls work against it, now and once it is treated.

    *Mitigate* names at least one control; *transfer* the contract or insurance, *avoid* the activity that is stopped,
    *accept* the criterion that is met. Controls stay as they are unless given.
    """
    _check_may_assess(actor, risk)
    lock(risk)
    if not risk.is_open:
        raise RiskClosed
    if decision not in Decision.values:
        sentence = _("Choose mitigate, avoid, transfer or accept.")
        raise UserError(sentence, {"decision": sentence})
    if existing is not None or treating is not None:
        _set_controls(risk, existing, treating)
    note = texts.text(note, "decision_note", 4000)
    _check_decision(risk, decision, note)
    activity.change(risk, decision=decision, decision_note=note)


@access.command(Permission.RISK_EDIT)
def close_risk(*, actor: access.Actor, risk: Risk, reason: str) -> None:
    """Close a risk that cannot happen any more; it stays on record with all readings."""
    lock(risk)
    reason = texts.text(reason, "reason", 4000)
    if not reason:
        raise UserError(_("Say why it cannot happen any more."), {"reason": _("Needed")})
    if risk.is_open:
        activity.change(risk, closed_at=clock.now(), closed_because=reason)


@access.command(Permission.RISK_EDIT)
def reopen_risk(*, actor: access.Actor, risk: Risk) -> None:
    """Put a closed risk back on the register."""
    lock(risk)
    activity.change(risk, closed_at=None, closed_because="")


@access.command(Permission.RISK_EDIT)
def duplicate_risk(*, actor: access.Actor, risk: Risk) -> Risk:
    """Add a copy of a risk's description, assets and controls; it has no readings and no decision yet."""
    kept = {name: getattr(risk, name) for name in (*PLAIN, "owner")}
    kept |= {"title": _("%(title)s (copy)") % {"title": risk.title[:180]}, "own_id": "", "review_due": None}
    assets = [link.asset for link in risk.assets.select_related("asset")]
    copy = add_risk(actor=actor, scope=risk.scope, scenario=risk.scenario, **kept, assets=assets)
    RiskControl.objects.bulk_create(
        RiskControl(organization=actor.organization, risk=copy, requirement_id=link.requirement_id, role=link.role)
        for link in risk.controls.all()
    )
    return copy


@access.command(Permission.RISK_EDIT)
def raise_risk(
    *, actor: access.Actor, scope: Scope, source_kind: str, source_id: uuid.UUID, title: str, **values: Any
) -> Risk:
    """Add the risk that a row of another part stands for, or bring the one it raised before up to date: never two."""
    lock(actor.organization)
    mine = Risk.objects.filter(organization=actor.organization)
    found = mine.filter(source_kind=source_kind, source_id=source_id).first()
    if found is None:
        risk = add_risk(actor=actor, scope=scope, title=title, **values)
        Risk.objects.filter(pk=risk.pk).update(source_kind=source_kind, source_id=source_id)
        risk.refresh_from_db()
        return risk
    if not found.is_open:
        reopen_risk(actor=actor, risk=found)
    change_risk(actor=actor, risk=found, title=title, **values)
    return found


def _clean(values: Mapping[str, Any], *, whole: bool = False) -> dict[str, Any]:
    if unknown := sorted(set(values) - set(FIELDS)):
        raise UserError(_("%(name)s cannot be changed here.") % {"name": ", ".join(unknown)})
    clean = checked(Risk, PLAIN, {name: value for name, value in values.items() if name in PLAIN}, whole=whole)
    if "owner" in values:
        owner = values["owner"]
        if owner is not None and not (isinstance(owner, Membership) and owner.is_active()):
            sentence = _("There is no such member, or their access has ended.")
            raise UserError(sentence, {"owner": sentence})
        clean["owner"] = owner
    if "assets" in values:
        clean["assets"] = list(values["assets"])
    return clean


def _check_own_id(risk: Risk) -> None:
    mine = Risk.objects.filter(organization_id=risk.organization_id, scope_id=risk.scope_id)
    taken = mine.filter(own_id=risk.own_id).exclude(pk=risk.pk).first() if risk.own_id else None
    if taken:
        sentence = _("%(reference)s has this id already.") % {"reference": taken.reference}
        raise UserError(sentence, {"own_id": sentence})


def _link_assets(risk: Risk, assets: Sequence[Asset]) -> None:
    """Make a risk be about these assets and no others."""
    if len(assets) > MOST_LINKS:
        sentence = _("A risk is about at most %(most)s assets.") % {"most": MOST_LINKS}
        raise UserError(sentence, {"assets": sentence})
    if elsewhere := [asset.name for asset in assets if asset.scope_id not in (None, risk.scope_id)]:
        sentence = _("%(names)s: of another scope.") % {"names": ", ".join(elsewhere)}
        raise UserError(sentence, {"assets": sentence})
    wanted = {asset.pk: asset for asset in assets}
    there = {link.asset_id: link for link in risk.assets.select_related("asset")}
    gone = [link for key, link in there.items() if key not in wanted]
    new = [asset for key, asset in wanted.items() if key not in there]
    RiskAsset.objects.filter(pk__in=[link.pk for link in gone]).delete()
    RiskAsset.objects.bulk_create(RiskAsset(organization_id=risk.organization_id, risk=risk, asset=a) for a in new)
    if gone or new:
        activity.note(risk, assets_added=[a.reference for a in new], assets_removed=[g.asset.reference for g in gone])


def _set_controls(risk: Risk, existing: Iterable[Requirement] | None, treating: Iterable[Requirement] | None) -> None:
    there = {link.requirement_id: link for link in risk.controls.select_related("requirement")}
    roles = RiskControl.Role
    wanted: dict[uuid.UUID, tuple[Requirement, str]] = {}
    for role, given in ((roles.EXISTING, existing), (roles.TREATING, treating)):
        kept = [link.requirement for link in there.values() if link.role == role] if given is None else given
        wanted |= {each.pk: (each, role) for each in kept}
    if len(wanted) > MOST_LINKS:
        sentence = _("A risk names at most %(most)s controls.") % {"most": MOST_LINKS}
        raise UserError(sentence, {"treating": sentence})
    gone = [link for key, link in there.items() if wanted.get(key, (None, ""))[1] != link.role]
    kept_keys = set(there) - {link.requirement_id for link in gone}
    new = [pair for key, pair in wanted.items() if key not in kept_keys]
    RiskControl.objects.filter(pk__in=[link.pk for link in gone]).delete()
    RiskControl.objects.bulk_create(
        RiskControl(organization_id=risk.organization_id, risk=risk, requirement=requirement, role=role)
        for requirement, role in new
    )
    if gone or new:
        added = {role: [requirement.ref for requirement, has in new if has == role] for role in roles.values}
        activity.note(risk, controls_added=added, controls_removed=[link.requirement.ref for link in gone])


def _check_decision(risk: Risk, decision: str, note: str) -> None:
    if decision == Decision.MITIGATE and not risk.controls.exists():
        sentence = _("Name at least one control that mitigates it.")
        raise UserError(sentence, {"treating": sentence})
    asked = {
        Decision.TRANSFER: _("Name the contract or the insurance."),
        Decision.AVOID: _("Name the activity that is stopped."),
        Decision.ACCEPT: _("Name the criterion that is met."),
    }
    if decision in asked and not note:
        raise UserError(asked[Decision(decision)], {"decision_note": asked[Decision(decision)]})


def _check_may_assess(actor: access.Actor, risk: Risk) -> None:
    if not actor.can(Permission.RISK_EDIT) and not actor.owns(risk):
        raise NotYours


def _shown(value: Any) -> Any:
    return str(value.pk) if hasattr(value, "pk") else value
