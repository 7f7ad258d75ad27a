"""One port for everything: pages go to Django's WSGI handler in a fixed pool of threads."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")

from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

pages = WSGIMiddleware(cast(Any, get_wsgi_application()), workers=settings.ENVIRONMENT.web_threads)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer the server's lifespan messages here and everything else with pages."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "http":
        await pages(scope, receive, send)
