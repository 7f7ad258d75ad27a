"""What happens while a page is open: a stream of server-sent events (HTML standard, 9.2) that occupies no thread."""

import asyncio
import json
import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare

from annexa.lib.database import scope as row_scope
from annexa.lib.database.listen import hub
from annexa.organizations import access
from annexa.organizations import queries as organizations
from annexa.organizations.models import Membership, Person
from annexa.tasks import notices
from annexa.web import entry

BEAT = 25  # seconds between signs of life, which also ask whether the session still holds
TOGETHER = 0.02  # seconds in which streams of the same member wait for one another and then ask once
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # proxies pass each event on at once
]
closing = asyncio.Event()  # set when the process is told to stop


@dataclass(frozen=True)
class State:
    """What the page's bell shows, and the topic under which a change is announced."""

    topic: str
    organization_id: uuid.UUID
    membership: Membership
    unread: int


class Asking:
    """Questions under way by topic, so that many streams of one member cost one answer."""

    def __init__(self, executor: Any):
        self.executor = executor
        self.under_way: dict[str, tuple[float, asyncio.Future[int]]] = {}

    async def unread(self, state: State) -> int:
        """Return how many notices are unread, counted after this call."""
        loop = asyncio.get_running_loop()
        woken = loop.time()
        await asyncio.sleep(TOGETHER)
        began, answer = self.under_way.get(state.topic, (0.0, None))
        if answer is None or began < woken:
            answer = loop.run_in_executor(self.executor, _unread, state)
            self.under_way[state.topic] = (loop.time(), answer)
            answer.add_done_callback(lambda _done: self.under_way.pop(state.topic, None))
        return await asyncio.shield(answer)


def stream(executor: Any) -> Any:
    """Return the ASGI application of `/events?organization=slug`."""
    asking = Asking(executor)

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        key, slug = _asked(scope)
        ask = lambda: asyncio.get_running_loop().run_in_executor(executor, _state, key, slug)  # noqa: E731
        state = await ask()
        if state is None:
            await send({"type": "http.response.start", "status": 204, "headers": []})  # tells a browser to stop trying
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        gone = asyncio.ensure_future(_left(receive))
        with hub.subscribed(state.topic) as queue:
            while state and not gone.done() and not closing.is_set():
                await send({"type": "http.response.body", "body": _event(state), "more_body": True})
                is_told = await _something(queue, gone)
                if gone.done() or closing.is_set():
                    break
                state = replace(state, unread=await asking.unread(state)) if is_told else await ask()
        gone.cancel()
        await send({"type": "http.response.body", "body": b""})

    return answer


def _asked(scope: dict[str, Any]) -> tuple[str, str]:
    cookies = "; ".join(value.decode("latin1") for name, value in scope["headers"] if name == b"cookie")
    query = parse_qs(scope["query_string"].decode("latin1"))
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, ""), query.get("organization", [""])[0]


async def _left(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _something(queue: asyncio.Queue[str], gone: asyncio.Future[None]) -> bool:
    """Wait for a change, for the end, or for the next beat; tell whether it was a change."""
    waiting: list[asyncio.Future[Any]] = [asyncio.ensure_future(queue.get()), asyncio.ensure_future(closing.wait())]
    everything: list[asyncio.Future[Any]] = [*waiting, gone]
    try:
        await asyncio.wait(everything, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
        return waiting[0].done()
    finally:
        for each in waiting:
            each.cancel()


def _event(state: State) -> bytes:
    return f"event: inbox\ndata: {json.dumps({'unread': state.unread})}\n\n".encode()


def _state(key: str, slug: str) -> State | None:
    """Return what a session may be told of an organisation; None when it is nobody's or a stranger's."""
    close_old_connections()
    person_id, vouched = _person_of(key)
    if person_id is None or "\x00" in slug:
        return None
    with row_scope.within(None, person_id):
        person = Person.objects.filter(pk=person_id, is_active=True).first()
        known = organizations.memberships_of(person) if person else []
        membership = next((each for each in known if each.organization.slug == slug), None)
        if membership is None or vouched not in (None, str(membership.organization_id)):
            return None
        if entry.missing(membership, vouched):
            return None
        row_scope.switch(membership.organization_id, membership.person_id, membership.scope_id)
        unread = notices.unread(access.member(membership))
        return State(f"inbox {membership.pk}", membership.organization_id, membership, unread)


def _unread(state: State) -> int:
    close_old_connections()
    member = state.membership
    with row_scope.within(state.organization_id, member.person_id, member.scope_id):
        return notices.unread(access.member(member))


def _person_of(key: str) -> tuple[uuid.UUID | None, str | None]:
    """Return whose session it is, if it still holds (a changed password ends it), and whose provider vouched."""
    data = SessionStore(key).load() if key and "\x00" not in key else {}
    if SESSION_KEY not in data or data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None, None
    person = Person.objects.filter(pk=data[SESSION_KEY]).first()
    if person is None or not constant_time_compare(data.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        return None, None
    return person.pk, data.get(entry.VOUCHED)
