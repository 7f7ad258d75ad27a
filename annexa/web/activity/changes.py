"""What an entry of the trail changed, field by field, as people read it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

LONGEST = 300


def changes(body: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return field, old and new value; ids of members become their names, and an entry without old values has none."""
    before, after = body.get("before") or {}, body.get("after")
    if not isinstance(after, Mapping):
        before, after = {}, body
    return [(_field(name), said(before.get(name), names), said(value, names)) for name, value in after.items()]


def said(value: Any, names: Mapping[str, str]) -> str:
    """Say a value as people do."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(said(each, names) for each in value)[:LONGEST]
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {said(each, names)}" for key, each in value.items())[:LONGEST]
    return names.get(str(value), str(value))[:LONGEST]


def _field(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ")
