"""Insert many rows by one statement: their values travel as one JSON text, so that nothing grows with rows × columns.

For tables of plain columns and thousands of rows; triggers and row security act as on any insert.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, all or none; defaults of the model are in them already."""
    if not rows:
        return
    fields = type(rows[0])._meta.concrete_fields
    values = [{field.column: getattr(row, field.attname) for field in fields} for row in rows]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    types = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in fields)
    table = connection.ops.quote_name(type(rows[0])._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} ({columns}) select {columns} from json_to_recordset(%s::json) as given ({types})",
            [json.dumps(values, default=_plain, ensure_ascii=False)],
        )


def _plain(value: Any) -> str:
    """Return dates and moments as ISO 8601 in full, ids as text."""
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
