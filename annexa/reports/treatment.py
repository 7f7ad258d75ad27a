"""The risk register and the treatment plan as reports, as they stand or as they stood."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.text import file_name
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.reports import seal
from annexa.reports.document import Column, Group, Report, Section, Table
from annexa.risks.models import Decision, Method, Risk, RiskAsset, RiskControl
from annexa.risks.terms import Terms
from annexa.treatment.models import Acceptance, Action, ActionControl, ActionRisk
from annexa.treatment.queries import acceptance
from annexa.ui import dates

Names = dict[uuid.UUID, list[str]]
Facts = list[tuple[str, str]]


def register_name(actor: Actor) -> str:
    """Return the file name of a register, without its ending."""
    return file_name(actor.organization.slug, "risk-register")


def plan_name(actor: Actor) -> str:
    """Return the file name of a plan, without its ending."""
    return file_name(actor.organization.slug, "treatment-plan")


def register_report(actor: Actor, scope: Scope, moment: datetime | None = None) -> Report:
    """Return the open risks of a scope as a report; with a moment, as they stood then."""
    risks = _of_scope(Risk, actor, scope, moment).filter(closed_at=None).select_related("owner__person")
    terms, number = _method(actor, moment)
    assets = _names(RiskAsset, actor, "risk", "asset__name", moment)
    controls = _names(RiskControl, actor, "risk", "requirement__ref", moment)
    columns = [
        Column(_("Id"), 0.8),
        Column(_("Risk"), 2.6, wrap=True),
        Column(_("Assets"), 1.6, wrap=True),
        Column(_("Owner"), 1.2, wrap=True),
        Column(_("Inherent"), 1.0, wrap=True),
        Column(_("Current"), 1.0, wrap=True),
        Column(_("Target"), 1.0, wrap=True),
        Column(_("Decision"), 1.8, wrap=True),
        Column(_("Controls"), 1.6, wrap=True),
        Column(_("Next reading"), 1.0),
    ]
    rows = [
        [
            f"RISK-{risk.number}", _sentence(risk), ", ".join(assets.get(risk.id, ())), _owner(risk),
            *(_score(getattr(risk, f"{stage}_score"), terms) for stage in ("inherent", "current", "target")),
            _decided(risk), ", ".join(controls.get(risk.id, ())), risk.review_due,
        ]
        for risk in sorted(risks, key=lambda risk: (-(risk.current_score or 0), risk.number))
    ]  # fmt: skip
    facts = [(_("Method"), _("Version %(number)s, appetite %(appetite)s") % number)] if terms else []
    above = sum(terms is not None and (risk.current_score or 0) > terms.appetite for risk in risks)
    facts.append((_("Risks"), _("%(all)s open, %(above)s above appetite") % {"all": len(rows), "above": above}))
    section = Section(_("Risks"), (), Table(columns, [Group("", rows)], _("Risk register")))
    return _report(actor, scope, _("Risk register"), moment, facts, [section])


def plan_report(actor: Actor, scope: Scope, moment: datetime | None = None) -> Report:
    """Return the treatment plan of a scope and its signatures as a report; with a moment, as they stood then."""
    actions = list(_of_scope(Action, actor, scope, moment).select_related("owner__person").order_by("number"))
    done = sum(each.state == Action.State.DONE for each in actions)
    facts = [(_("Actions"), _("%(all)s, %(done)s of them done") % {"all": len(actions), "done": done})]
    sections = [_actions(actor, actions, moment), _signatures(actor, scope, moment)]
    return _report(actor, scope, _("Risk treatment plan"), moment, facts, sections)


def _actions(actor: Actor, actions: Iterable[Any], moment: datetime | None) -> Section:
    treats = {key: [f"RISK-{number}" for number in found]
              for key, found in _names(ActionRisk, actor, "action", "risk__number", moment).items()}  # fmt: skip
    controls = _names(ActionControl, actor, "action", "requirement__ref", moment)
    columns = [
        Column(_("Id"), 0.9),
        Column(_("What is to be done"), 2.6, wrap=True),
        Column(_("Risks"), 1.3, wrap=True),
        Column(_("Controls"), 1.2, wrap=True),
        Column(_("Owner"), 1.2, wrap=True),
        Column(_("Resources"), 1.4, wrap=True),
        Column(_("Cost"), 0.9),
        Column(_("Days"), 0.6),
        Column(_("Due"), 1.0),
        Column(_("State"), 1.6, wrap=True),
    ]
    rows = [
        [
            f"ACTION-{each.number}", "\n".join(filter(None, (each.title, each.note))),
            ", ".join(treats.get(each.id, ())), ", ".join(controls.get(each.id, ())), _owner(each), each.resources,
            each.cost, each.effort, each.due,
            "\n".join(filter(None, (str(Action.State(each.state).label), each.state_note))),
        ]
        for each in actions
    ]  # fmt: skip
    return Section(_("Actions"), (), Table(columns, [Group("", rows)], _("Treatment plan")))


def _signatures(actor: Actor, scope: Scope, moment: datetime | None) -> Section:
    """Return who signed for which risk, with the figures as they were; today also whether that still holds."""
    found = history.rows(Acceptance, moment).filter(
        organization_id=actor.organization_id, risk__scope=scope, ended_at=None
    )
    holds = {} if moment else {each.risk.pk: each for each in acceptance.standings(actor, scope)}
    columns = [
        Column(_("Risk"), 2.4, wrap=True),
        Column(_("Decision"), 1.1),
        Column(_("What remains"), 1.1, wrap=True),
        Column(_("Signed by"), 1.6, wrap=True),
        Column(_("As"), 1.1, wrap=True),
        Column(_("On"), 1.0),
        Column(_("Until"), 1.0),
        Column(_("Note"), 2.0, wrap=True),
        Column(_("Figures (SHA-256)"), 1.6, wrap=True),
    ]
    rows = [
        [
            f"{each.figures['reference']} {each.figures['title']}", str(Decision(each.figures["decision"]).label),
            f"{each.figures['residual']['score']} {each.figures['residual']['level']}", _signer(each),
            str(Acceptance.Capacity(each.capacity).label), dates.local_day(each.at), each.valid_until,
            _noted(each, holds), each.figures_hash,
        ]
        for each in found.select_related("by__person", "stands_in_for__person").order_by("at", "id")
    ]  # fmt: skip
    words = [_("Each owner signs for the plan and for what remains (ISO/IEC 27001, 6.1.3 f).")]
    return Section(_("Signatures"), words, Table(columns, [Group("", rows)], _("Signatures")))


def _signer(signed: Any) -> str:
    if signed.stands_in_for_id:
        return _("%(name)s for %(owner)s") % {"name": signed.by, "owner": signed.stands_in_for}
    return str(signed.by)


def _noted(signed: Any, holds: dict[Any, acceptance.Standing]) -> str:
    standing = holds.get(signed.risk_id)
    signature = standing.signatures.get(signed.capacity) if standing else None
    warning = "" if signature is None or signature.holds else _("Does not hold any more.")
    return "\n".join(filter(None, (warning, signed.note)))


def _report(
    actor: Actor,
    scope: Scope,
    title: str,
    moment: datetime | None,
    facts: list[tuple[str, str]],
    sections: list[Section],
) -> Report:
    organization = actor.organization.legal_name or actor.organization.name
    stood = dates.moment(moment or clock.now())
    return Report(
        title=title,
        subtitle=f"{organization} · {scope.name}",
        facts=[
            (_("Organisation"), organization),
            (_("Scope"), scope.statement or scope.name),
            (_("As of"), stood),
            *facts,
            seal.fact(actor),
        ],
        notices=[_("As it stood on %(moment)s.") % {"moment": stood}] if moment else [],
        sections=sections,
        language=get_language() or "en",
        footer=f"{organization} · {title} · {stood}",
        landscape=True,
        words={"page": _("Page"), "of": _("of"), "about": _("About")},
    )


def _of_scope(model: Any, actor: Actor, scope: Scope, moment: datetime | None) -> Any:
    return history.rows(model, moment).filter(organization_id=actor.organization_id, scope=scope)


def _names(model: Any, actor: Actor, parent: str, name: str, moment: datetime | None) -> Names:
    """Return the names that hang on each row of a kind, in order."""
    found: Names = {}
    rows = history.rows(model, moment).filter(organization_id=actor.organization_id).order_by(name)
    for key, said in rows.values_list(f"{parent}_id", name):
        found.setdefault(key, []).append(said)
    return found


def _method(actor: Actor, moment: datetime | None) -> tuple[Terms | None, dict[str, int]]:
    """Return the method that was in force."""
    approved = Method.objects.filter(organization_id=actor.organization_id, approved_at__isnull=False)
    method = approved.filter(approved_at__lte=moment or clock.now()).order_by("-number").first()
    return (method.terms, {"number": method.number, "appetite": method.terms.appetite}) if method else (None, {})


def _score(score: int | None, terms: Terms | None) -> str:
    return f"{score} {terms.levels[terms.level_of(score)].name}" if score is not None and terms else ""


def _sentence(risk: Any) -> str:
    return "\n".join(filter(None, (risk.title, " ".join(filter(None, (risk.cause, risk.event, risk.consequence))))))


def _decided(risk: Any) -> str:
    return "\n".join(filter(None, (str(Decision(risk.decision).label), risk.decision_note)))


def _owner(row: Any) -> str:
    return str(row.owner) if row.owner_id else ""
