"""Put evidence in, edition by edition, and say what it shows."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.catalog.models import Requirement
from annexa.evidence import keeping
from annexa.evidence.contents import Content
from annexa.evidence.models import Edition, Evidence
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.lib.text import one_line
from annexa.organizations import access
from annexa.organizations.models import Membership, Scope
from annexa.organizations.permissions import Permission
from annexa.risks.models import Risk


@access.command(Permission.EVIDENCE_ADD)
def add_evidence(
    *,
    actor: access.Actor,
    title: str,
    content: Content,
    collected_on: date | None = None,
    collected_with: str = "",
    controls: Iterable[Requirement] = (),
    risks: Iterable[Risk] = (),
    owner: Membership | None = None,
    scope: Scope | None = None,
    **values: Any,
) -> Evidence:
    """Put in new evidence with its first edition; it gets the next reference, and who puts it in owns it."""
    if owner is not None and owner != actor.membership and not actor.can(Permission.EVIDENCE_EDIT):
        raise NotAllowed(_("Your role cannot put in evidence for others."))
    return keeping.put_in(
        actor,
        content,
        collected_on=collected_on,
        collected_with=collected_with,
        controls=controls,
        risks=risks,
        title=title,
        owner=owner or actor.membership,
        scope=scope,
        **values,
    )


@access.command(Permission.EVIDENCE_ADD)
def change_evidence(*, actor: access.Actor, evidence: Evidence, **values: Any) -> None:
    """Change what is said of evidence (`keeping.FIELDS`); what it holds changes by a new edition only."""
    lock(evidence)
    _check_may_change(actor, evidence)
    handed = [name for name in ("owner", "scope") if name in values and values[name] != getattr(evidence, name)]
    if handed and not actor.can(Permission.EVIDENCE_EDIT):
        raise NotAllowed(_("Your role cannot hand evidence over or move it to another scope."))
    before = {name: getattr(evidence, name) for name in ("period_from", "period_to")}
    activity.change(evidence, **keeping.clean(values, before))


@access.command(Permission.EVIDENCE_ADD)
def add_edition(
    *,
    actor: access.Actor,
    evidence: Evidence,
    content: Content,
    collected_on: date | None = None,
    collected_with: str = "",
    expires_on: date | None = None,
    note: str = "",
) -> Edition:
    """Put in what takes the place of the newest edition, which stays; perhaps with a new day on which it expires."""
    edition = keeping.edition_fields(content, collected_on, collected_with)
    lock(evidence)
    _check_may_change(actor, evidence)
    if evidence.is_retired:
        raise UserError(_("This evidence is retired; bring it back first."))
    if expires_on is not None and expires_on < edition["collected_on"]:
        sentence = _("It cannot expire before it was collected.")
        raise UserError(sentence, {"expires_on": sentence})
    number = (evidence.editions.aggregate(last=Max("number"))["last"] or 0) + 1
    made = keeping.add_edition(actor, evidence, number, edition | {"note": one_line(note)[:300]})
    activity.note(evidence, edition=number, sha256=made.sha256, url=made.url)
    if expires_on is not None:
        activity.change(evidence, expires_on=expires_on)
    return made


@access.command(Permission.EVIDENCE_ADD)
def link_evidence(
    *, actor: access.Actor, evidence: Evidence, controls: Iterable[Requirement] = (), risks: Iterable[Risk] = ()
) -> None:
    """Say what more evidence bears on; what it bears on already stays."""
    lock(evidence)
    _check_may_change(actor, evidence)
    keeping.link(actor, evidence, controls, risks)


@access.command(Permission.EVIDENCE_ADD)
def unlink_evidence(
    *, actor: access.Actor, evidence: Evidence, controls: Iterable[Requirement] = (), risks: Iterable[Risk] = ()
) -> None:
    """Say what evidence does not bear on any more."""
    lock(evidence)
    _check_may_change(actor, evidence)
    for control in controls:
        if evidence.controls.filter(requirement=control).delete()[0]:
            activity.note(evidence, unlinked=control.ref)
    for risk in risks:
        if evidence.risks.filter(risk=risk).delete()[0]:
            activity.note(evidence, unlinked=risk.reference)


@access.command(Permission.EVIDENCE_ADD)
def retire_evidence(*, actor: access.Actor, evidence: Evidence) -> None:
    """Take evidence out of use: it stays on record and counts for nothing any more."""
    lock(evidence)
    _check_may_change(actor, evidence)
    activity.change(evidence, state=Evidence.State.RETIRED)


@access.command(Permission.EVIDENCE_ADD)
def restore_evidence(*, actor: access.Actor, evidence: Evidence) -> None:
    """Bring retired evidence back."""
    lock(evidence)
    _check_may_change(actor, evidence)
    activity.change(evidence, state=Evidence.State.CURRENT)


def _check_may_change(actor: access.Actor, evidence: Evidence) -> None:
    if not (actor.can(Permission.EVIDENCE_EDIT) or actor.owns(evidence)):
        raise NotAllowed(_("You can change only the evidence you own."))
