"""How the catalog's codes are said to people."""

from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annexa.catalog import library
from annexa.treatment.models import Status
from annexa.ui import marks

THEMES = {
    "organizational": _("Organizational"),
    "people": _("People"),
    "physical": _("Physical"),
    "technological": _("Technological"),
}
CHANGES = {"new": _("New in 2022"), "merged": _("Merged in 2022"), "updated": _("Updated in 2022")}
SHORT = {"new": _("New"), "merged": _("Merged"), "updated": _("Updated")}
BRIDGED = {
    "equivalent-to": _("Same"),
    "subset-of": _("Part of it"),
    "superset-of": _("Contains it"),
    "intersects-with": _("Overlaps"),
}
RELATIONS = {
    "equivalent-to": _("is the same as"),
    "subset-of": _("is part of"),
    "superset-of": _("contains"),
    "intersects-with": _("overlaps with"),
}
ATTRIBUTES = {
    "control_type": _("Control type"),
    "properties": _("Security properties"),
    "concepts": _("Cybersecurity concepts"),
    "capabilities": _("Operational capabilities"),
    "domains": _("Security domains"),
}
STATUS_KINDS = {"implemented": "ok", "in_progress": "part", "planned": "idle", "not_started": "none"}


def attribute_choices(name: str) -> list[tuple[str, str]]:
    """Return the values of an attribute and how they are said."""
    return [(value, plain(value)) for value in library.attributes()[name]["values"]]


def plain(value: str) -> str:
    """Return an attribute's value without its underscores."""
    return value.replace("_", " ")


def values(found: Iterable[str]) -> str:
    """Return an attribute's values in one line."""
    return ", ".join(plain(value) for value in found)


def change_chip(change: str) -> SafeString | str:
    """Show what happened to a control since 2013; new ones stand out."""
    word = str(SHORT.get(change, ""))
    return marks.chip(word, css="is-accent") if change == "new" else word


def applicable_mark(applicable: bool | None, label: str) -> SafeString:
    """Show whether a control applies."""
    kind, symbol = {True: ("ok", "check"), False: ("idle", "circle-minus"), None: ("none", "")}[applicable]
    return marks.status(kind, label, symbol)


def decision_mark(applicable: bool | None, status: str) -> SafeString:
    """Show how far a control is implemented, or that it is left out."""
    if applicable is False:
        return marks.status("idle", gettext("Left out"), "circle-minus")
    return marks.status(STATUS_KINDS[status], str(Status(status).label))
