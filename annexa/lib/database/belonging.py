"""Which ISMS scope a row belongs to, as its model declares.

A model with a `scope_id` needs to say nothing. A row that hangs on another one names that relation in `scope_parent`.
The scope itself says `scope_column = "id"`. All other rows belong to the organisation as a whole.
"""

import uuid
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from annexa.lib.errors import NotFound

Known = dict[tuple[type[models.Model], Any], uuid.UUID | None]


def scope_column(model: type[models.Model]) -> str | None:
    """Return the column that holds the scope, or None."""
    if declared := getattr(model, "scope_column", None):
        return str(declared)
    return "scope_id" if "scope_id" in {field.column for field in model._meta.concrete_fields} else None


def reaches_scope(model: type[models.Model]) -> bool:
    """Whether rows of the model belong to a scope, by themselves or by what they hang on."""
    return hasattr(model, "scope_parent") or scope_column(model) is not None


def scope_of(row: models.Model, known: Known) -> uuid.UUID | None:
    """Return a row's scope, or None for the whole organisation; `known` spares asking for a parent twice."""
    parent = getattr(row, "scope_parent", "")
    if not parent:
        column = scope_column(type(row))
        return getattr(row, column) if column else None
    key = (type(row), getattr(row, f"{parent}_id"))
    if key not in known:
        try:
            known[key] = scope_of(getattr(row, parent), known)
        except ObjectDoesNotExist as error:  # row security hides another scope's
            raise NotFound("There is no such row.") from error
    return known[key]
