"""Months on the calendar. Pure: knows no Django."""

import calendar
from datetime import date


def after(day: date, months: int) -> date:
    """Return the same day some months later, or the month's last one: 31 January, 28 February, 31 March."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
