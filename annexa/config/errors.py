"""Errors that no view has answered: as a problem for programs, as a page for people."""

from django.http import HttpRequest, HttpResponse

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
    return problems.server_error(request) if _is_program(request) else pages.server_error(request)


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith(ROOT)
