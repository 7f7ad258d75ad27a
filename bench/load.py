"""Pages and REST calls under load, and open event streams: `python -m bench.load`, part of `make bench`.

The load generator shares the machine's cores with what it measures, as the figures say.
"""

import asyncio
import json
import os
import shutil
import statistics
import tempfile
import time
import urllib.parse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import Client
from bench.processes import memory
from tests.browser import programs, servers

SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
CLIENTS = (1, 8, 32)
STREAMS = 500
PAGES = {
    "Home": "/o/harbour/",
    "Tasks": "/o/harbour/tasks/",
    "Statement of Applicability": "/o/harbour/soa/",
    "One control": "/o/harbour/catalog/iso27001-2022/A.5.17/",
    "People": "/o/harbour/people/",
}


@dataclass
class Tally:
    """How long answers took, and those that were none."""

    took: list[float] = field(default_factory=list)
    bad: int = 0

    def row(self, seconds: float) -> str:
        """Return requests per second, median and 95th percentile in milliseconds, and bad answers."""
        ordered = sorted(self.took)
        p95 = ordered[int(len(ordered) * 0.95)] if ordered else 0.0
        middle = statistics.median(ordered) if ordered else 0.0
        return f"{len(ordered) / seconds:.0f} | {middle * 1000:.0f} | {p95 * 1000:.0f} | {self.bad}"


class Connection:
    """One kept-alive connection that speaks just enough HTTP/1.1."""

    def __init__(self, base: str, headers: str):
        self.address = urllib.parse.urlsplit(base)
        self.headers = headers
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection(self.address.hostname, self.address.port)

    async def ask(self, method: str, path: str, body: str = "", more: str = "") -> tuple[int, dict[str, str], bytes]:
        """Send a request; return status, headers in lower case, and body."""
        content = body.encode()
        typed = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if body else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.address.netloc}\r\n{self.headers}{more}{typed}\r\n"
        self.writer.write(head.encode() + content)
        status = int((await self.reader.readline()).split()[1])
        headers = {}
        while (line := await self.reader.readline()) != b"\r\n":
            name, _colon, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        if "content-length" in headers:
            return status, headers, await self.reader.readexactly(int(headers["content-length"]))
        return status, headers, await self._chunks()

    async def _chunks(self) -> bytes:
        parts = []
        while size := int(await self.reader.readline(), 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readline()
        await self.reader.readline()
        return b"".join(parts)


Act = Callable[[Connection, int], Awaitable[int]]


def get(path: str) -> Act:
    """Return what asks for one path."""

    async def act(connection: Connection, number: int) -> int:
        return (await connection.ask("GET", path))[0]

    return act


async def load(base: str, headers: str, act: Act, clients: int) -> Tally:
    """Let clients repeat something for some seconds."""
    tally, end = Tally(), time.perf_counter() + SECONDS

    async def client(number: int) -> None:
        connection = Connection(base, headers)
        await connection.open()
        while time.perf_counter() < end:
            start = time.perf_counter()
            status = await act(connection, number)
            tally.took.append(time.perf_counter() - start)
            tally.bad += status >= 400
        connection.writer.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    return tally


async def measure(base: str, what: dict[str, Act], headers: str) -> None:
    """Print a row per call and number of clients."""
    print("| call | clients | requests/s | median ms | p95 ms | bad |\n|---|---|---|---|---|---|")
    for title, act in what.items():
        for clients in CLIENTS:
            tally = await load(base, headers, act, clients)
            print(f"| {title} | {clients} | {tally.row(SECONDS)} |", flush=True)
    print()


async def calls(base: str, headers: str) -> dict[str, Act]:
    """Return five REST calls; each client changes a task of its own."""
    maker = Connection(base, headers)
    await maker.open()
    made = [await maker.ask("POST", "/api/v1/tasks/", json.dumps({"title": f"Bench {n}"})) for n in range(max(CLIENTS))]
    ids = [json.loads(body)["id"] for _status, _headers, body in made]

    async def change(connection: Connection, number: int) -> int:
        body = json.dumps({"note": f"Changed at {time.perf_counter()}"})
        return (await connection.ask("PATCH", f"/api/v1/tasks/{ids[number]}", body))[0]

    async def create(connection: Connection, number: int) -> int:
        return (await connection.ask("POST", "/api/v1/tasks/", json.dumps({"title": "One more"})))[0]

    return {
        "GET a list of 50 tasks": get("/api/v1/tasks/"),
        "GET one task": get(f"/api/v1/tasks/{ids[0]}"),
        "GET the past of a register": get("/api/v1/history/tasks?as_of=2026-06-01&limit=50"),
        "PATCH a task": change,
        "POST a task": create,
    }


async def streams(base: str, headers: str, give: Callable[[], Awaitable[int]]) -> None:
    """Open many event streams of one member and time an event to all of them."""
    opened, arrived = [], []
    for _each in range(STREAMS):
        connection = Connection(base, headers)
        await connection.open()
        connection.writer.write(
            f"GET /events?organization=harbour HTTP/1.1\r\nHost: {connection.address.netloc}\r\n{headers}\r\n".encode()
        )
        await connection.reader.readuntil(b"\n\n")
        opened.append(connection)

    async def hear(connection: Connection) -> None:
        await connection.reader.readuntil(b'"unread"')
        arrived.append(time.perf_counter())

    listening = [asyncio.ensure_future(hear(connection)) for connection in opened]
    await asyncio.sleep(1)
    start = time.perf_counter()
    await give()
    _done, late = await asyncio.wait(listening, timeout=20)
    times = sorted((moment - start) * 1000 for moment in arrived)
    middle, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    print("| streams | heard | median ms | p95 ms | last ms |\n|---|---|---|---|---|")
    print(f"| {STREAMS} | {len(times)} | {middle:.0f} | {p95:.0f} | {times[-1]:.0f} |\n")
    for each in late:
        each.cancel()


def main() -> None:
    """Serve the sample organisation and put load on it."""
    home = Path(tempfile.mkdtemp(prefix="annexa-load-", dir="/tmp"))
    home.chmod(0o711)
    free = {"ANNEXA_API_RATE": "1000000", "ANNEXA_TRUSTED_PROXIES": "127.0.0.1"}  # one address plays everybody
    server = servers.start(home, "--demo", environment=free)
    try:
        asyncio.run(_all(server))
        print(f"Memory (PSS) of everything after that: {memory(server):.0f} MB.")
    finally:
        servers.stop(server)
        shutil.rmtree(home, ignore_errors=True)


async def _all(server: servers.Server) -> None:
    mara, samir = Client(server.url), Client(server.url)
    mara.sign_in(server.link("Mara"))
    samir.sign_in(server.link("Samir"))
    token = f"Authorization: Bearer {programs.token(server, 'task:work', 'task:edit', 'members:read')}\r\n"
    await measure(server.url, {title: get(path) for title, path in PAGES.items()}, mara.headers())
    await measure(server.url, await calls(server.url, token), token)
    giver = Connection(server.url, token)
    await giver.open()
    _status, _headers, body = await giver.ask("GET", "/api/v1/members/?limit=100")
    owner = next(each["id"] for each in json.loads(body)["items"] if "Samir" in each["name"])

    async def give() -> int:
        fresh = Connection(server.url, token)  # one that has waited while the streams open is closed by now
        await fresh.open()
        return (await fresh.ask("POST", "/api/v1/tasks/", json.dumps({"title": "For you", "owner": owner})))[0]

    await streams(server.url, samir.headers(), give)


if __name__ == "__main__":
    main()
