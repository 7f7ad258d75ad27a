"""When a task that repeats comes next."""

from datetime import date

import pytest

from annexa.tasks.rhythm import next_due


@pytest.mark.parametrize(
    ("due", "rhythm", "today", "expected"),
    [
        ("2026-03-02", "weekly", "2026-03-02", "2026-03-09"),
        ("2026-01-31", "monthly", "2026-01-31", "2026-02-28"),
        ("2026-01-31", "monthly", "2026-03-01", "2026-03-31"),
        ("2026-11-30", "quarterly", "2026-11-30", "2027-02-28"),
        ("2026-08-31", "half_yearly", "2026-08-31", "2027-02-28"),
        ("2024-02-29", "yearly", "2024-02-29", "2025-02-28"),
        ("2024-02-29", "yearly", "2027-03-01", "2028-02-29"),
        ("2020-01-01", "weekly", "2026-03-02", "2026-03-04"),
    ],
)
def test_the_next_date_lies_after_today_and_keeps_its_day(due, rhythm, today, expected):
    parsed = (date.fromisoformat(each) for each in (due, today))
    found = next_due(next(parsed), rhythm, next(parsed))
    assert found == date.fromisoformat(expected)
