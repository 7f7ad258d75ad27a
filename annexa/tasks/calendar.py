"""What is due on which day, for a page and for calendar programs."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from annexa.lib import clock
from annexa.organizations.access import Actor
from annexa.tasks import queries
from annexa.tasks.models import Task
from annexa.tasks.rhythm import later

MOST = 2_000  # open tasks of one calendar
BEHIND, AHEAD = timedelta(days=366), timedelta(days=366)  # how far a feed reaches
REFRESHED = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """A task on a day; `expected` when it is only foreseen, because a task that repeats comes then."""

    day: date
    task: Task
    expected: bool = False

    @property
    def is_late(self) -> bool:
        return not self.expected and self.task.is_overdue


def entries(actor: Actor, first: date, last: date, *, only_mine: bool, is_open: bool = False) -> list[Entry]:
    """Return what is due within two days, both included, by day; what was dropped is left out."""
    found = queries.narrowed(actor, mine=only_mine).exclude(state=Task.State.DROPPED)
    if is_open:
        found = found.filter(state=Task.State.OPEN)
    due = found.filter(due__range=(first, last)).order_by("due", "created_at")[:MOST]
    repeating = found.filter(state=Task.State.OPEN, due__lte=last).exclude(rhythm=Task.Rhythm.ONCE)
    known = [Entry(task.due, task) for task in due if task.due]
    again = [
        Entry(day, task, expected=True)
        for task in repeating.order_by("due", "created_at")[:MOST]
        if task.due
        for day in later(task.due, task.rhythm, max(first, clock.today() + timedelta(days=1)), last)
    ]
    return sorted([*known, *again], key=lambda entry: entry.day)


def address(base_url: str, text: str) -> str:
    """Return where a calendar program reads the calendar behind a secret."""
    return f"{base_url}/calendar/{text}.ics"


def feed(actor: Actor, *, only_mine: bool, name: str, base_url: str) -> bytes:
    """Return the actor's open tasks as an iCalendar stream of all-day events (RFC 5545, with the name of RFC 7986)."""
    today = clock.today()
    found = entries(actor, today - BEHIND, today + AHEAD, only_mine=only_mine, is_open=True)
    stream = Calendar()
    stream.add("prodid", "-//Annexa//Annexa//EN")
    stream.add("version", "2.0")
    stream.add("method", "PUBLISH")
    for label in ("name", "x-wr-calname"):
        stream.add(label, name)
    stream.add("refresh-interval", REFRESHED, parameters={"value": "DURATION"})
    stream.add("x-published-ttl", "PT1H")
    host = urlsplit(base_url).hostname or "annexa"
    for entry in found:
        url = f"{base_url}/o/{actor.organization.slug}/tasks/{entry.task.pk}/"
        stream.add_component(_event(entry, host, url))
    return stream.to_ical()


def _event(entry: Entry, host: str, url: str) -> Event:
    task, event = entry.task, Event()
    event.add("uid", f"{_uid(entry)}@{host}")
    event.add("dtstamp", task.changed_at)
    event.add("last-modified", task.changed_at)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", f"{task.reference} {task.title}".strip())
    about = "\n".join(part for part in (str(task.owner or ""), task.note, url) if part)
    event.add("description", about)
    event.add("url", url)
    event.add("transp", "TRANSPARENT")  # it takes nobody's time of day
    event.add("status", "TENTATIVE" if entry.expected else "CONFIRMED")
    return event


def _uid(entry: Entry) -> str:
    """Return an id that stays the task's when its day changes; a foreseen day has one of its own."""
    key: uuid.UUID = entry.task.pk
    return f"{key}-{entry.day:%Y%m%d}" if entry.expected else str(key)
