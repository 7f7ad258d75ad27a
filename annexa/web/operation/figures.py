"""Figures of the queue, read when monitoring asks."""

import os

from prometheus_client import REGISTRY, CollectorRegistry, Gauge
from prometheus_client.multiprocess import MultiProcessCollector

from annexa.jobs import queries
from annexa.lib import clock

waiting = Gauge("annexa_jobs", "Jobs by state.", ("state",), multiprocess_mode="mostrecent")
oldest = Gauge("annexa_jobs_oldest_seconds", "How long the oldest due job waits.", multiprocess_mode="mostrecent")
workers = Gauge("annexa_workers", "Workers alive within 30 s.", multiprocess_mode="mostrecent")


def refresh() -> None:
    """Read the queue into the gauges."""
    depth = queries.depth()
    for state in queries.STATES:
        waiting.labels(state).set(depth.states.get(state, 0))
    oldest.set((clock.now() - depth.oldest_due).total_seconds() if depth.oldest_due else 0)
    workers.set(depth.workers)


def everybodys() -> CollectorRegistry:
    """Return the figures of all web processes of this machine together."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
