"""Django's WSGI handler in a fixed pool of threads (PEP 3333): a request is handed over once, and its answer once.

Both are whole on this side of the boundary, so nothing passes between loop and thread while the thread works; passing
each piece cost as much as a short answer itself.
"""

import asyncio
import contextvars
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from annexa.config.boundary import Message, Scope, Store

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Threads:
    """A WSGI application as the boundary wants it."""

    def __init__(self, application: Application, workers: int):
        self.application = application
        self.executor = ThreadPoolExecutor(workers, thread_name_prefix="pages")

    async def __call__(self, scope: Scope, body: IO[bytes], answer: Store) -> Message:
        """Let a thread answer into a store; returns the start of the answer."""
        environ, context = environ_of(scope, body), contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.executor, context.run, self._answer, environ, answer)

    def _answer(self, environ: dict[str, Any], answer: Store) -> Message:
        starts: list[Message] = []

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> None:
            # Cookies come with a space in front.
            pairs = [(name.lower().encode("latin1"), value.strip().encode("latin1")) for name, value in headers]
            starts.append({"type": "http.response.start", "status": int(status[:3]), "headers": pairs})

        pieces = self.application(environ, start)
        try:
            for piece in pieces:
                answer.add(piece)
        finally:
            getattr(pieces, "close", lambda: None)()
        return starts[-1]


def environ_of(scope: Scope, body: IO[bytes]) -> dict[str, Any]:
    """Return the environment of a request; a header that comes twice is joined by a comma (RFC 9110, 5.3)."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin1"),
        "QUERY_STRING": scope["query_string"].decode("latin1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        plain = name.decode("latin1").upper().replace("-", "_")
        key = plain if plain in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{plain}"
        said = value.decode("latin1")
        environ[key] = f"{environ[key]},{said}" if key in environ else said
    return environ
