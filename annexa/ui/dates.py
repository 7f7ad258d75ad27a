"""Say a date the way people do: "2 h ago", "6 days late", "Fri 20 Nov"."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.lib import clock

MINUTE, HOUR = 60, 3600


def day(value: date) -> str:
    """Return a date in full: 28 Oct 2026."""
    return date_format(local_day(value), "j M Y")


def month(value: date) -> str:
    """Return a date's month in short: Oct."""
    return date_format(local_day(value), "M")


def month_and_year(value: date) -> str:
    """Return a date's month in full: October 2026."""
    return date_format(local_day(value), "F Y")


def weekday_name(value: date) -> str:
    """Return a date's day of the week in short: Wed."""
    return date_format(local_day(value), "D")


def moment(value: datetime) -> str:
    """Return a moment in full, in the active time zone: 28 Oct 2026, 14:05."""
    return date_format(timezone.localtime(value), "j M Y, H:i")


def ago(value: datetime) -> str:
    """Return how long ago a moment was, or its day once that says more."""
    seconds = int((clock.now() - value).total_seconds())
    if 0 <= seconds < MINUTE:
        return _("just now")
    if 0 <= seconds < HOUR:
        return _("%(minutes)d min ago") % {"minutes": seconds // MINUTE}
    passed = (clock.today() - local_day(value)).days
    if seconds >= 0 and passed == 0:
        return _("%(hours)d h ago") % {"hours": seconds // HOUR}
    if passed == 1:
        return _("Yesterday")
    return weekday(local_day(value))


def due(value: date) -> str:
    """Return when something is due, seen from today."""
    left = days_left(value)
    if left < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}
    if left == 0:
        return _("Today")
    if left == 1:
        return _("Tomorrow")
    return weekday(local_day(value))


def days_left(value: date) -> int:
    """Return the days until a date, negative once it has passed."""
    return (local_day(value) - clock.today()).days


def weekday(value: date) -> str:
    """Return a date near today with its weekday, a far one with its year."""
    near = abs((value - clock.today()).days) < 180
    return date_format(value, "D j M" if near else "j M Y")


def local_day(value: date) -> date:
    """Return the calendar day of a date or, in the active time zone, of a moment."""
    return timezone.localtime(value).date() if isinstance(value, datetime) else value
