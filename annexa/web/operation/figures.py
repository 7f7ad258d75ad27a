"""Figures of the queue, read when monitoring asks."""

from prometheus_client import Gauge

from annexa.jobs import queries
from annexa.lib import clock

waiting = Gauge("annexa_jobs", "Jobs by state.", ("state",))
oldest = Gauge("annexa_jobs_oldest_seconds", "Seconds that the oldest due job has waited.")
workers = Gauge("annexa_workers", "Workers that have given a sign of life within 30 s.")


def refresh() -> None:
    """Read the queue into the gauges."""
    depth = queries.depth()
    for state in queries.STATES:
        waiting.labels(state).set(depth.states.get(state, 0))
    oldest.set((clock.now() - depth.oldest_due).total_seconds() if depth.oldest_due else 0)
    workers.set(depth.workers)
