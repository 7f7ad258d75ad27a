"""The registers that can be shown as they stood: whose versions they are, who may read them, what their fields say."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.assets.models import Asset
from annexa.catalog.models import OWN, Requirement
from annexa.evidence.models import ControlCheck, Evidence
from annexa.isms.models import InterestedParty, Issue, Obligation
from annexa.lib.database import history
from annexa.lib.errors import NotFound
from annexa.organizations import access
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.models import Membership, Scope
from annexa.organizations.permissions import Permission
from annexa.risks.models import Risk
from annexa.tasks.models import Task
from annexa.treatment.models import Action, GapAssessment, GapRating, Statement, StatementRow

Versions = history.VersionQuerySet
Filters = Callable[[Actor, Scope], dict[str, Any]]


@dataclass(frozen=True)
class Register:
    """One register: `mine` keeps an actor to what they may see, `edition` names the parent whose newest one counts."""

    key: str
    title: Promise
    model: type[models.Model]
    permission: Permission
    fields: Mapping[str, Promise]
    name: Callable[[Any], str] = str
    mine: Filters = lambda actor, scope: {}
    identity: str = "id"
    related: tuple[str, ...] = ()
    order: str = "id"
    search: tuple[str, ...] = ()
    edition: tuple[str, type[models.Model]] | None = None


def _of_scope(actor: Actor, scope: Scope) -> dict[str, Any]:
    return {"scope": scope}


def _own_tasks(actor: Actor, scope: Scope) -> dict[str, Any]:
    return {} if actor.can(Permission.TASK_EDIT) else {"owner": actor.membership}


def _colleagues(actor: Actor, scope: Scope) -> dict[str, Any]:
    """A member of one scope reads nothing of those who work in another one."""
    return {"id__in": organizations.members(actor).order_by().values("pk")} if actor.scope_id else {}


def _control(row: Any) -> str:
    return f"{row.requirement.ref} {row.requirement.title}"


_CONTROL = ("requirement__ref", "requirement__title")
REGISTERS: dict[str, Register] = {
    each.key: each
    for each in (
        Register(
            "soa", _("Statement of Applicability"), StatementRow, Permission.SOA_READ,
            {"applicable": _("Applicable"), "reasons": _("Reasons"), "justification": _("Justification"),
             "status": _("Status"), "implementation": _("How implemented"), "owner": _("Owner"), "links": _("Links")},
            _control, lambda actor, scope: {"statement__scope": scope}, "requirement_id",
            ("requirement", "owner__person"), "requirement__sort_key", _CONTROL,
            ("statement", Statement),
        ),
        Register(
            "gap", _("Gap analysis"), GapRating, Permission.GAP_READ,
            {"conformity": _("Conformity"), "maturity": _("Maturity"), "target": _("Target"), "note": _("Note"),
             "action": _("Action"), "owner": _("Owner"), "effort": _("Effort in days"), "due": _("Due")},
            _control, lambda actor, scope: {"assessment__scope": scope}, "requirement_id",
            ("requirement", "owner__person"), "requirement__sort_key", _CONTROL,
            ("assessment", GapAssessment),
        ),
        Register(
            "assets", _("Assets"), Asset, Permission.ASSET_READ,
            {"kind": _("Type"), "owner": _("Owner"), "custodian": _("Custodian"), "classification": _("Classification"),
             "worth_confidentiality": _("Confidentiality"), "worth_integrity": _("Integrity"),
             "worth_availability": _("Availability"), "recovery_time": _("Recovery time"),
             "recovery_point": _("Recovery point"), "personal_data": _("Personal data"), "location": _("Location"),
             "tags": _("Tags"), "state": _("Status"), "review_due": _("Next review")},
            lambda row: f"ASSET-{row.number} {row.name}", related=("owner__person", "custodian__person"),
            order="number", search=("name", "own_id"),
        ),
        Register(
            "risks", _("Risks"), Risk, Permission.RISK_READ,
            {"title": _("Title"), "owner": _("Owner"), "inherent_score": _("Inherent"), "current_score": _("Current"),
             "target_score": _("Target"), "decision": _("Decision"), "decision_note": _("Decided because"),
             "cause": _("Cause"), "event": _("Event"), "consequence": _("Consequence"), "category": _("Category"),
             "knowledge": _("Knowledge"), "review_due": _("Next reading"), "closed_at": _("Closed")},
            lambda row: f"RISK-{row.number} {row.title}", _of_scope, related=("owner__person",), order="number",
            search=("title", "own_id"),
        ),
        Register(
            "plan", _("Treatment plan"), Action, Permission.RISK_READ,
            {"title": _("Title"), "owner": _("Owner"), "due": _("Due"), "state": _("State"),
             "state_note": _("In a sentence"), "cost": _("Cost"), "effort": _("Effort in days"),
             "resources": _("Resources"), "note": _("Note"), "links": _("Links")},
            lambda row: f"ACTION-{row.number} {row.title}", _of_scope, related=("owner__person",), order="number",
            search=("title",),
        ),
        Register(
            "evidence", _("Evidence"), Evidence, Permission.EVIDENCE_READ,
            {"title": _("Title"), "description": _("Description"), "owner": _("Owner"),
             "period_from": _("About the time from"), "period_to": _("To"), "expires_on": _("Counts until"),
             "state": _("Status")},
            lambda row: f"EVID-{row.number} {row.title}", related=("owner__person",), order="number",
            search=("title",),
        ),
        Register(
            "checks", _("Control checks"), ControlCheck, Permission.EVIDENCE_READ,
            {"title": _("Title"), "expected": _("What is expected"), "look": _("What to look at"),
             "keep": _("What to keep"), "owner": _("Owner"), "every_days": _("Every … days"), "due": _("Due"),
             "off_until": _("Left out until"), "off_reason": _("Why"), "retired": _("Retired")},
            lambda row: f"CHECK-{row.number} {row.title}", related=("owner__person",), order="number",
            search=("title",),
        ),
        Register(
            "tasks", _("Tasks"), Task, Permission.TASK_WORK,
            {"title": _("Title"), "state": _("State"), "owner": _("Owner"), "due": _("Due"), "note": _("Note")},
            mine=_own_tasks, related=("owner__person",), order="due", search=("title",),
        ),
        Register(
            "controls", _("Own controls"), Requirement, Permission.CATALOG_READ,
            {"title": _("Title"), "theme": _("Theme"), "summary": _("Summary"), "retired_at": _("Retired")},
            mine=lambda actor, scope: {"framework__slug": OWN}, order="sort_key",
            search=("ref", "title"),
        ),
        Register(
            "scopes", _("Scopes"), Scope, Permission.CONTEXT_READ,
            {"name": _("Name"), "statement": _("Scope statement"), "sites": _("Sites"), "headcount": _("Headcount"),
             "boundaries": _("Boundaries"), "interfaces": _("Interfaces and dependencies")},
            mine=lambda actor, scope: actor.only_scope("id"), order="name",
            search=("name",),
        ),
        Register(
            "issues", _("Issues"), Issue, Permission.CONTEXT_READ, {"side": _("Side"), "text": _("Issue")},
            mine=_of_scope, order="position", search=("text",),
        ),
        Register(
            "parties", _("Interested parties"), InterestedParty, Permission.CONTEXT_READ,
            {"name": _("Name"), "needs": _("Needs"), "addressed": _("Met by the ISMS")},
            mine=_of_scope, order="position", search=("name", "needs"),
        ),
        Register(
            "obligations", _("Obligations"), Obligation, Permission.CONTEXT_READ,
            {"title": _("Title"), "kind": _("Kind"), "why": _("Why"), "controls": _("Controls")},
            mine=_of_scope, order="position", search=("title",),
        ),
        Register(
            "people", _("People"), Membership, Permission.MEMBERS_READ,
            {"role": _("Role"), "job_title": _("Job title"), "scope": _("Scope"), "expires_on": _("Access ends on"),
             "deactivated_at": _("Deactivated")},
            mine=_colleagues, related=("person", "scope"), order="person__name", search=("person__name",),
        ),
    )
}  # fmt: skip


def readable(actor: Actor) -> list[Register]:
    """Return the registers whose history the actor may read."""
    return [each for each in REGISTERS.values() if actor.can(each.permission)]


def register_for(actor: Actor, key: str) -> Register:
    """Return a register by its key; raises NotFound, and NotAllowed when the actor may not read it."""
    found = REGISTERS.get(key)
    if found is None:
        raise NotFound("There is no such register.")
    access.require(actor, found.permission)
    return found


def versions(register: Register, actor: Actor, scope: Scope) -> Versions:
    """Return every version of a register's rows that the actor may see."""
    mine = {"organization_id": actor.organization_id, **register.mine(actor, scope)}
    kept: Versions = history.versions(register.model).filter(**mine)
    return kept.select_related(*register.related) if register.related else kept


