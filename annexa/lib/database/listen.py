"""One listening connection per process that hands PostgreSQL's notifications to whoever waits for them."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

logger = logging.getLogger(__name__)
CHANNEL = "annexa_event"
PAUSE = 1.0  # seconds before a lost connection is tried again
MOST_WAITING = 100


class Hub:
    """Subscribers by topic; a payload is `topic`, and a lost connection wakes everybody, who may have missed one."""

    def __init__(self) -> None:
        self.queues: defaultdict[str, set[asyncio.Queue[str]]] = defaultdict(set)
        self.task: asyncio.Task[None] | None = None

    @contextmanager
    def subscribed(self, topic: str) -> Iterator[asyncio.Queue[str]]:
        """Receive what is announced under a topic for as long as the block lasts."""
        queue: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self.queues[topic].add(queue)
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._listen())
        try:
            yield queue
        finally:
            self.queues[topic].discard(queue)
            if not self.queues[topic]:
                del self.queues[topic]

    def hand_out(self, topic: str) -> None:
        """Wake the subscribers of a topic; one that does not keep up knows already that there is something."""
        for queue in list(self.queues.get(topic, ())):
            if not queue.full():
                queue.put_nowait(topic)

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as listening:
                    await listening.execute(f"listen {CHANNEL}")
                    for topic in list(self.queues):
                        self.hand_out(topic)
                    async for each in listening.notifies():
                        self.hand_out(each.payload)
            except psycopg.Error as error:
                logger.warning("the listening connection is lost: %s", str(error).strip().splitlines()[0])
                await asyncio.sleep(PAUSE)


def _parameters() -> dict[str, Any]:
    settings = connection.settings_dict
    given = {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
        "application_name": "annexa-events",
    }
    return {name: value for name, value in given.items() if value}


hub = Hub()
