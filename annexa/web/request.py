"""What the middleware adds to a request inside an organisation, and what views ask of it."""

import functools
from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from annexa.lib.errors import NotFound
from annexa.organizations import access
from annexa.organizations import queries as organizations
from annexa.organizations.models import Membership, Person, Scope
from annexa.organizations.permissions import Permission


class Request(HttpRequest):
    """A request of a member inside an organisation; used for typing only."""

    actor: access.Actor
    memberships: list[Membership]
    scopes: list[Scope]
    user: Person  # type: ignore[assignment]


def reads(permission: Permission) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Open a view to those who have a permission; commands ask for their own besides."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def run(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            access.require(request.actor, permission)
            return view(request, *args, **kwargs)

        run.reads = permission  # type: ignore[attr-defined]
        return run

    return decorate


def inside(request: HttpRequest) -> Request:
    """Return the request as the middleware has made it: with who asks, for code that is handed a plain one."""
    return cast(Request, request)


def scopes_of(request: Request) -> list[Scope]:
    """Return the scopes the person may see, the default first; asked for once a request."""
    if not hasattr(request, "scopes"):
        request.scopes = organizations.scopes(request.actor)
    return request.scopes


def scope_of(request: Request) -> Scope:
    """Return the ISMS scope of the page: `?scope=` or the default one; raises NotFound."""
    wanted = request.GET.get("scope", "")
    found = next((scope for scope in scopes_of(request) if wanted in ("", scope.slug)), None)
    if found is None:
        raise NotFound("There is no such scope.")
    return found


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
