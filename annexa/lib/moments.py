"""Moments as people ask for them: a day, or a day with a time, in the active time zone."""

from datetime import datetime, time

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from annexa.lib import clock, months
from annexa.lib.errors import UserError


def parse(text: str, name: str, *, ends: bool = True) -> datetime:
    """Return the moment of `2026-05-01` (its end, or its beginning) or `2026-05-01T14:05`, at most now.

    Raises UserError, which names the field.
    """
    try:
        found = _read(text.strip(), ends)
        return timezone.localtime(min(found, clock.now()))  # what has no local time is no date either
    except (ValueError, OverflowError) as error:
        sentence = _("“%(text)s” is no date; write it like 2026-05-01 or 2026-05-01T14:05.") % {"text": text[:40]}
        raise UserError(sentence, {name: sentence}) from error


def month_ends(number: int) -> list[datetime]:
    """Return the ends of the last months in the active time zone, the current one's being now."""
    first = clock.today().replace(day=1)
    starts = [months.after(first, back) for back in range(2 - number, 1)]
    return [*(timezone.make_aware(datetime.combine(day, time())) for day in starts), clock.now()]


def _read(text: str, ends: bool) -> datetime:
    day = parse_date(text)
    found = datetime.combine(day, time.max if ends else time.min) if day else parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return found if timezone.is_aware(found) else timezone.make_aware(found)
