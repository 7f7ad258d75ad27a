"""Search, order and count rows alike, whether they are a queryset or a list made in Python."""

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

Rows = QuerySet[Any, Any] | list[Any]
MOST_WORDS = 12  # each one is a condition of its own; further words would hardly narrow what is left


def search(rows: Rows, text: str, fields: Sequence[str]) -> Rows:
    """Keep the rows in which every word occurs in one of the fields."""
    words = text.split()[:MOST_WORDS]
    if not words or not fields:
        return rows
    if isinstance(rows, list):
        return [row for row in rows if all(_has(row, word, fields) for word in words)]
    return rows.filter(
        reduce(and_, (reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields)) for word in words))
    )


def order(rows: Rows, fields: Sequence[str], *, descending: bool) -> Rows:
    """Sort by fields; a queryset ends with its key, so that pages never overlap."""
    if isinstance(rows, list):
        return sorted(rows, key=lambda row: [_sortable(read(row, field)) for field in fields], reverse=descending)
    sign = "-" if descending else ""
    return rows.order_by(*(f"{sign}{field}" for field in fields), "pk")


def count(rows: Rows) -> int:
    """Count without loading."""
    return len(rows) if isinstance(rows, list) else rows.count()


def part(rows: Rows, first: int, most: int) -> list[Any]:
    """Return some rows. Far from the start keys are found first: a database computes what it shows for skipped rows."""
    if isinstance(rows, list) or first == 0:
        return list(rows[first : first + most])
    return list(rows.filter(pk__in=list(rows.values_list("pk", flat=True)[first : first + most])))


def read(row: Any, path: str) -> Any:
    """Follow a path such as owner__name over attributes or mappings; None as soon as something is missing."""
    for part in path.split("__"):
        row = row.get(part) if isinstance(row, dict) else getattr(row, part, None)
        if row is None:
            return None
    return row() if callable(row) else row


def is_key(rows: QuerySet[Any, Any], text: str) -> bool:
    """Tell whether a text can be the key of a row at all."""
    try:
        rows.model._meta.pk.to_python(text)
    except ValidationError:
        return False
    return True


def _has(row: Any, word: str, fields: Sequence[str]) -> bool:
    return any(word.casefold() in str(read(row, field) or "").casefold() for field in fields)


def _sortable(value: Any) -> tuple[bool, Any]:
    return value is None, "" if value is None else value
