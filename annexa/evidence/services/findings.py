"""Bring in what scanners saw, and decide about it."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.evidence import checking, registry, scanning
from annexa.evidence.models import Finding, FindingStep, Scan
from annexa.evidence.queries import findings as queries
from annexa.evidence.seen import MOST_SEEN, NoReport, Report
from annexa.evidence.words import why_not
from annexa.lib import clock
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError, about
from annexa.lib.text import one_line
from annexa.organizations import access
from annexa.organizations.models import Membership, Scope
from annexa.organizations.permissions import Permission
from annexa.risks.models import Risk
from annexa.risks.services.risks import raise_risk

MOST_BYTES = 50 * 1024 * 1024
DECIDED = (Finding.State.OPEN, Finding.State.ACCEPTED, Finding.State.DISPUTED, Finding.State.FALSE)


@access.command(Permission.FINDING_IMPORT)
def import_scan(*, actor: access.Actor, content: bytes, target: str, source: str = "", file_name: str = "") -> Scan:
    """Bring in one scanner's file, all of it or nothing: what is gone from the same target counts as mended.

    Without a source the format is recognised. Raises UserError naming what is wrong, and where.
    """
    access.require_all_scopes(actor)
    if not target.strip():
        raise UserError(_("Say what was scanned."), {"target": _("Needed")})
    key, report = _read(content, source)
    findings = scanning.once_each(report.findings)
    if len(findings) > MOST_SEEN:
        raise UserError(_("A file holds at most %(most)s findings.") % {"most": f"{MOST_SEEN:,}"})
    lock(actor.organization)
    scan = Scan.objects.create(
        organization=actor.organization,
        source=key,
        target=one_line(target)[:120],
        tool=f"{report.tool} {report.version}".strip()[:100],
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        brought_by=actor.membership,
        passed=report.passed,
    )
    scanning.bring_in(actor, scan, findings)
    scan.save()
    checking.answer_from_scan(actor, scan)
    numbers = {name: getattr(scan, name) for name in ("new", "again", "reopened", "mended", "passed")}
    activity.note(scan, source=key, target=scan.target, sha256=scan.sha256, **numbers)
    return scan


@access.command(Permission.FINDING_EDIT)
def decide_findings(
    *, actor: access.Actor, findings: Iterable[Finding], state: str, reason: str = "", until: date | None = None
) -> int:
    """Accept findings until a day, dispute them, call them false, or open them again; returns how many differed.

    All but opening again need a reason; what a scanner does not see any more it mends by itself.
    """
    said = one_line(reason)[:500]
    if state not in DECIDED:
        raise UserError(_("Choose what becomes of it."), {"state": _("Unknown")})
    if state != Finding.State.OPEN and not said:
        raise UserError(_("Say why."), {"reason": _("Needed")})
    if state == Finding.State.ACCEPTED and (until is None or until <= clock.today()):
        raise UserError(_("Say until which day it is accepted."), {"until": _("A day to come")})
    until = until if state == Finding.State.ACCEPTED else None
    changed = 0
    for finding in findings:
        with about(finding.pk):
            lock(finding)
            closed = None if state == Finding.State.OPEN else clock.now()
            if activity.change(finding, state=state, reason=said, accepted_until=until):
                changed += 1
                Finding.objects.filter(pk=finding.pk).update(closed_at=closed)
                _step(actor, finding)
    return changed


@access.command(Permission.FINDING_EDIT)
def assign_findings(
    *,
    actor: access.Actor,
    findings: Iterable[Finding],
    owner: Membership | Literal["same"] | None = "same",
    due: date | Literal["same"] | None = "same",
) -> int:
    """Say who mends findings, and until when; returns how many differed."""
    values: dict[str, Any] = {name: value for name, value in (("owner", owner), ("due", due)) if value != "same"}
    if isinstance(owner, Membership) and not owner.is_active():
        raise UserError(_("There is no such member, or their access has ended."), {"owner": _("Not a member")})
    changed = 0
    for finding in findings:
        with about(finding.pk):
            lock(finding)
            changed += activity.change(finding, **values)
    return changed


@access.command(Permission.FINDING_EDIT)
def raise_from_finding(*, actor: access.Actor, finding: Finding, scope: Scope) -> Risk:
    """Raise the risk that a finding stands for, or bring the one it raised before up to date: never two."""
    if not actor.can(Permission.RISK_EDIT):
        raise NotAllowed(_("Your role cannot add risks."))
    values: dict[str, Any] = {
        "cause": finding.title,
        "event": _("Somebody makes use of it on %(where)s.") % {"where": finding.found_on or finding.target},
        "vulnerability": ", ".join([finding.rule, *finding.cves])[:200],
        "sources": finding.reference,
        "assets": [finding.asset] if finding.asset else [],
    }
    return raise_risk(
        actor=actor, scope=scope, source_kind=queries.SOURCE, source_id=finding.pk, title=finding.title[:200], **values
    )


@access.command(Permission.FINDING_EDIT)
def reopen_accepted(*, actor: access.Actor) -> int:
    """Open again what was accepted until a day that has passed."""
    over = Finding.objects.filter(
        organization=actor.organization, state=Finding.State.ACCEPTED, accepted_until__lt=clock.today()
    )
    found = list(over)
    if found:
        decide_findings(actor=actor, findings=found, state=Finding.State.OPEN, reason=_("The time is over."))
    return len(found)


def _read(content: bytes, source: str) -> tuple[str, Report]:
    if len(content) > MOST_BYTES:
        raise UserError(_("The file is larger than 50 MB."), {"file": _("Too large")})
    if source and source not in registry.READERS:
        raise UserError(_("Choose a format."), {"source": _("Unknown")})
    try:
        if source:
            return source, registry.READERS[source].read(content)
        return registry.recognise(content)
    except NoReport as error:
        sentence = why_not(error)
        raise UserError(sentence, {"file": sentence}) from error


def _step(actor: access.Actor, finding: Finding) -> None:
    FindingStep.objects.create(
        organization=actor.organization,
        finding=finding,
        state=finding.state,
        by=actor.membership,
        reason=finding.reason,
    )
