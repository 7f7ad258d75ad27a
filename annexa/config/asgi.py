"""One port for everything: pages go through the boundary to Django's WSGI handler in a fixed pool of threads."""

import asyncio
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")

from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.http import parse_cookie

from annexa.config import probes
from annexa.config.boundary import App, Boundary, Scope
from annexa.web import events

threads = settings.ENVIRONMENT.web_threads
django = WSGIMiddleware(cast(Any, get_wsgi_application()), workers=threads)


async def signed_in(scope: Scope) -> bool:
    """Whether a session of somebody who has signed in comes with a request."""
    headers = [value.decode("latin1") for name, value in scope["headers"] if name == b"cookie"]
    key = parse_cookie("; ".join(headers)).get(settings.SESSION_COOKIE_NAME, "")
    return bool(key) and await asyncio.get_running_loop().run_in_executor(django.executor, _is_of_somebody, key)


def _is_of_somebody(key: str) -> bool:
    close_old_connections()
    return "\x00" not in key and SESSION_KEY in SessionStore(key).load()


pages = Boundary(cast(App, django), threads=threads, signed_in=signed_in)
# Paths that are answered past the pages.
ROUTES: dict[str, App] = {
    "/healthz": probes.alive,
    "/readyz": probes.ready(django.executor),
    "/events": events.stream(django.executor),
}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer the server's lifespan messages here and everything else with a route or with pages."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "http":
        await ROUTES.get(scope["path"], pages)(scope, receive, send)
