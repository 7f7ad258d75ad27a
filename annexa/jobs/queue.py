"""Put work in the queue, as part of the transaction: rolled back, it was never asked for."""

import uuid
from typing import Any

from procrastinate.contrib.django import app


def defer(task: str, **arguments: Any) -> None:
    """Queue a task by name. Arguments are references only: the queue has no row security."""
    plain = {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in arguments.items()}
    app.configure_task(task).defer(**plain)
