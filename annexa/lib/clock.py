"""The one clock: everything that asks for the time asks here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_pinned: ContextVar[datetime | None] = ContextVar("annexa_pinned_time", default=None)


def now() -> datetime:
    """Return the current moment, time-zone aware."""
    return _pinned.get() or timezone.now()


def pinned() -> datetime | None:
    """Return the simulated moment, or None when time runs as usual."""
    return _pinned.get()


def today() -> date:
    """Return the date in the active time zone (the organisation's, once one is chosen)."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Pin the clock; used by the demo's simulated months and by tests."""
    token = _pinned.set(moment)
    try:
        yield
    finally:
        _pinned.reset(token)
