"""How evidence is kept: checked fields, editions, links. The commands beside it say who may."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.catalog.models import Requirement
from annexa.evidence.contents import Content
from annexa.evidence.models import Edition, Evidence, EvidenceControl, EvidenceRisk
from annexa.lib import clock
from annexa.lib.errors import UserError
from annexa.lib.text import one_line
from annexa.organizations import access
from annexa.organizations.models import Scope
from annexa.organizations.numbers import next_number
from annexa.risks.models import Risk

MOST_LINKS = 200
FIELDS = {"title", "description", "owner", "classification", "period_from", "period_to", "expires_on", "scope"}


def put_in(
    actor: access.Actor,
    content: Content,
    *,
    collected_on: date | None = None,
    collected_with: str = "",
    controls: Iterable[Requirement] = (),
    risks: Iterable[Risk] = (),
    **values: Any,
) -> Evidence:
    """Add evidence with its first edition and the next reference; called inside a command."""
    edition = edition_fields(content, collected_on, collected_with)
    clean_values = clean(values | {"scope": values.get("scope") or own_scope(actor)})
    number = next_number(actor, Evidence)
    evidence = Evidence.objects.create(organization=actor.organization, number=number, **clean_values)
    add_edition(actor, evidence, 1, edition)
    told = {name: _plain(value) for name, value in clean_values.items() if value not in ("", None)}
    activity.note(evidence, after=told, reference=evidence.reference, sha256=edition.get("sha256", ""))
    link(actor, evidence, controls, risks)
    return evidence


def own_scope(actor: access.Actor) -> Scope | None:
    """Return the scope that a member is limited to, in which what they add belongs."""
    return actor.membership.scope if actor.membership and actor.scope_id else None


def edition_fields(content: Content, collected_on: date | None, collected_with: str) -> dict[str, Any]:
    """Return the fields of an edition; raises UserError."""
    day = collected_on or clock.today()
    if day > clock.today():
        sentence = _("Evidence cannot be from the future.")
        raise UserError(sentence, {"collected_on": sentence})
    return content.fields() | {"collected_on": day, "collected_with": one_line(collected_with)[:60]}


def add_edition(actor: access.Actor, evidence: Evidence, number: int, fields: dict[str, Any]) -> Edition:
    """Add an edition, which is the newest from then on."""
    whose = {"organization": actor.organization, "evidence": evidence, "added_by": actor.membership}
    made = Edition.objects.create(number=number, **whose, **fields)
    evidence.latest, evidence.changed_at = made, clock.now()
    evidence.save(update_fields=["latest", "changed_at"])
    return made


def clean(values: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return fields as they are stored; raises UserError, TypeError for one that is none."""
    if beyond := set(values) - FIELDS:
        raise TypeError(f"not fields of evidence: {sorted(beyond)}")
    stored = dict(values)
    if "title" in stored:
        stored["title"] = one_line(stored["title"])[:200]
        if not stored["title"]:
            raise UserError(_("Say what it shows."), {"title": _("Needed")})
    for name in ("description", "classification"):
        if name in stored:
            stored[name] = stored[name].strip()
    period = (before or {}) | stored
    start, end = period.get("period_from"), period.get("period_to")
    if start and end and end < start:
        sentence = _("The period ends before it begins.")
        raise UserError(sentence, {"period_to": sentence})
    return stored


def _plain(value: Any) -> Any:
    return str(value.pk) if hasattr(value, "pk") else value


def link(actor: access.Actor, evidence: Evidence, controls: Iterable[Requirement], risks: Iterable[Risk]) -> None:
    """Say what evidence bears on, once each; raises UserError when that is too much."""
    whose: dict[str, Any] = {"organization": actor.organization, "evidence": evidence}
    for control in controls:
        if EvidenceControl.objects.get_or_create(requirement=control, **whose)[1]:
            activity.note(evidence, linked=control.ref)
    for risk in risks:
        if EvidenceRisk.objects.get_or_create(risk=risk, **whose)[1]:
            activity.note(evidence, linked=risk.reference)
    if evidence.controls.count() + evidence.risks.count() > MOST_LINKS:
        raise UserError(_("Evidence bears on at most %(most)s things.") % {"most": MOST_LINKS})
