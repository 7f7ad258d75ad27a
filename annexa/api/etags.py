"""A change says which version it changes: ETag on what is read, If-Match on a change (RFC 9110, 8.8.3 and 13.1.1)."""

import hashlib
import uuid
from collections.abc import Callable
from typing import TypeVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from annexa.api.schema import Schema
from annexa.lib.errors import UserError

S = TypeVar("S", bound=Schema)
M = TypeVar("M", bound=models.Model)


class Outdated(UserError):
    """The row has changed since the caller read it; carries what it is now and what was sent."""

    def __init__(self, current: Schema, yours: Schema):
        super().__init__(_("Somebody changed this since you read it."))
        self.current, self.yours = current, yours


def etag(shown: Schema) -> str:
    """Return the entity tag of what is shown: a hash of its JSON."""
    return f'"{hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:32]}"'


def tagged(response: HttpResponse, shown: S) -> S:
    """Give the answer the tag of what it shows."""
    response["ETag"] = etag(shown)
    return shown


def lock(request: HttpRequest, model: type[models.Model], pk: uuid.UUID) -> None:
    """With If-Match, lock the row before it is read, so that of two changes at once the second sees the first."""
    if request.headers.get("If-Match"):
        list(model._default_manager.select_for_update().filter(pk=pk).values_list("pk"))


def current(
    request: HttpRequest,
    model: type[M],
    pk: uuid.UUID,
    read: Callable[[], M],
    show: Callable[[M], Schema],
    yours: Schema,
) -> M:
    """Return a row that is about to change, as it is now; raises Outdated when If-Match names an older one."""
    lock(request, model, pk)
    found = read()
    check(request, show(found), yours)
    return found


def check(request: HttpRequest, current: Schema, yours: Schema) -> None:
    """Raise Outdated unless If-Match is absent, `*`, or names what is there now."""
    wanted = request.headers.get("If-Match", "").strip()
    tags = [each.strip().removeprefix("W/") for each in wanted.split(",")]
    if wanted and wanted != "*" and etag(current) not in tags:
        raise Outdated(current, yours)
