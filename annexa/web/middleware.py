"""What wraps every request."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, cast

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from annexa.lib.database import scope
from annexa.organizations import access
from annexa.organizations import queries as organizations
from annexa.organizations.models import Membership
from annexa.web import entry, errors, public, reauthentication

View = Callable[..., HttpResponse]
Next = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self';"
    " manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none';"
    " require-trusted-types-for 'script'; trusted-types default"
)


def security_headers(get_response: Next) -> Next:
    """Send the strict Content-Security-Policy with every answer; pages are never cached by others."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def server_timing(get_response: Next) -> Next:
    """With ANNEXA_SERVER_TIMING=1, say what an answer cost: total and SQL milliseconds, number of queries."""
    if not settings.SERVER_TIMING:
        return get_response

    def middleware(request: HttpRequest) -> HttpResponse:
        spent: list[float] = []

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            before = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                spent.append(time.perf_counter() - before)

        start = time.perf_counter()
        with connection.execute_wrapper(watch):
            response = get_response(request)
        total, sql = (time.perf_counter() - start) * 1000, sum(spent) * 1000
        response.headers["Server-Timing"] = f'total;dur={total:.1f}, sql;dur={sql:.1f};desc="{len(spent)}"'
        return response

    return middleware


class Arriving(HttpRequest):
    """A request on its way to a view; used for typing only."""

    actor: access.Actor | None
    memberships: list[Membership]


class OrganizationMiddleware:
    """Run each view in one transaction that sees only the rows of the organisation in its URL.

    The view is called here, not in __call__: an exception must reach the transaction before it becomes an error page,
    and the response must be rendered while the rows can still be seen.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        arriving = cast(Arriving, request)
        arriving.actor, arriving.memberships = None, []
        return self.get_response(request)

    def process_view(self, request: Arriving, view: View, args: Any, kwargs: dict[str, Any]) -> HttpResponse:
        slug = kwargs.pop("organization", None)
        if _holds_nul(request):
            raise SuspiciousOperation  # PostgreSQL has no text with NUL in it
        if not request.user.is_authenticated and not public.is_public(request):
            return redirect_to_login(request.get_full_path())
        try:
            return self._run(request, view, slug, args, kwargs)
        except ImmediateHttpResponse as error:
            return cast(HttpResponse, error.response)
        except ReauthenticationRequired:
            return reauthentication.ask(request)

    def _run(self, request: Arriving, view: View, slug: str | None, args: Any, kwargs: dict[str, Any]) -> HttpResponse:
        with errors.translated():
            if not request.user.is_authenticated:
                with transaction.atomic():
                    return _render(view(request, *args, **kwargs))
            with scope.within(None, request.user.pk):
                request.memberships = entry.opened(request, organizations.memberships_of(request.user))
                entry.check_own_means(request)
                if slug is not None and (detour := self._enter(request, slug)):
                    return detour
                with _local_time(request):
                    return _render(view(request, *args, **kwargs))

    def _enter(self, request: Arriving, slug: str) -> HttpResponse | None:
        """Enter the organisation of the URL, or return a detour; answer 404 to strangers as if it were not there."""
        membership = next((m for m in request.memberships if m.organization.slug == slug), None)
        if membership is None:
            raise Http404
        if detour := entry.detour(request, membership):
            return detour
        scope.switch(membership.organization_id, membership.person_id, membership.scope_id)
        request.actor = access.member(membership)
        return None


def _holds_nul(request: HttpRequest) -> bool:
    fields = (part for data in (request.GET, request.POST) for name, values in data.lists() for part in (name, *values))
    return "\x00" in request.path or any("\x00" in part for part in fields)


def _local_time(request: Arriving) -> AbstractContextManager[None]:
    """Show times in the organisation's time zone."""
    actor = request.actor
    return timezone.override(actor.organization.time_zone if actor else None)


def _render(response: HttpResponse) -> HttpResponse:
    return response.render() if isinstance(response, SimpleTemplateResponse) else response
