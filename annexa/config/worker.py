"""Run jobs until told to stop, on any machine with the same database."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")

import sys

import django

django.setup()

from procrastinate.contrib.django import app  # noqa: E402

from annexa.jobs.failures import remembered  # noqa: E402


def serve() -> None:
    """Load, wait until the supervisor says that all is ready, then work."""
    sys.stdin.read()
    main()


def main(concurrency: int = 4) -> None:
    """Work on every queue; a stop signal lets running jobs end."""
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    worker.run_worker(
        concurrency=concurrency,
        update_heartbeat_interval=5,
        stalled_worker_timeout=30,
        shutdown_graceful_timeout=10,
        worker_middleware=[remembered],
    )
