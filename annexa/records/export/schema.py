"""A JSON Schema (2020-12) for each table of an export, derived from its model."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from annexa.lib.database.history import Version
from annexa.records.export.tables import Exported

TEXT: dict[str, Any] = {"type": "string"}
WHOLE: dict[str, Any] = {"type": "integer"}
# The first that fits counts.
TYPES: tuple[tuple[type[models.Field], dict[str, Any]], ...] = (
    (models.UUIDField, {**TEXT, "format": "uuid"}),
    (models.DateTimeField, {**TEXT, "format": "date-time"}),
    (models.DateField, {**TEXT, "format": "date"}),
    (models.TimeField, {**TEXT, "pattern": r"^\d\d:\d\d:\d\d"}),
    (models.BooleanField, {"type": "boolean"}),
    (models.BinaryField, {**TEXT, "pattern": "^([0-9a-f]{2})*$"}),
    (models.JSONField, {}),
    (models.IntegerField, WHOLE),
    (models.DecimalField, {"type": "number"}),
    (models.FloatField, {"type": "number"}),
    (models.CharField, TEXT),
    (models.TextField, TEXT),
)
VERSION = {
    "kept_id": "Number of the version; a row's versions are in this order.",
    "valid_from": "When the row took this shape.",
    "valid_to": "When it took the next one or was deleted; null while it is in force.",
    "began_by": "Id of the person, or system, or operator.",
    "began_with": "Command that gave the row this shape.",
    "ended_by": "Who ended it.",
    "ended_with": "Command that ended it.",
}


def schema(table: Exported) -> dict[str, Any]:
    """Return the schema of one line of a table's file."""
    properties = {field.column: _property(table, field) for field in table.fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table.name,
        "description": " ".join((table.model.__doc__ or "").split()),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "x-left-out": table.left_out,
    }


def _property(table: Exported, field: Any) -> dict[str, Any]:
    shape = _shape(field.target_field if isinstance(field, models.ForeignKey) else field)
    if field.null and "type" in shape:
        shape["type"] = [shape["type"], "null"]
    if words := _words(table, field):
        shape["description"] = words
    return shape


def _shape(field: Any) -> dict[str, Any]:
    if isinstance(field, ArrayField):
        return {"type": "array", "items": _shape(field.base_field)}
    return dict(next(shape for kind, shape in TYPES if isinstance(field, kind)))


def _words(table: Exported, field: Any) -> str:
    """Return what is known of a column: its help, what it points at, and the values it knows."""
    known = []
    if issubclass(table.model, Version) and field.column in VERSION:
        known.append(VERSION[field.column])
    if field.help_text:
        known.append(str(field.help_text))
    if isinstance(field, models.ForeignKey):
        known.append(f"Id of a row of {field.remote_field.model._meta.db_table}.")
    if field.choices:
        known.append(f"One of {', '.join(repr(str(value)) for value, _label in field.flatchoices)}.")
    return " ".join(known)