def rows(register: Register, actor: Actor, scope: Scope, moment: datetime) -> Versions:
    """Return a register's rows as they stood at a moment; of statements and assessments the newest edition then."""
    found = versions(register, actor, scope).as_of(moment)
    if register.edition:
        parent, model = register.edition
        editions = history.rows(model, moment)
        newest = editions.filter(organization_id=actor.organization_id, scope=scope).order_by("-number")
        found = found.filter(**{f"{parent}_id": newest.values("id")[:1]})
    return found.order_by(register.order, "id")


def of_row(register: Register, actor: Actor, scope: Scope, row_id: uuid.UUID) -> list[history.Version]:
    """Return the versions of one row, oldest first; raises NotFound."""
    mine: Any = versions(register, actor, scope)
    found = list(mine.filter(id=row_id).order_by("kept_id"))
    if not found:
        raise NotFound("Nothing is known of this row.")
    return found


def said(version: Any, field: str) -> str:
    """Say a field's value as people do, choices by their words."""
    value, about = getattr(version, field), version._meta.get_field(field)
    words = dict(getattr(about, "base_field", about).choices or ())
    return plain([words.get(each, each) for each in value] if isinstance(value, list) else words.get(value, value))


def plain(value: Any) -> str:
    """Say a value as people do: nothing for none, words for yes and no, local days."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _text("Yes") if value else _text("No")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(plain(each) for each in value)
    if isinstance(value, dict):
        return str(value.get("url") or ", ".join(f"{key} {plain(each)}" for key, each in value.items()))
    return str(value)
