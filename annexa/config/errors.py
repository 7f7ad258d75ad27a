"""Errors that no view has answered: as a problem for programs, as a page for people."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg.errors import DiskFull

from annexa.api import problems
from annexa.api.middleware import ROOT
from annexa.web import errors as pages


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problems.bad_request(request) if _is_program(request) else pages.bad_request(request, exception)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problems.not_found(request) if _is_program(request) else pages.not_allowed(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problems.not_found(request) if _is_program(request) else pages.not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say which is at fault: the disk, the database, which may be back in a moment, or we."""
    answers = problems if _is_program(request) else pages
    error = sys.exc_info()[1]
    if _is_disk_full(error):
        response = answers.disk_full(request)
    elif isinstance(error, OperationalError | InterfaceError):
        response = answers.database_down(request)
    else:
        return answers.server_error(request)
    response["Retry-After"] = "5"
    return response


def _is_disk_full(error: BaseException | None) -> bool:
    """Whether PostgreSQL or a file found no room."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return error is not None and isinstance(error.__cause__, DiskFull)


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith(ROOT)
