"""Pages by cursor: a page says where the next one begins, so rows that come or go meanwhile shift nothing."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from ninja import Field

from annexa.api.schema import Schema
from annexa.lib.errors import UserError

R = TypeVar("R")
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
        raise _no_sort(sorts)
    if paging.cursor:
        rows = rows.filter(_after(rows.model, field, descending, _read(paging.cursor, name, rows.model, field)))
    ordered = F(field).desc(nulls_last=True) if descending else F(field).asc(nulls_last=True)
    found = list(rows.order_by(ordered, "pk")[: paging.limit + 1])
    shown = found[: paging.limit]
    more = len(found) > paging.limit
    return {"items": [show(row) for row in shown], "next": _write(name, shown[-1], field) if more else ""}


def page_of(
    rows: Iterable[R], paging: Paging, sorts: Mapping[str, Callable[[R], Any]], usual: str, show: Callable[[R], T]
) -> dict[str, Any]:
    """Return a page of rows that are in memory, by values that are computed; empty ones come last in either order.

    Raises UserError for a sort or cursor that is none.
    """
    name = paging.sort or usual
    value, descending = sorts.get(name.removeprefix("-")), name.startswith("-")
    if value is None:
        raise _no_sort(sorts)
    keyed = sorted(((_plain(value(row)), str(key_of(row)), row) for row in rows), key=lambda each: each[1])
    filled = sorted((each for each in keyed if each[0] is not None), key=lambda each: each[0], reverse=descending)
    found = [*filled, *(each for each in keyed if each[0] is None)]
    if paging.cursor:
        last, key = _read_plain(paging.cursor, name)
        found = [each for each in found if _follows(each[0], each[1], last, key, descending)]
    shown, more = found[: paging.limit], len(found) > paging.limit
    following = _encoded([name, shown[-1][0], shown[-1][1]]) if more else ""
    return {"items": [show(row) for _value, _key, row in shown], "next": following}


def key_of(row: Any) -> Any:
    """Return what tells a row from others with the same value."""
    return getattr(row, "pk", None) or row.ref


def _plain(value: Any) -> Any:
    """Return a value as a cursor holds it."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | int | float | str):
        return value
    return float(value) if isinstance(value, Decimal) else value.isoformat()


def _follows(value: Any, key: str, last: Any, last_key: str, descending: bool) -> bool:
    try:
        if value is None or last is None:
            return value is None and (last is not None or key > last_key)
        beyond = value < last if descending else value > last
    except TypeError as error:
        raise _no_cursor() from error
    return bool(beyond) or (value == last and key > last_key)


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
    return _encoded([name, value, row.pk])


def _encoded(parts: list[Any]) -> str:
    text = json.dumps(parts, cls=DjangoJSONEncoder)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, name: str, model: type[models.Model], field: str) -> tuple[Any, Any]:
    value, pk = _read_plain(cursor, name)
    try:
        value = None if value is None else _field(model, field).to_python(value)
        return value, model._meta.pk.to_python(pk)
    except (ValueError, TypeError, ValidationError) as error:
        raise _no_cursor() from error


def _read_plain(cursor: str, name: str) -> tuple[Any, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        sort, value, key = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if sort != name or not isinstance(key, str) or "\x00" in key or (isinstance(value, str) and "\x00" in value):
            raise ValueError
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise _no_cursor() from error
    return value, key


def _no_cursor() -> UserError:
    sentence = _("This cursor is none of this list in this order; begin with the first page.")
    return UserError(sentence, {"cursor": sentence})


def _no_sort(sorts: Iterable[str]) -> UserError:
    sentence = _("Sort by one of %(names)s.") % {"names": ", ".join(sorts)}
    return UserError(sentence, {"sort": sentence})


def _field(model: type[models.Model], path: str) -> Any:
    *parents, last = path.split("__")
    for parent in parents:
        model = model._meta.get_field(parent).related_model  # type: ignore[assignment]
    return model._meta.get_field(last)
