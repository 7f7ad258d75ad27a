"""Read what is kept how long, what is past its time, and what was disposed of."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from annexa.lib import clock, months
from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor, require_all_scopes
from annexa.records.classes import CLASSES, RecordClass
from annexa.records.models import Disposal, Hold, Rule, Tombstone


@dataclass(frozen=True)
class Line:
    """One class with its rule: how many rows ended, how many are past their time, how many of those are held."""

    record_class: RecordClass
    rule: Rule | None
    ended: int
    past: int
    held: int
    disposal: Disposal | None  # that waits or is under way

    @property
    def ready(self) -> int:
        return self.past - self.held


def overview(actor: Actor) -> list[Line]:
    """Return all classes; raises NotAllowed for a member of one scope, since records are counted over all of them."""
    require_all_scopes(actor)
    known = {rule.record_class: rule for rule in rules(actor)}
    under_way = {each.record_class: each for each in disposals(actor).filter(state__in=["proposed", "approved"])}
    held = list(holds(actor).filter(released_at=None))
    counts = [_counts(actor, each, known.get(key), held) for key, each in CLASSES.items()]
    numbers = {row["key"]: row for row in counts[0].union(*counts[1:], all=True)}
    none = {"ended": 0, "past": 0, "held": 0}
    return [_line(each, known.get(key), numbers.get(key, none), under_way.get(key)) for key, each in CLASSES.items()]


def _line(each: RecordClass, rule: Rule | None, numbers: dict[str, int], disposal: Disposal | None) -> Line:
    return Line(each, rule, numbers["ended"], numbers["past"], numbers["held"], disposal)


def _counts(actor: Actor, each: RecordClass, rule: Rule | None, held: list[Hold]) -> Any:
    """Return a query of one row at most: how many of a class ended, are past their time, and are held of those."""
    rows = each.ended_before(actor.organization_id, None).order_by().annotate(key=Value(each.key)).values("key")
    if rule is None:
        return rows.annotate(ended=Count("pk"), past=Value(0), held=Value(0))
    past = Q(ended_on__lt=limit(rule.months))
    return rows.annotate(
        ended=Count("pk"), past=Count("pk", filter=past), held=Count("pk", filter=past & _held(each, held))
    )


def limit(months_kept: int) -> datetime:
    """Return the moment before which a record must have ended for its time to be over."""
    day = months.after(clock.today(), -months_kept)
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _held(each: RecordClass, held: Iterable[Hold]) -> Q:
    """Return what is on hold; of nothing, a condition that no row meets."""
    wanted = Q(pk__in=[])
    for hold in held:
        if hold.record_class in ("", each.key):
            if hold.subject_id is None:
                return Q(pk__isnull=False)
            wanted |= Q(pk=hold.subject_id)
    return wanted


def due(actor: Actor, rule: Rule) -> Any:
    """Return the rows of a rule's class that are past their time and not on hold, the oldest first."""
    each = CLASSES[rule.record_class]
    held = _held(each, holds(actor).filter(released_at=None))
    return each.ended_before(actor.organization_id, limit(rule.months)).exclude(held)


def is_held(actor: Actor, record_class: str, subject_id: uuid.UUID) -> bool:
    """Whether a hold keeps one record."""
    named = Q(record_class__in=["", record_class]) & (Q(subject_id=None) | Q(subject_id=subject_id))
    return holds(actor).filter(named, released_at=None).exists()


def rules(actor: Actor) -> QuerySet[Rule]:
    """Return the rules of the organisation."""
    return Rule.objects.filter(organization_id=actor.organization_id)


def holds(actor: Actor) -> QuerySet[Hold]:
    """Return the holds of the organisation, newest first."""
    found = Hold.objects.none() if actor.scope_id else Hold.objects.filter(organization_id=actor.organization_id)
    return found.select_related("placed_by__person", "released_by__person")


def hold_for(actor: Actor, hold_id: uuid.UUID) -> Hold:
    """Return one hold; raises NotFound."""
    found = holds(actor).filter(pk=hold_id).first()
    if found is None:
        raise NotFound("There is no such hold.")
    return found


def disposals(actor: Actor) -> QuerySet[Disposal]:
    """Return the disposals of the organisation, newest first, with the numbers of their records."""
    rows = Disposal.objects
    found = rows.none() if actor.scope_id else rows.filter(organization_id=actor.organization_id)
    numbers = {
        "number": Count("items"),
        "destroyed": Count("items", filter=Q(items__destroyed_at__isnull=False)),
        "kept": Count("items", filter=~Q(items__kept_because="")),
    }
    return found.select_related("proposed_by__person", "decided_by__person").annotate(**numbers)


def disposal_for(actor: Actor, disposal_id: uuid.UUID) -> Any:
    """Return one disposal; raises NotFound."""
    found = disposals(actor).filter(pk=disposal_id).first()
    if found is None:
        raise NotFound("There is no such disposal.")
    return found


def items(disposal: Disposal) -> QuerySet[Tombstone]:
    """Return the records of a disposal, the oldest first."""
    return Tombstone.objects.filter(organization_id=disposal.organization_id, disposal=disposal)


def record_named(actor: Actor, record_class: str, text: str) -> Any:
    """Return the record that a reference (RISK-12) or an id names; raises NotFound."""
    each, rows = CLASSES[record_class], CLASSES[record_class].model._default_manager
    found = rows.filter(organization_id=actor.organization_id)
    prefix, _dash, number = text.strip().upper().partition("-")
    if prefix == each.prefix != "" and number.isascii() and number.isdigit():
        row = found.filter(number=int(number[:9])).first()
    else:
        try:
            row = found.filter(pk=uuid.UUID(text.strip())).first()
        except ValueError:
            row = None
    if row is None:
        raise NotFound(_("There is no such record."))
    return row


def day_of(moment: datetime) -> date:
    """Return the local day of a moment."""
    return timezone.localtime(moment).date()
