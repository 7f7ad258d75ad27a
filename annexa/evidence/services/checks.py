"""Say what is looked at again and again, and what it showed."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.catalog.models import Requirement
from annexa.evidence import checking, keeping
from annexa.evidence.contents import Content
from annexa.evidence.models import CheckExclusion, CheckResult, ControlCheck
from annexa.evidence.queries import checks as queries
from annexa.evidence.queries.evidence import requirements_named
from annexa.evidence.ready import READY
from annexa.lib import clock
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.lib.text import one_line
from annexa.organizations import access, delegations
from annexa.organizations.models import Delegation
from annexa.organizations.permissions import Permission


@access.command(Permission.EVIDENCE_EDIT)
def add_check(*, actor: access.Actor, title: str, controls: Iterable[Requirement], **values: Any) -> ControlCheck:
    """Add a check that bears on some controls; `values` are `checking.FIELDS`."""
    return checking.put_in(actor, controls, values | {"title": title})


@access.command(Permission.EVIDENCE_EDIT)
def add_ready_checks(*, actor: access.Actor, keys: Iterable[str]) -> list[ControlCheck]:
    """Add ready manual checks by their keys; those that are there already are left as they are."""
    wanted = list(dict.fromkeys(keys))
    if unknown := [key for key in wanted if key not in READY]:
        sentence = _("There is no ready check: %(keys)s.") % {"keys": ", ".join(unknown[:5])}
        raise UserError(sentence, {"keys": sentence})
    lock(actor.organization)
    there = queries.ready_there(actor)
    made = []
    for key in wanted:
        if key not in there:
            each = READY[key]
            controls = requirements_named(actor, ", ".join(each.controls))
            values = {"title": each.title, "look": each.look, "keep": each.keep, "expected": each.expected}
            made.append(checking.put_in(actor, controls, values | {"every_days": each.every_days, "ready": key}))
    return made


@access.command(Permission.EVIDENCE_EDIT)
def change_check(
    *, actor: access.Actor, check: ControlCheck, controls: Iterable[Requirement] | None = None, **values: Any
) -> None:
    """Change what is said of a check, and perhaps what it bears on."""
    lock(check)
    if values.get("kind", check.kind) != check.kind:
        raise UserError(_("Who answers a check does not change; add another one."), {"kind": _("Cannot change")})
    stored = checking.clean(values, check)
    activity.change(check, **stored | {"due": checking.next_day(check, stored)})
    if controls is not None:
        checking.bear_on(actor, check, controls)
    checking.follow(actor, check)


@access.command(Permission.EVIDENCE_EDIT)
def retire_check(*, actor: access.Actor, check: ControlCheck, retired: bool = True) -> None:
    """Take a check out of use, or bring it back; what it showed stays."""
    lock(check)
    activity.change(check, retired=retired)
    checking.follow(actor, check)


@access.command(Permission.TASK_WORK)
def record_result(
    *, actor: access.Actor, check: ControlCheck, outcome: str, content: Content | None = None, **told: Any
) -> CheckResult:
    """Say what a check showed, perhaps with what is kept of it: its owner may, who stands in, and who edits evidence.

    `told` are `on`, `actual`, `population` and `items` of `checking.answer`. What is kept becomes evidence of the
    check's controls and counts until the check is due again.
    """
    lock(check)
    _check_may_record(actor, check)
    if not outcome:
        raise UserError(_("Choose what it showed."), {"outcome": _("Needed")})
    kept = None
    if content is not None:
        day = told.get("on") or clock.today()
        title = _("%(title)s, %(day)s") % {"title": check.title, "day": day.isoformat()}
        given: dict[str, Any] = {"owner": check.owner, "scope": check.scope, "collected_on": told.get("on")}
        given["expires_on"] = day + timedelta(days=check.every_days)
        kept = keeping.put_in(actor, content, title=title, controls=queries.controls(check), **given).pk
    return checking.answer(actor, check, outcome=outcome, evidence_id=kept, **told)


@access.command(Permission.FINDING_IMPORT)
def report_result(*, actor: access.Actor, check: ControlCheck, program: str = "", **told: Any) -> CheckResult:
    """Keep what a program reports of a check that waits for it; without an outcome it fails when an item does."""
    lock(check)
    if check.kind != ControlCheck.Kind.PUSH:
        raise UserError(_("No program answers this check."))
    return checking.answer(actor, check, program=one_line(program)[:60], **told)


@access.command(Permission.EVIDENCE_EDIT)
def switch_check_off(*, actor: access.Actor, check: ControlCheck, reason: str, until: date | None) -> None:
    """Leave a check out until a day, for a reason; then it counts again by itself."""
    said, day = _reason_and_day(reason, until)
    lock(check)
    activity.change(check, off_reason=said, off_until=day)
    checking.follow(actor, check)


@access.command(Permission.EVIDENCE_EDIT)
def switch_check_on(*, actor: access.Actor, check: ControlCheck) -> None:
    """Let a check count again before its day."""
    lock(check)
    activity.change(check, off_reason="", off_until=None)
    checking.follow(actor, check)


@access.command(Permission.EVIDENCE_EDIT)
def exclude_item(
    *, actor: access.Actor, check: ControlCheck, item: str, reason: str, until: date | None
) -> CheckExclusion:
    """Leave one item out until a day, for a reason, from the next result on."""
    said, day = _reason_and_day(reason, until)
    if not item.strip():
        raise UserError(_("Say which item."), {"item": _("Needed")})
    lock(check)
    return checking.exclude(actor, check, item, said, day)


@access.command(Permission.EVIDENCE_EDIT)
def include_item(*, actor: access.Actor, check: ControlCheck, item: str) -> None:
    """Count an item again."""
    lock(check)
    found = check.exclusions.filter(item=item).first()
    if found is None:
        raise UserError(_("This item is not left out."))
    activity.note(check, included=found.item)
    found.delete()


@access.command(Permission.EVIDENCE_EDIT)
def ask_for_checks(*, actor: access.Actor) -> int:
    """Give the tasks of manual checks that wait; returns how many are due within two weeks."""
    soon = clock.today() + checking.FIRST
    found = ControlCheck.objects.filter(
        organization=actor.organization, kind=ControlCheck.Kind.MANUAL, retired=False, due__lte=soon
    )
    for check in (rows := list(found.select_related("owner__person"))):
        checking.follow(actor, check)
    return len(rows)


def _reason_and_day(reason: str, until: date | None) -> tuple[str, date]:
    said, today = one_line(reason)[:500], clock.today()
    if not said:
        raise UserError(_("Say why."), {"reason": _("Needed")})
    if until is None or not today < until <= today + timedelta(days=checking.LONGEST):
        raise UserError(_("Choose a day within a year."), {"until": _("A day to come, within a year")})
    return said, until


def _check_may_record(actor: access.Actor, check: ControlCheck) -> None:
    if check.kind != ControlCheck.Kind.MANUAL:
        raise UserError(_("A program answers this check, not people."))
    if actor.can(Permission.EVIDENCE_EDIT) or actor.owns(check):
        return
    if check.owner_id not in delegations.principals(actor, Delegation.Kind.TASKS, check.scope_id):
        raise NotAllowed(_("Somebody else looks at this."))
