"""How checks are kept and answered; the commands beside it say who may."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.catalog.models import Requirement
from annexa.evidence import keeping
from annexa.evidence.models import CheckControl, CheckExclusion, CheckResult, ControlCheck, Finding, Scan, Severity
from annexa.evidence.registry import READERS
from annexa.lib import clock
from annexa.lib.database.locks import lock
from annexa.lib.errors import UserError
from annexa.lib.text import one_line
from annexa.organizations import access
from annexa.organizations.models import Membership
from annexa.organizations.numbers import next_number
from annexa.tasks import services as tasks

MOST_ITEMS = 500
MOST_CONTROLS = 50
FIRST = timedelta(days=14)  # until a new check is looked at for the first time, at most
LONGEST = 366  # days for which a check or an item is left out at most
SOURCE = "control_check"  # of the task that follows a check
LINES = {"title": 200, "expected": 300, "source": 20, "target": 120}
TEXTS = ("look", "keep", "mend")
FIELDS = {*LINES, *TEXTS, "kind", "every_days", "due", "owner", "scope", "least", "ready"}


def clean(values: dict[str, Any], before: ControlCheck | None = None) -> dict[str, Any]:
    """Return fields as they are stored; raises UserError, TypeError for one that is none."""
    if beyond := set(values) - FIELDS:
        raise TypeError(f"not fields of a check: {sorted(beyond)}")
    stored = dict(values)
    for name, most in LINES.items():
        if name in stored:
            stored[name] = one_line(stored[name])[:most]
    for name in TEXTS:
        if name in stored:
            stored[name] = stored[name].strip()

    def now(name: str, missing: Any = "") -> Any:
        return stored.get(name, getattr(before, name, missing))

    if not now("title"):
        raise UserError(_("Say what is checked."), {"title": _("Needed")})
    if now("kind") not in ("", *ControlCheck.Kind):
        raise UserError(_("Choose who answers it."), {"kind": _("Unknown")})
    if not 1 <= now("every_days", 90) <= 1_100:
        raise UserError(_("Choose from 1 to 1,100 days."), {"every_days": _("From 1 to 1,100 days")})
    if now("kind") == ControlCheck.Kind.SCAN and not (now("source") and now("target")):
        sentence = _("Say whose files answer it: the scanner, and what it scans.")
        raise UserError(sentence, {"source": _("Needed"), "target": _("Needed")})
    if stored.get("source") and stored["source"] not in READERS:
        raise UserError(_("No format of that scanner is known."), {"source": _("Unknown")})
    owner = stored.get("owner")
    if isinstance(owner, Membership) and not owner.is_active():
        raise UserError(_("There is no such member, or their access has ended."), {"owner": _("Not a member")})
    return stored


def put_in(actor: access.Actor, controls: Iterable[Requirement], values: dict[str, Any]) -> ControlCheck:
    """Add a check with the next reference; called inside a command."""
    stored = clean(values)
    if stored.get("kind", ControlCheck.Kind.MANUAL) == ControlCheck.Kind.MANUAL:
        first = min(FIRST, timedelta(days=stored.get("every_days", 90)))
        stored["due"] = stored.get("due") or clock.today() + first
    stored["scope"] = stored.get("scope") or keeping.own_scope(actor)
    number = next_number(actor, ControlCheck)
    made = ControlCheck.objects.create(organization=actor.organization, number=number, **stored)
    activity.note(made, title=made.title, reference=made.reference, kind=made.kind)
    bear_on(actor, made, controls)
    follow(actor, made)
    return made


def next_day(check: ControlCheck, values: dict[str, Any]) -> date | None:
    """Return the day by which a check is looked at again when it is changed; raises UserError.

    Never later than its newest result lasts: a later day would let that count for longer than its rhythm.
    """
    asked = values.get("due", check.due)
    if check.latest is None:
        return asked or check.due if check.kind == ControlCheck.Kind.MANUAL else asked
    lasts = check.latest.on + timedelta(days=values.get("every_days", check.every_days))
    if asked is not None and asked > lasts and asked != check.due:
        said = _("What was seen the last time counts until %(day)s; leave the check out if it is to wait longer.")
        sentence = said % {"day": lasts.isoformat()}
        raise UserError(sentence, {"due": sentence})
    return min(asked or lasts, lasts)


def bear_on(actor: access.Actor, check: ControlCheck, controls: Iterable[Requirement]) -> None:
    """Make a check bear on exactly these; raises UserError when that is none or too much."""
    wanted = {each.pk: each for each in controls}
    if not wanted or len(wanted) > MOST_CONTROLS:
        sentence = _("Name from one to %(most)s controls.") % {"most": MOST_CONTROLS}
        raise UserError(sentence, {"controls": sentence})
    before = {link.requirement_id: link for link in check.controls.select_related("requirement")}
    for key in sorted(set(before) - set(wanted)):
        activity.note(check, unlinked=before[key].requirement.ref)
        before[key].delete()
    for key, control in wanted.items():
        if key not in before:
            CheckControl.objects.create(organization=actor.organization, check_of=check, requirement=control)
            activity.note(check, linked=control.ref)


def answer(
    actor: access.Actor,
    check: ControlCheck,
    *,
    outcome: str = "",
    on: date | None = None,
    actual: str = "",
    population: int | None = None,
    items: Iterable[dict[str, str]] = (),
    more: int = 0,
    **whence: Any,
) -> CheckResult:
    """Keep what a check showed; items that are excluded do not make it fail. Called inside a command.

    Without an outcome it fails exactly when an item does; `more` fail that are not named. Raises UserError.
    """
    day = on or clock.today()
    if day > clock.today():
        raise UserError(_("A check cannot be from the future."), {"on": _("Not after today")})
    if check.retired:
        raise UserError(_("This check is retired."))
    told, excluded = _items(check, items)
    failing = len(told) - excluded + more
    if outcome not in ("", *CheckResult.Outcome):
        raise UserError(_("Choose what it showed."), {"outcome": _("Unknown")})
    if failing and outcome in (CheckResult.Outcome.PASS, CheckResult.Outcome.NA):
        raise UserError(_("Items fail, so it did not pass."), {"outcome": _("Items fail")})
    if population is not None and population < len(told):
        raise UserError(_("More items fail than were looked at."), {"population": _("Too few")})
    derived = CheckResult.Outcome.FAIL if failing else CheckResult.Outcome.PASS
    if outcome == CheckResult.Outcome.FAIL and told:
        outcome = derived
    made = CheckResult.objects.create(
        organization=actor.organization,
        check_of=check,
        on=day,
        outcome=outcome or derived,
        expected=check.expected,
        actual=one_line(actual)[:500],
        population=population,
        failing=failing,
        excluded=excluded,
        items=told,
        by=actor.membership,
        **whence,
    )
    activity.note(check, outcome=made.outcome, on=day, failing=failing)
    if check.latest is None or day >= check.latest.on:
        _task(actor, check, "", done=True)
        activity.change(check, latest=made, due=day + timedelta(days=check.every_days))
        follow(actor, check)
    return made


def _items(check: ControlCheck, items: Iterable[dict[str, str]]) -> tuple[list[dict[str, Any]], int]:
    off = set(check.exclusions.filter(until__gte=clock.today()).values_list("item", flat=True))
    told: dict[str, dict[str, Any]] = {}
    for each in items:
        name = one_line(each.get("name", ""))[:200]
        if name:
            detail = one_line(each.get("detail", ""))[:500]
            told[name] = {"name": name, "detail": detail, "excluded": name in off}
    if len(told) > MOST_ITEMS:
        sentence = _("At most %(most)s failing items are kept.") % {"most": MOST_ITEMS}
        raise UserError(sentence, {"items": sentence})
    return list(told.values()), sum(each["excluded"] for each in told.values())


def answer_from_scan(actor: access.Actor, scan: Scan) -> None:
    """Answer every check that waits for files of this scanner about this target."""
    waiting = ControlCheck.objects.filter(
        organization=actor.organization, kind=ControlCheck.Kind.SCAN, source=scan.source, target=scan.target
    )
    for check in waiting.filter(retired=False).select_related("latest"):
        lock(check)
        found = Finding.objects.filter(organization=actor.organization, source=scan.source, target=scan.target)
        bad = found.filter(state=Finding.State.OPEN, severity__gte=check.least).order_by("-severity", "number")
        number = bad.count()
        items = [{"name": each.reference, "detail": each.title} for each in bad[:MOST_ITEMS]]
        least = Severity(check.least).label
        said = _("%(n)s open findings of severity %(least)s or worse") % {"n": number, "least": least}
        more = number - len(items)
        answer(actor, check, actual=said, items=items, more=more, scan=scan, program=scan.tool[:60])


def exclude(actor: access.Actor, check: ControlCheck, item: str, reason: str, until: date) -> CheckExclusion:
    """Leave an item out until a day; one that is left out already gets the new reason and day."""
    name = one_line(item)[:200]
    made, new = CheckExclusion.objects.get_or_create(
        organization=actor.organization,
        check_of=check,
        item=name,
        defaults={"reason": reason, "until": until, "by": actor.membership},
    )
    if not new:
        activity.change(made, reason=reason, until=until, by=actor.membership)
    activity.note(check, excluded=name, reason=reason, until=until)
    return made


def follow(actor: access.Actor, check: ControlCheck) -> None:
    """Keep the task of a check that people look at in step: there while it waits, opened again each time."""
    _task(actor, check, _("Check: %(title)s") % {"title": check.title} if check.waits else "")


def _task(actor: access.Actor, check: ControlCheck, title: str, done: bool = False) -> None:
    if check.kind == ControlCheck.Kind.MANUAL:
        tasks.follow_source(
            actor=actor,
            kind=SOURCE,
            source_id=check.pk,
            scope_id=check.scope_id,
            reference=check.reference,
            title=title,
            owner=check.owner,
            due=check.due,
            done=done,
            again=True,
        )
