"""What wraps every REST request: the token, one transaction, one organisation, the limit, repetition."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from annexa.api import bearer, idempotency, limits, problems
from annexa.lib.database import scope
from annexa.lib.errors import UserError
from annexa.organizations import tokens
from annexa.organizations.access import Actor
from annexa.organizations.models import ApiToken

ROOT = "/api/v1/"
PUBLIC = {f"{ROOT}openapi.json", f"{ROOT}"}
View = Callable[..., HttpResponse]


class ApiMiddleware:
    """Answer REST requests before sessions matter: a token is the only way in, and an error undoes everything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        if not request.path.startswith(ROOT):
            return None
        if request.path in PUBLIC:
            return view(request, *args, **kwargs)
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return problems.bad_request(request)
        if operator := getattr(request, "operator", None):
            return _run(request, operator, view, args, kwargs)
        text = bearer.text_of(request.headers.get("Authorization", ""))
        organization_id = tokens.organization_of(text)
        if organization_id is None:
            return _unknown(request)
        with scope.within(organization_id):
            token = tokens.recognise(text)
            response = _answer(request, token, view, args, kwargs) if token else _unknown(request)
        if guessed := getattr(request, "guessed", ""):
            limits.count(guessed, limits.GUESSES_KEPT)  # out here, where no error undoes it
        return response


def _answer(request: HttpRequest, token: ApiToken, view: View, args: Any, kwargs: dict[str, Any]) -> HttpResponse:
    """Run one operation as the token's member; rolled back unless it went well."""
    left = limits.take(token.pk)
    if not left.granted:
        return left.on(limits.refused(_("This token asks too often; wait as long as Retry-After says.")))
    request.token = token  # type: ignore[attr-defined]
    scope.switch(token.organization_id, token.membership.person_id, token.membership.scope_id)
    tokens.note_use(token)
    return left.on(_run(request, tokens.actor_of(token), view, args, kwargs))


def _run(request: HttpRequest, actor: Actor, view: View, args: Any, kwargs: dict[str, Any]) -> HttpResponse:
    """Run one operation for somebody: a token's member, or the operator within this process."""
    request.actor = actor  # type: ignore[attr-defined]
    with timezone.override(actor.organization.time_zone):
        try:
            response = idempotency.once(request, lambda: view(request, *args, **kwargs))
        except UserError as error:
            response = problems.of_error(error)
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response = problems.wrong_method(response["Allow"])
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        transaction.set_rollback(True)
    return response


def _unknown(request: HttpRequest) -> HttpResponse:
    if limits.is_guessing(request):
        return limits.refused(_("Too many tokens that are none came from this address."))
    response = problems.response(401, _("Send a token that is valid: Authorization: Bearer annexa_…"))
    response["WWW-Authenticate"] = 'Bearer realm="Annexa"'
    return response
