"""Every error has one shape: application/problem+json (RFC 9457), with the fields at fault."""

import functools
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI
from ninja.errors import HttpError, ValidationError

from annexa.api.etags import Outdated
from annexa.api.schema import Schema
from annexa.lib import tracing
from annexa.lib.errors import Conflict, NotAllowed, NotFound, UserError

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request", 401: "Not signed in", 403: "Not allowed", 404: "Not found", 405: "Method not allowed",
    409: "Changed meanwhile", 412: "Changed meanwhile", 413: "Too large", 415: "Unknown media type",
    422: "Cannot be done", 429: "Too many requests", 500: "Annexa failed", 503: "Busy",
}  # fmt: skip


class FieldError(Schema):
    """An input at fault: its name, and what to do about it."""

    field: str
    detail: str
    row: str = Field("", description="Of a change of many rows, the id of the one at fault.")


class Problem(Schema):
    """Why a request was not done (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []
    current: Any = None
    yours: Any = None


def response(
    status: int, detail: str, errors: Iterable[tuple[str, str]] = (), row: object = None, **more: Any
) -> JsonResponse:
    """Return a problem as an answer."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail}
    at = {} if row is None else {"row": str(row)}
    found = list(errors) or ([("", detail)] if at else [])
    body["errors"] = [{"field": field, "detail": sentence} | at for field, sentence in found]  # type: ignore[assignment]
    return JsonResponse(body | more, status=status, content_type=MEDIA_TYPE)


def of_error(error: UserError) -> JsonResponse:
    """Return a part's error as an answer."""
    if isinstance(error, Conflict):
        both = {"current": _plain(error.theirs), "yours": _plain(error.yours)}
        return response(409, error.sentence, error.fields.items(), error.row, **both)
    if isinstance(error, Outdated):
        shown = [each.model_dump(mode="json", exclude_unset=True) for each in (error.current, error.yours)]
        return response(412, error.sentence, current=shown[0], yours=shown[1])
    kinds = ((NotAllowed, 403), (NotFound, 404), (UserError, 422))
    status = next(status for kind, status in kinds if isinstance(error, kind))
    return response(status, error.sentence, error.fields.items(), error.row)


def register(api: NinjaAPI) -> None:
    """Let the API answer every error in the one shape."""
    handlers: dict[type[Exception], Callable[[Any], JsonResponse]] = {
        UserError: of_error,
        ValidationError: _invalid,
        HttpError: lambda error: response(error.status_code, str(error)),
    }
    for kind, answer in handlers.items():
        api.add_exception_handler(kind, functools.partial(_handle, answer))


def _handle(answer: Callable[[Any], JsonResponse], request: HttpRequest, error: Any) -> JsonResponse:
    return answer(error)


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Answer for an address that does not exist."""
    return response(404, _("There is nothing at this address."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Answer for a request that cannot be read."""
    return response(400, _("This request cannot be read."))


def wrong_method(allowed: str) -> JsonResponse:
    """Answer for a method that an address does not know."""
    answer = response(405, _("This address takes %(methods)s.") % {"methods": allowed})
    answer["Allow"] = allowed
    return answer


def server_error(request: HttpRequest) -> JsonResponse:
    """Answer when Annexa itself failed."""
    return response(500, _("Something went wrong here; the log of the server says what."), request=tracing.current())


def database_down(request: HttpRequest) -> JsonResponse:
    """Answer when the database does not."""
    return response(503, _("The database does not answer at the moment; try again."), request=tracing.current())


def disk_full(request: HttpRequest) -> JsonResponse:
    """Answer when there is no room for what would be saved."""
    sentence = _("The disk of the server is full, so nothing was saved; whoever runs Annexa makes room.")
    return response(503, sentence, request=tracing.current())


def _invalid(error: ValidationError) -> JsonResponse:
    found = [(_field(each["loc"]), each["msg"]) for each in error.errors]
    return response(422, _("Some inputs are not what they should be."), found)


def _field(place: Iterable[Any]) -> str:
    """Return `due` or `rows.2.status` for where pydantic found something; its first words name the carrier."""
    parts = [str(part) for part in place]
    known = [part for part in parts if part not in ("body", "query", "path", "header", "payload", "filters", "paging")]
    return ".".join(known) or ".".join(parts)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) or hasattr(value, "pk") else value
