"""Keep the risk treatment plan (6.1.3 e) and carry it out (8.3)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.catalog.models import Requirement
from annexa.lib import clock
from annexa.lib.database.locks import lock
from annexa.lib.errors import UserError, about
from annexa.lib.links import web_address
from annexa.lib.values import checked
from annexa.organizations import access
from annexa.organizations.models import Membership, Scope
from annexa.organizations.numbers import next_number
from annexa.organizations.permissions import Permission
from annexa.risks.models import Risk
from annexa.tasks import notices
from annexa.tasks import services as tasks
from annexa.tasks.models import Kind
from annexa.treatment.errors import NotYourAction
from annexa.treatment.models import Action, ActionControl, ActionRisk

PLAIN = ("title", "note", "resources", "cost", "effort", "due", "state", "state_note")
FIELDS = (*PLAIN, "owner", "links", "risks", "controls")
OWNERS_MAY = {"state", "state_note", "links"}
ENDED = (Action.State.DONE, Action.State.DROPPED)
MOST_LINKS = 200


@access.command(Permission.RISK_EDIT)
def add_action(*, actor: access.Actor, scope: Scope, **values: Any) -> Action:
    """Add an action with FIELDS to the plan of a scope; it treats at least one risk."""
    clean = _clean(values, whole=True)
    risks, controls = clean.pop("risks", []), clean.pop("controls", [])
    action = Action(organization=actor.organization, scope=scope, number=next_number(actor, Action), **clean)
    _check_end(action, {})
    action.save(force_insert=True)
    activity.note(
        action, after={name: _shown(clean[name]) for name in clean if name in values}, reference=action.reference
    )
    _set_risks(action, risks)
    _set_controls(action, controls)
    _follow(actor, action)
    return action


@access.command(Permission.RISK_ASSESS_OWN)
def change_action(*, actor: access.Actor, action: Action, **values: Any) -> None:
    """Change FIELDS of an action; its owner may say how far it is, and show it.

    When the last action of a risk is done, the risk's owner is told to read it anew.
    """
    lock(action)
    _check_may_change(actor, action, values)
    clean, before = _clean(values), action.state
    risks, controls = clean.pop("risks", None), clean.pop("controls", None)
    if "state" in clean and clean["state"] != before:
        clean["ended_at"] = clock.now() if clean["state"] in ENDED else None
    _check_end(action, clean)
    activity.change(action, **clean)
    if risks is not None:
        _set_risks(action, risks)
    if controls is not None:
        _set_controls(action, controls)
    _follow(actor, action)
    if action.state != before and action.state == Action.State.DONE:
        _tell_owners(actor, action)


@access.command(Permission.RISK_EDIT)
def change_actions(*, actor: access.Actor, actions: Iterable[Action], values: Mapping[str, Any]) -> int:
    """Change the same fields of many actions, all or none; returns how many were named."""
    given = list(actions)
    for action in given:
        with about(action.pk):
            change_action(actor=actor, action=action, **values)
    return len(given)


def _check_may_change(actor: access.Actor, action: Action, values: Mapping[str, Any]) -> None:
    if not actor.can(Permission.RISK_EDIT) and not (actor.owns(action) and set(values) <= OWNERS_MAY):
        raise NotYourAction


def _clean(values: Mapping[str, Any], *, whole: bool = False) -> dict[str, Any]:
    if unknown := sorted(set(values) - set(FIELDS)):
        raise UserError(_("%(name)s cannot be changed here.") % {"name": ", ".join(unknown)})
    clean = checked(Action, PLAIN, {name: value for name, value in values.items() if name in PLAIN}, whole=whole)
    if whole:
        clean["ended_at"] = clock.now() if clean["state"] in ENDED else None
    if "owner" in values:
        owner = values["owner"]
        if owner is not None and not (isinstance(owner, Membership) and owner.is_active()):
            sentence = _("There is no such member, or their access has ended.")
            raise UserError(sentence, {"owner": sentence})
        clean["owner"] = owner
    if "links" in values:
        clean["links"] = [_link(each) for each in values["links"]]
    if whole and not values.get("risks"):
        sentence = _("Name at least one risk that it treats.")
        raise UserError(sentence, {"risks": sentence})
    return clean | {name: list(values[name]) for name in ("risks", "controls") if name in values}


def _link(given: Mapping[str, Any]) -> dict[str, str]:
    try:
        url = web_address(str(given.get("url", "")))
    except UserError as error:
        raise UserError(error.sentence, {"links": error.sentence}) from error
    return {"url": url, "title": " ".join(str(given.get("title") or "").split())[:200]}


def _check_end(action: Action, clean: Mapping[str, Any]) -> None:
    """What is dropped says why."""
    state, words = clean.get("state", action.state), clean.get("state_note", action.state_note)
    if state == Action.State.DROPPED and not words:
        sentence = _("Say why it is dropped.")
        raise UserError(sentence, {"state_note": sentence})


def _set_risks(action: Action, risks: Sequence[Risk]) -> None:
    """Make an action treat these risks and no others."""
    if not risks or len(risks) > MOST_LINKS:
        sentence = _("Name from 1 to %(most)s risks that it treats.") % {"most": MOST_LINKS}
        raise UserError(sentence, {"risks": sentence})
    if elsewhere := [risk.reference for risk in risks if risk.scope_id != action.scope_id]:
        sentence = _("%(names)s: of another scope.") % {"names": ", ".join(elsewhere)}
        raise UserError(sentence, {"risks": sentence})
    there = {link.risk_id: link for link in action.risks.select_related("risk")}
    wanted = {risk.pk: risk for risk in risks}
    gone, new = [there[key] for key in there if key not in wanted], [wanted[key] for key in wanted if key not in there]
    ActionRisk.objects.filter(pk__in=[link.pk for link in gone]).delete()
    ActionRisk.objects.bulk_create(
        ActionRisk(organization_id=action.organization_id, action=action, risk=r) for r in new
    )
    if gone or new:
        activity.note(
            action, risks_added=[r.reference for r in new], risks_removed=[g.risk.reference for g in gone]
        )  # fmt: skip


def _set_controls(action: Action, controls: Sequence[Requirement]) -> None:
    """Make an action put these controls in place and no others."""
    if len(controls) > MOST_LINKS:
        sentence = _("An action names at most %(most)s controls.") % {"most": MOST_LINKS}
        raise UserError(sentence, {"controls": sentence})
    there = {link.requirement_id: link for link in action.controls.select_related("requirement")}
    wanted = {control.pk: control for control in controls}
    gone, new = [there[key] for key in there if key not in wanted], [wanted[key] for key in wanted if key not in there]
    ActionControl.objects.filter(pk__in=[link.pk for link in gone]).delete()
    ActionControl.objects.bulk_create(
        ActionControl(organization_id=action.organization_id, action=action, requirement=each) for each in new
    )
    if gone or new:
        added, removed = [each.ref for each in new], [link.requirement.ref for link in gone]
        activity.note(action, controls_added=added, controls_removed=removed)


def _follow(actor: access.Actor, action: Action) -> None:
    """Keep the owner's task in step, so that reminders and the calendar know it."""
    tasks.follow_source(
        actor=actor, kind=Action.TASK_KIND, source_id=action.pk, scope_id=action.scope_id, reference=action.reference,
        title=action.title if action.is_open and action.owner else "", owner=action.owner, due=action.due,
    )  # fmt: skip


def _tell_owners(actor: access.Actor, action: Action) -> None:
    """Tell the owners of risks for which nothing is left to do."""
    waiting = ActionRisk.objects.filter(organization=actor.organization, action__ended_at=None).values("risk")
    treated = Risk.objects.filter(organization=actor.organization, actions__action=action, closed_at=None)
    for risk in treated.exclude(pk__in=waiting).select_related("owner"):
        if risk.owner:
            notices.tell(actor, [risk.owner], Kind.RISK_TREATED, risk, title=f"{risk.reference} {risk.title}")


def _shown(value: Any) -> Any:
    return str(value.pk) if hasattr(value, "pk") else value
