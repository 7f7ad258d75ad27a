"""Put work in the queue, as part of the transaction: rolled back, it was never asked for."""

import uuid
from datetime import datetime
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

# What leaves the machine may find the other side down: after 10 s, 40 s, 160 s … a day and a half in all.
PATIENT = RetryStrategy(max_attempts=8, exponential_wait=4, wait=10)


def defer(task: str, *, at: datetime | None = None, **arguments: Any) -> None:
    """Queue a task by name, perhaps for later. Arguments are references only: the queue has no row security."""
    plain = {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in arguments.items()}
    app.configure_task(task, schedule_at=at).defer(**plain)
