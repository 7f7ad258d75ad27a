"""Errors of every part become answers here, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from annexa.lib import tracing
from annexa.lib.errors import NotAllowed, NotFound, UserError


@contextmanager
def translated() -> Iterator[None]:
    """Turn a part's error that no view has handled into the right status."""
    try:
        yield
    except NotAllowed as error:
        raise PermissionDenied(error.sentence) from error
    except NotFound as error:
        raise Http404(error.sentence) from error
    except UserError as error:
        raise SuspiciousOperation(error.sentence) from error


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, exception)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403, exception)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404, None)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403, None)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", {"trace": tracing.current()}, status=500)


def database_down(request: HttpRequest) -> HttpResponse:
    """Answer without asking the database who asks."""
    return _down(is_disk_full=False)


def disk_full(request: HttpRequest) -> HttpResponse:
    """Answer without asking the database who asks; it cannot even keep a session."""
    return _down(is_disk_full=True)


def _down(*, is_disk_full: bool) -> HttpResponse:
    context = {"trace": tracing.current(), "is_disk_full": is_disk_full}
    return HttpResponse(render_to_string("503.html", context), status=503)


def _page(request: HttpRequest, status: int, exception: Any) -> HttpResponse:
    context = {"sentence": str(exception) if exception and exception.args else ""}
    return render(request, f"{status}.html", context, status=status)
