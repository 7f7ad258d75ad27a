"""One port for everything: pages go through the boundary to Django's WSGI handler in a fixed pool of threads."""

import asyncio
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")

from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.http import parse_cookie

application_of_django = get_wsgi_application()

from annexa.api import bearer  # noqa: E402
from annexa.api.middleware import ROOT as API  # noqa: E402
from annexa.config import probes  # noqa: E402
from annexa.config.boundary import App, Boundary, Scope  # noqa: E402
from annexa.config.threads import Threads  # noqa: E402
from annexa.web import events  # noqa: E402

django = Threads(application_of_django, settings.ENVIRONMENT.web_threads)


async def signed_in(scope: Scope) -> bool:
    """Whether a session of somebody who has signed in, or to the REST interface a token that works, comes along."""
    run = asyncio.get_running_loop().run_in_executor
    text = bearer.text_of(_header(scope, b"authorization"))
    if text and scope["path"].startswith(API):
        return await run(django.executor, _is_token, text)
    key = parse_cookie(_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME, "")
    return bool(key) and await run(django.executor, _is_of_somebody, key)


def _header(scope: Scope, wanted: bytes) -> str:
    return "; ".join(value.decode("latin1") for name, value in scope["headers"] if name == wanted)


def _is_token(text: str) -> bool:
    close_old_connections()
    return bearer.is_genuine(text)


def _is_of_somebody(key: str) -> bool:
    close_old_connections()
    return "\x00" not in key and SESSION_KEY in SessionStore(key).load()


pages = Boundary(django, threads=settings.ENVIRONMENT.web_threads, signed_in=signed_in)
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
