"""The outer boundary: what one request may hold before and after a thread works on it.

The event loop collects a body before a thread is taken, and the answer before the thread is asked for the next one, so
slow senders and slow readers occupy sockets and a bounded number of bytes, never a thread.
"""

import asyncio
import contextlib
import json
import tempfile
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any

from django.utils.translation import gettext as _

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

KILOBYTE, MEGABYTE = 1024, 1024 * 1024
PIECE = 64 * KILOBYTE


@dataclass(frozen=True)
class Limits:
    """How much a request may hold, and for how long."""

    body: int = 26 * MEGABYTE  # the largest attachment and the form around it
    stranger: int = 64 * KILOBYTE  # the body of a request that nobody has signed in for
    memory: int = 256 * KILOBYTE  # a body or an answer above this waits in a temporary file
    held: int = 512 * MEGABYTE  # all bodies and answers together
    share: int = 128 * MEGABYTE  # what one address may hold of them
    grace: float = 10  # seconds before progress is asked for
    rate: int = 16 * KILOBYTE  # bytes a second that count as progress
    longest: float = 300  # seconds for any body or answer
    waiting: int = 16  # requests that may wait for each thread
    patience: float = 20  # seconds they wait
    linger: float = 3  # seconds to go on reading what a refused request still sends

    def seconds(self, size: int) -> float:
        """Return how long that many bytes may take."""
        return min(self.grace + size / self.rate, self.longest)


class Refused(Exception):
    """A request that is answered here, with a sentence."""

    def __init__(self, status: int, sentence: str):
        super().__init__(sentence)
        self.status = status


class Gone(Exception):
    """The client has left."""


