"""Bring what a scanner saw into the register: what is new, seen again, back, or gone. Called inside a command."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext as _

from annexa.assets.models import Asset
from annexa.evidence.bearing import controls_of
from annexa.evidence.models import Finding, FindingStep, Scan, Severity
from annexa.evidence.seen import Seen
from annexa.lib import clock
from annexa.lib.database import bulk
from annexa.organizations import access

AT_ONCE = 2_000
CAN_GO = (Finding.State.OPEN, Finding.State.ACCEPTED, Finding.State.DISPUTED)  # mended when no scan sees it any more
DAYS = {Severity.CRITICAL: 7, Severity.HIGH: 30, Severity.MEDIUM: 90, Severity.LOW: 180}  # to mend, from first sight
# What a later scan may say differently of the same finding.
TOLD = ("title", "severity", "place", "description", "remedy", "cves", "cwes", "links", "score", "controls")


def once_each(findings: Iterable[Seen]) -> list[Seen]:
    """Return findings without those of an identity that was there before, the worst of each."""
    kept: dict[str, Seen] = {}
    for each in findings:
        before = kept.get(each.identity)
        if before is None or Severity[each.severity.upper()] > Severity[before.severity.upper()]:
            kept[each.identity] = each
    return list(kept.values())


def bring_in(actor: access.Actor, scan: Scan, findings: list[Seen]) -> None:
    """Write the findings of a scan, and count in it what came of them."""
    mine = Finding.objects.filter(organization=actor.organization, source=scan.source, target=scan.target)
    known = {each.identity: each for each in mine}
    seen = {each.identity for each in findings}
    fresh = [each for each in findings if each.identity not in known]
    again = [each for each in findings if each.identity in known]
    ruled_out = {each.identity: each.ruled_out for each in again if each.ruled_out}
    back = [each for key, each in known.items() if key in seen - set(ruled_out) and each.state == Finding.State.MENDED]
    off = [each for key, each in known.items() if key in ruled_out and each.is_open]
    gone = [each for key, each in known.items() if key not in seen and each.state in CAN_GO]
    scan.new, scan.again, scan.reopened, scan.mended = len(fresh), len(again), len(back), len(gone)
    _add(actor, scan, fresh)
    _tell_again(scan, [(known[each.identity], each) for each in again])
    _set_state(scan, back, Finding.State.OPEN)
    _set_state(scan, gone, Finding.State.MENDED)
    for why in set(ruled_out.values()):
        rows = [each for each in off if ruled_out[each.identity] == why]
        _set_state(scan, rows, Finding.State.FALSE, _itself(why))


def _add(actor: access.Actor, scan: Scan, fresh: list[Seen]) -> None:
    last = Finding.objects.filter(organization=actor.organization).aggregate(last=Max("number"))["last"] or 0
    assets = _assets(actor) if fresh else {}
    for batch in _batches(enumerate(fresh, last + 1)):
        rows = [_row(scan, number, each, assets) for number, each in batch]
        bulk.insert(rows)
        _note(scan, rows)


def _row(scan: Scan, number: int, seen: Seen, assets: dict[str, Any]) -> Finding:
    values = _values(scan.source, seen)
    state = Finding.State.FALSE if seen.ruled_out else Finding.State.OPEN
    return Finding(
        organization_id=scan.organization_id,
        number=number,
        source=scan.source,
        target=scan.target,
        identity=seen.identity,
        rule=seen.rule[:200],
        found_on=seen.asset[:300],
        asset_id=assets.get(seen.asset.casefold()) if seen.asset else None,
        state=state,
        reason=_itself(seen.ruled_out) if seen.ruled_out else "",
        due=_due(values["severity"], clock.today()),
        first_seen=scan.at,
        last_seen=scan.at,
        closed_at=scan.at if seen.ruled_out else None,
        **values,
    )


def _values(source: str, seen: Seen) -> dict[str, Any]:
    return {
        "title": seen.title[:300],
        "severity": Severity[seen.severity.upper()],
        "place": seen.place[:600],
        "description": seen.description,
        "remedy": seen.remedy,
        "cves": [each[:40] for each in seen.cves],
        "cwes": [each[:40] for each in seen.cwes],
        "links": [each[:500] for each in seen.links],
        "score": seen.score,
        "controls": list(controls_of(source, seen)),
    }


def _due(severity: Severity, today: date) -> date | None:
    days = DAYS.get(severity)
    return today + timedelta(days=days) if days else None


def _assets(actor: access.Actor) -> dict[str, Any]:
    """Return assets by their names and own ids in lower case; the first of a name."""
    found: dict[str, Any] = {}
    for key, name, own_id in Asset.objects.filter(organization=actor.organization).values_list("pk", "name", "own_id"):
        for each in (name, own_id):
            if each:
                found.setdefault(each.casefold(), key)
    return found


def _tell_again(scan: Scan, pairs: list[tuple[Finding, Seen]]) -> None:
    changed = []
    for row, seen in pairs:
        values = _values(scan.source, seen)
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    Finding.objects.bulk_update(changed, TOLD, batch_size=AT_ONCE)
    for batch in _batches(row.pk for row, _seen in pairs):
        Finding.objects.filter(pk__in=batch).update(last_seen=scan.at, times_seen=F("times_seen") + 1)


def _itself(why: str) -> str:
    return _("The scanner itself says: %(why)s") % {"why": why}


def _set_state(scan: Scan, rows: list[Finding], state: str, reason: str = "") -> None:
    closed = None if state == Finding.State.OPEN else scan.at
    for batch in _batches(rows):
        for row in batch:
            row.state, row.reason = state, reason
        values: dict[str, Any] = {"state": state, "closed_at": closed, "reason": reason, "accepted_until": None}
        Finding.objects.filter(pk__in=[row.pk for row in batch]).update(**values)
        _note(scan, batch)


def _note(scan: Scan, rows: list[Finding]) -> None:
    whose: dict[str, Any] = {"organization_id": scan.organization_id, "scan": scan, "at": scan.at}
    bulk.insert([FindingStep(finding=row, state=row.state, reason=row.reason, **whose) for row in rows])


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, AT_ONCE)):
        yield batch
