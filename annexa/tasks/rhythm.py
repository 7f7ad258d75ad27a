"""When a task that repeats comes next."""

from collections.abc import Iterator
from datetime import date, timedelta

from annexa.lib import months

MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}


def next_due(due: date, rhythm: str, today: date) -> date:
    """Return the next date of a rhythm after a due date, past today: what was missed is not owed again.

    The day of the month stays where the month has it: 31 January, 28 February, 31 March.
    """
    step = 1
    while (found := _after(due, rhythm, step)) <= today:
        step += 1
    return found


def later(due: date, rhythm: str, first: date, last: date) -> Iterator[date]:
    """Yield the dates after a due date on which a rhythm comes again, within two days, both included."""
    step = 1
    while (found := _after(due, rhythm, step)) <= last:
        if found >= first:
            yield found
        step += 1


def _after(due: date, rhythm: str, steps: int) -> date:
    if rhythm == "weekly":
        return due + timedelta(weeks=steps)
    return months.after(due, MONTHS[rhythm] * steps)
