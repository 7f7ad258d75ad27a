"""Pages by cursor: a page says where the next one begins, so rows that come or go meanwhile shift nothing."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from ninja import Field, Schema

from annexa.lib.errors import UserError

T = TypeVar("T")
MOST = 200


class Paging(Schema):
    """Which page of a list."""

    limit: int = Field(50, ge=1, le=MOST, description="Rows a page.")
    cursor: str = Field("", max_length=2000, description="`next` of the page before; empty for the first.")
    sort: str = Field("", max_length=60, description="A sortable field; with a minus in front, descending.")


class Page(Schema, Generic[T]):
    """One page of a list; `next` is empty on the last one."""

    items: list[T]
    next: str


def page(rows: Any, paging: Paging, sorts: Mapping[str, str], usual: str, show: Callable[[Any], T]) -> dict[str, Any]:
    """Return a page of a queryset. `sorts` maps public names to fields; empty values come last in either order.

    Raises UserError for a sort or cursor that is none.
    """
    name = paging.sort or usual
    field, descending = sorts.get(name.removeprefix("-")), name.startswith("-")
    if field is None:
        sentence = _("Sort by one of %(names)s.") % {"names": ", ".join(sorts)}
        raise UserError(sentence, {"sort": sentence})
    if paging.cursor:
        rows = rows.filter(_after(rows.model, field, descending, _read(paging.cursor, name, rows.model, field)))
    ordered = F(field).desc(nulls_last=True) if descending else F(field).asc(nulls_last=True)
    found = list(rows.order_by(ordered, "pk")[: paging.limit + 1])
    shown = found[: paging.limit]
    more = len(found) > paging.limit
    return {"items": [show(row) for row in shown], "next": _write(name, shown[-1], field) if more else ""}


def _after(model: type[models.Model], field: str, descending: bool, last: tuple[Any, Any]) -> Q:
    value, pk = last
    if value is None:
        return Q(**{f"{field}__isnull": True, "pk__gt": pk})
    beyond = Q(**{f"{field}__{'lt' if descending else 'gt'}": value})
    return beyond | Q(**{field: value, "pk__gt": pk}) | Q(**{f"{field}__isnull": True})


def _write(name: str, row: Any, field: str) -> str:
    value = row
    for part in field.split("__"):
        value = getattr(value, part, None)
    text = json.dumps([name, value, row.pk], cls=DjangoJSONEncoder)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, name: str, model: type[models.Model], field: str) -> tuple[Any, Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        sort, value, pk = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if sort != name:
            raise ValueError
        about = _field(model, field)
        value = None if value is None else about.to_python(value)
        if isinstance(value, str) and "\x00" in value:
            raise ValueError
        return value, model._meta.pk.to_python(pk)
    except (ValueError, TypeError, ValidationError, binascii.Error, RecursionError) as error:
        sentence = _("This cursor is none of this list in this order; begin with the first page.")
        raise UserError(sentence, {"cursor": sentence}) from error


def _field(model: type[models.Model], path: str) -> Any:
    *parents, last = path.split("__")
    for parent in parents:
        model = model._meta.get_field(parent).related_model  # type: ignore[assignment]
    return model._meta.get_field(last)
