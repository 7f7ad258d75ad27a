"""Serve the pages: `python -m annexa.config.web`.

The supervisor starts this early: it loads everything, then waits for its standard input to end, which says that the
database and static files are ready. A restart finds the input ended and does not wait.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")

import ipaddress
import resource
import socket
import sys
from types import FrameType

import django

django.setup()

import uvicorn  # noqa: E402
from django.conf import settings  # noqa: E402

import annexa.config.urls  # noqa: E402, F401  loads every page
from annexa.config.connections import Connection  # noqa: E402
from annexa.web import events  # noqa: E402


class Server(uvicorn.Server):
    """Takes connections one by one, and ends the open event streams when it is told to stop."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen with a long queue: the loop takes `backlog` connections at once, so that one means a fair share."""
        await super().startup(sockets)
        for server in self.servers:
            for place in server.sockets:
                place._sock.listen(WAITING)  # type: ignore[attr-defined]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        events.closing.set()
        super().handle_exit(sig, frame)


WAITING = 2048  # connections that the system keeps until a process takes them
OPEN_FILES = 4096  # each connection may have a body and an answer in temporary files


def main() -> None:
    """Wait until all is ready, then answer requests until told to stop."""
    sys.stdin.read()
    _allow_open_files(OPEN_FILES)
    proxies = settings.ENVIRONMENT.trusted_proxies
    Connection.trusted = tuple(ipaddress.ip_network(proxy) for proxy in proxies)
    options = uvicorn.Config(
        "annexa.config.asgi:application",
        host=settings.ENVIRONMENT.host,
        port=settings.ENVIRONMENT.port,
        log_config=None,  # ours: the root's
        log_level="warning",
        access_log=False,
        server_header=False,
        backlog=1,
        http=Connection,
        ws="none",
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=8,
    )
    Server(options).run(sockets=_given())


def _given() -> list[socket.socket] | None:
    """Return the socket that the supervisor hands over, if it does."""
    return [socket.socket(fileno=int(sys.argv[2]))] if sys.argv[1:2] == ["--fd"] else None


def _allow_open_files(wanted: int) -> None:
    """Raise the limit on open files as far as it may be raised."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


if __name__ == "__main__":
    main()