class Budget:
    """The bytes that requests hold at the moment, altogether and for each address; threads count too."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, address: str, size: int) -> None:
        """Count bytes in; raises Refused when there is no room for them."""
        with self._lock:
            if self.held.total() + size > self.limits.held or self.held[address] + size > self.limits.share:
                raise _busy()
            self.held[address] += size

    def give(self, address: str, size: int) -> None:
        """Count bytes out."""
        with self._lock:
            self.held[address] -= size
            if self.held[address] <= 0:
                del self.held[address]


class Store:
    """The bytes of one body or answer: in memory while few, else in a file without a name that ends with it."""

    def __init__(self, budget: Budget, address: str):
        self.budget, self.address, self.size = budget, address, 0
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=budget.limits.memory)  # noqa: SIM115  closed below

    def add(self, piece: bytes) -> None:
        """Keep some more bytes; raises Refused when there is no room."""
        self.budget.take(self.address, len(piece))
        self.size += len(piece)
        self.file.write(piece)

    def close(self) -> None:
        """Forget everything."""
        self.budget.give(self.address, self.size)
        self.file.close()


Work = Callable[[Scope, IO[bytes], Store], Awaitable[Message]]


class Boundary:
    """Stand in front of what occupies a thread while it answers: a whole body in, a whole answer out."""

    def __init__(
        self,
        work: Work,
        *,
        threads: int,
        signed_in: Callable[[Scope], Awaitable[bool]],
        limits: Limits | None = None,
    ):
        self.work, self.limits, self.signed_in = work, limits or Limits(), signed_in
        self.budget = Budget(self.limits)
        self.free = asyncio.Semaphore(threads)
        self.most_present = threads * (1 + self.limits.waiting)
        self.present = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Collect the body, let a thread answer it, send the answer."""
        address = (scope.get("client") or ("",))[0]
        body, answer = Store(self.budget, address), Store(self.budget, address)
        try:
            await self._collect(scope, receive, body)
            async with self._thread():
                start = await self._answer(scope, body, answer)
            await self._send(scope, send, start, answer)
        except Refused as refused:
            await self._refuse(scope, receive, send, refused)
        except Gone:
            return
        finally:
            body.close()
            answer.close()

    async def _collect(self, scope: Scope, receive: Receive, body: Store) -> None:
        """Read the whole body; raises Refused when it is too large or too slow."""
        loop = asyncio.get_running_loop()
        began, most = loop.time(), self.limits.stranger
        declared = _declared(scope)
        more = True
        while more:
            if max(declared, body.size) > most:
                most = await self._most(scope, max(declared, body.size))
            try:
                async with asyncio.timeout_at(began + self.limits.seconds(body.size)):
                    message = await receive()
            except TimeoutError:
                raise Refused(408, _("The request arrived too slowly. Try once more.")) from None
            if message["type"] != "http.request":
                raise Gone
            more = message.get("more_body", False)
            if body.size + len(message.get("body", b"")) > most:
                most = await self._most(scope, body.size + len(message["body"]))
            body.add(message.get("body", b""))

    async def _most(self, scope: Scope, size: int) -> int:
        """Return how large the body may be that is about to pass what strangers may send; raises Refused."""
        if size > self.limits.body:
            raise Refused(413, _("This is larger than %(size)s MB.") % {"size": self.limits.body // MEGABYTE})
        async with self._thread():
            known = await self.signed_in(scope)
        if not known:
            raise Refused(413, _("Sign in before you send something as large as this."))
        return self.limits.body

    @contextlib.asynccontextmanager
    async def _thread(self) -> AsyncIterator[None]:
        """Hold a thread; raises Refused when too many wait for one, or for too long."""
        if self.present >= self.most_present:
            raise _busy()
        self.present += 1
        try:
            try:
                async with asyncio.timeout(self.limits.patience):
                    await self.free.acquire()
            except TimeoutError:
                raise _busy() from None
            try:
                yield
            finally:
                self.free.release()
        finally:
            self.present -= 1

    async def _answer(self, scope: Scope, body: Store, answer: Store) -> Message:
        """Let the work be done; returns the start of the answer, whose bytes are in the store."""
        body.file.seek(0)
        return await self.work(scope | {"headers": _headers(scope, body.size)}, body.file, answer)

    async def _send(self, scope: Scope, send: Send, start: Message, answer: Store) -> None:
        """Send a collected answer, or drop the connection of somebody who does not read it."""
        answer.file.seek(0)
        try:
            async with asyncio.timeout(self.limits.seconds(answer.size)):
                await send(start)
                while piece := answer.file.read(PIECE):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            await _drop(scope)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, refused: Refused) -> None:
        """Answer with a sentence; read on for a moment, or the client would see a reset instead of it."""
        media_type, content = _told(scope, refused)
        headers = [
            (b"content-type", media_type),
            (b"content-length", str(len(content)).encode()),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
        ]
        if refused.status == 503:
            headers.append((b"retry-after", b"5"))
        try:
            async with asyncio.timeout(self.limits.linger):
                await send({"type": "http.response.start", "status": refused.status, "headers": headers})
                await send({"type": "http.response.body", "body": content, "more_body": True})
                more = refused.status == 413
                while more:
                    more = (await receive()).get("more_body", False)
                await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            await _drop(scope)


def _told(scope: Scope, refused: Refused) -> tuple[bytes, bytes]:
    """Return media type and content of a refusal: a problem for programs (RFC 9457), a sentence for browsers."""
    if not scope.get("path", "").startswith("/api/"):
        return b"text/plain; charset=utf-8", f"{refused}\n".encode()
    title = HTTPStatus(refused.status).phrase
    problem = {"type": "about:blank", "title": title, "status": refused.status, "detail": str(refused), "errors": []}
    return b"application/problem+json", json.dumps(problem).encode()


async def _drop(scope: Scope) -> None:
    scope["state"]["drop"]()
    await asyncio.sleep(0)  # the server hears of it before we return and finds nothing missing


def _busy() -> Refused:
    return Refused(503, _("Annexa is busy at the moment. Try again in a few seconds."))


def _declared(scope: Scope) -> int:
    """Return the length that the client announces; the server has checked that it is a number."""
    return max((int(value) for name, value in scope["headers"] if name == b"content-length"), default=0)


def _headers(scope: Scope, size: int) -> list[tuple[bytes, bytes]]:
    """Return the headers with the body's true length; underscores would pass for the dashes of other names."""
    dropped = (b"content-length", b"transfer-encoding")
    kept = [(name, value) for name, value in scope["headers"] if name not in dropped and b"_" not in name]
    return [*kept, (b"content-length", str(size).encode())]
