"""Turn a report into a file; each format is one module with `render(report) -> bytes`. Pure: knows no Django."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NEVER_SHOWN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))


def text(value: Any) -> str:
    """Return a cell's value as people read it, without characters that no document may hold."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    if isinstance(value, list | tuple):
        return ", ".join(text(each) for each in value)
    return str(value).translate(_NEVER_SHOWN).encode("utf-8", "replace").decode()


def texts(values: Iterable[Any]) -> list[str]:
    """Return several values as text."""
    return [text(value) for value in values]
