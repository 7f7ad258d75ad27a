"""The boundary by itself: what it refuses, what it holds, and when it gives a thread back."""

import asyncio
import gc
import os

import pytest

from annexa.config.boundary import Boundary, Limits

SMALL = Limits(
    body=1000,
    stranger=100,
    memory=50,
    held=3000,
    share=2000,
    grace=0.3,
    rate=10_000,
    waiting=1,
    patience=0.3,
    linger=0.2,
)


class Client:
    """Somebody who sends pieces of a body and reads the answer."""

    def __init__(self, *pieces, declared=None, address="192.0.2.1", stalls=False, reads=True):
        self.pieces, self.stalls, self.reads = list(pieces), stalls, reads
        self.status, self.content, self.headers, self.dropped = None, b"", {}, False
        headers = [] if declared is None else [(b"content-length", str(declared).encode())]
        self.scope = {"headers": headers, "client": (address, 1), "state": {"drop": self.drop}}

    def drop(self):
        self.dropped = True

    async def receive(self):
        if not self.pieces and self.stalls:
            await asyncio.Event().wait()
        if not self.pieces:
            return {"type": "http.request", "body": b""}
        piece = self.pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces) or self.stalls}

    async def send(self, message):
        if not self.reads:
            await asyncio.Event().wait()
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        self.content += message.get("body", b"")


START = {"type": "http.response.start", "status": 200, "headers": []}


async def echo(scope, body, answer):
    answer.add(body.read())
    return START


async def known(scope):
    return True


async def unknown(scope):
    return False


def talk(*clients, work=echo, threads=1, signed_in=known, limits=SMALL):
    async def main():
        boundary = Boundary(work, threads=threads, signed_in=signed_in, limits=limits)
        await asyncio.gather(*(boundary(c.scope, c.receive, c.send) for c in clients))
        return boundary

    boundary = asyncio.run(main())
    assert boundary.budget.held.total() == boundary.present == 0
    return clients[0]


def test_a_body_arrives_whole_however_it_was_cut():
    client = talk(Client(b"a" * 60, b"b" * 60, b"c"))
    assert (client.status, client.content) == (200, b"a" * 60 + b"b" * 60 + b"c")


@pytest.mark.parametrize("declared", [None, 1001])
def test_a_body_above_the_cap_is_refused(declared):
    client = talk(Client(*[b"x" * 91] * 11, declared=declared))
    assert (client.status, client.headers[b"connection"]) == (413, b"close")
    assert client.content.startswith(b"This is larger than")


@pytest.mark.parametrize("declared", [None, 101])
def test_a_stranger_may_send_little(declared):
    client = talk(Client(b"x" * 101, declared=declared), signed_in=unknown)
    assert client.status == 413
    assert b"Sign in" in client.content
    assert talk(Client(b"x" * 100, declared=100), signed_in=unknown).status == 200


def test_a_body_that_stops_coming_is_refused_and_takes_no_thread():
    slow, quick = Client(b"x", stalls=True), Client(b"quick")
    talk(slow, quick)
    assert (slow.status, quick.status) == (408, 200)


def test_a_reader_that_stops_reading_is_dropped_and_takes_no_thread():
    slow, quick = Client(b"x", reads=False), Client(b"quick")
    talk(slow, quick)
    assert slow.dropped
    assert (quick.status, quick.dropped) == (200, False)


def test_nobody_waits_in_an_endless_queue():
    async def takes_long(scope, body, answer):
        await asyncio.sleep(0.1)
        return await echo(scope, body, answer)

    clients = [Client(b"x") for _ in range(5)]
    talk(*clients, work=takes_long)
    assert sorted(c.status for c in clients) == [200, 200, 503, 503, 503]
    assert next(c for c in clients if c.status == 503).headers[b"retry-after"] == b"5"


def test_nobody_waits_for_a_thread_for_ever():
    async def takes_longer(scope, body, answer):
        await asyncio.sleep(0.6)
        return await echo(scope, body, answer)

    clients = [Client(b"x"), Client(b"x")]
    talk(*clients, work=takes_longer)
    assert [c.status for c in clients] == [200, 503]


@pytest.mark.parametrize(
    ("addresses", "refused"), [(["192.0.2.1"] * 3, 1), (["192.0.2.1", "192.0.2.2", "192.0.2.3"], 0)]
)
def test_one_address_holds_no_more_than_its_share(addresses, refused):
    clients = [Client(b"x" * 900, stalls=True, address=address) for address in addresses]
    talk(*clients)
    assert [c.status for c in clients].count(503) == refused


def test_all_together_hold_no_more_than_the_budget():
    clients = [Client(b"x" * 900, stalls=True, address=f"192.0.2.{number}") for number in range(4)]
    talk(*clients)
    assert [c.status for c in clients].count(503) == 1


def test_an_answer_that_finds_no_room_becomes_503():
    async def long(scope, body, answer):
        for _piece in range(3):
            answer.add(b"x" * 900)
        return START

    assert talk(Client(b""), work=long).status == 503


def test_temporary_files_end_with_the_request():
    before = len(os.listdir("/proc/self/fd"))
    talk(Client(b"x" * 500, stalls=True), Client(b"x" * 500))
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_header_with_underscores_is_no_other_header():
    seen = []

    async def look(scope, body, answer):
        seen.extend(scope["headers"])
        return await echo(scope, body, answer)

    client = Client(b"abc")
    client.scope["headers"] = [(b"x_forwarded_for", b"1.2.3.4"), (b"transfer-encoding", b"chunked")]
    talk(client, work=look)
    assert seen == [(b"content-length", b"3")]
