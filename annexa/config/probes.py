"""Whether this process lives and can work: answered past the pages, so that a busy pool does not look dead."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.migrations.executor import MigrationExecutor

from annexa.config.boundary import Receive, Scope, Send

PATIENCE = 2  # seconds
_current: list[bool] = []  # filled once the schema has been found current; it never goes back under a running process


async def alive(scope: Scope, receive: Receive, send: Send) -> None:
    """Say that the event loop turns."""
    await _say(send, 200, "ok")


def ready(executor: Any) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Return what says whether the database answers and has this version's schema."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            asked = asyncio.get_running_loop().run_in_executor(executor, _problem)
            problem = await asyncio.wait_for(asked, PATIENCE)
        except TimeoutError:
            problem = f"no answer within {PATIENCE} s: every thread is busy, or the database does not answer"
        await _say(send, 503 if problem else 200, problem or "ready")

    return answer


def _problem() -> str:
    try:
        close_old_connections()
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        if not _current:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return "the database is not at this version; run `annexa migrate`"
            _current.append(True)
    except (DatabaseError, InterfaceError):
        connection.close()
        return "the database does not answer"
    return ""


async def _say(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{text}\n".encode()})
