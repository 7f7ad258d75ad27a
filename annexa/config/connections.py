"""One connection: it may not keep us waiting for its headers, nor for what it should read, nor be one of too many."""

import asyncio
import ipaddress
from collections import Counter
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 800  # below the 1,024 open files that most systems allow a process
MOST_PER_ADDRESS = 200
HEADER_SECONDS = 10.0
STALLED_SECONDS = 10.0

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Connection(H11Protocol):
    """Uvicorn's own protocol with deadlines; it has one for idle connections only."""

    open: ClassVar[Counter[str]] = Counter()
    trusted: ClassVar[tuple[Network, ...]] = ()  # proxies, which stand for many people

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.app_state = {**self.app_state, "drop": self.drop}
        self.deadlines: dict[str, asyncio.TimerHandle] = {}
        self.address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.open[self.address] += 1
        if self.open.total() > MOST or (self.open[self.address] > MOST_PER_ADDRESS and not self._is_proxy()):
            self.drop()
        self._expect("headers", HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.open[self.address] -= 1
        if not self.open[self.address]:
            del self.open[self.address]
        for name in list(self.deadlines):
            self._met(name)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._expect("headers", HEADER_SECONDS)
        else:
            self._met("headers")
        self._leave_if_closing()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._leave_if_closing()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._leave_if_closing()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect("reading", STALLED_SECONDS)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._met("reading")

    def drop(self) -> None:
        """End the connection without waiting for anything."""
        self.transport.abort()

    def _leave_if_closing(self) -> None:
        """A closed connection lives on until its last bytes are read: not for ever."""
        if self.transport.is_closing():
            self._expect("the end", STALLED_SECONDS)

    def _expect(self, name: str, seconds: float) -> None:
        if name not in self.deadlines:
            self.deadlines[name] = self.loop.call_later(seconds, self.drop)

    def _met(self, name: str) -> None:
        if deadline := self.deadlines.pop(name, None):
            deadline.cancel()

    def _is_proxy(self) -> bool:
        try:
            address = ipaddress.ip_address(self.address)
        except ValueError:
            return False
        return any(address in network for network in self.trusted)
