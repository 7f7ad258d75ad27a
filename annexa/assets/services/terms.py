"""Change how the inventory is kept: the classification scheme and the organisation's own fields."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.assets.models import Asset, Inventory
from annexa.assets.register import locked_inventory
from annexa.lib.errors import UserError
from annexa.lib.text import one_line, slug
from annexa.organizations import access
from annexa.organizations.permissions import Permission

KINDS = ("text", "number", "day", "choice")
MOST_LEVELS, MOST_FIELDS, MOST_CHOICES = 8, 20, 40
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@access.command(Permission.ASSET_EDIT)
def describe_inventory(
    *,
    actor: access.Actor,
    classifications: Sequence[Mapping[str, Any]] | None = None,
    fields: Sequence[Mapping[str, Any]] | None = None,
) -> Inventory:
    """Change the classification scheme (A.5.12), least sensitive level first, or the own fields.

    A level that assets have, and a field that they have values for, cannot be taken away.
    """
    access.require_all_scopes(actor)
    terms = locked_inventory(actor)
    wanted: dict[str, Any] = {}
    if classifications is not None:
        wanted["classifications"] = [_level(each) for each in classifications]
        _check_keys(wanted["classifications"], "classifications", MOST_LEVELS, least=2)
        _check_levels_in_use(actor, wanted["classifications"], terms)
    if fields is not None:
        wanted["fields"] = [_field(each) for each in fields]
        _check_keys(wanted["fields"], "fields", MOST_FIELDS)
        _check_fields_in_use(actor, wanted["fields"], terms)
    activity.change(terms, **wanted)
    return terms


def _level(given: Mapping[str, Any]) -> dict[str, str]:
    name = one_line(str(given.get("name", "")))[:60]
    if not name:
        raise UserError(_("Each level needs a name."), {"classifications": _("Name missing")})
    return {"key": _key(given, name), "name": name, "handling": str(given.get("handling", "")).strip()[:500]}


def _field(given: Mapping[str, Any]) -> dict[str, Any]:
    label, kind = one_line(str(given.get("label", "")))[:60], str(given.get("kind", "text"))
    if not label:
        raise UserError(_("Each field needs a label."), {"fields": _("Label missing")})
    if kind not in KINDS:
        sentence = _("A field holds text, number, day or choice.")
        raise UserError(sentence, {"fields": sentence})
    given_choices = given.get("choices") or []
    choices = list(dict.fromkeys(word for each in given_choices if (word := one_line(str(each))[:60])))
    if kind == "choice" and not 2 <= len(choices) <= MOST_CHOICES:
        sentence = _("%(label)s: give 2 to %(most)s choices.") % {"label": label, "most": MOST_CHOICES}
        raise UserError(sentence, {"fields": sentence})
    return {"key": _key(given, label), "label": label, "kind": kind, "choices": choices if kind == "choice" else []}


def _key(given: Mapping[str, Any], name: str) -> str:
    key = str(given.get("key") or slug(name, "x"))
    if not KEY.fullmatch(key):
        sentence = _("A key has lower-case letters, digits and hyphens.")
        raise UserError(sentence, {"key": sentence})
    return key


def _check_keys(rows: Sequence[Mapping[str, Any]], name: str, most: int, least: int = 0) -> None:
    if not least <= len(rows) <= most:
        sentence = _("Give %(least)s to %(most)s of them.") % {"least": least, "most": most}
        raise UserError(sentence, {name: sentence})
    if len({row["key"] for row in rows}) < len(rows):
        sentence = _("Two of them have the same name.")
        raise UserError(sentence, {name: sentence})


def _check_levels_in_use(actor: access.Actor, wanted: Sequence[Mapping[str, Any]], terms: Inventory) -> None:
    mine = Asset.objects.filter(organization=actor.organization)
    used = set(mine.exclude(classification="").values_list("classification", flat=True).distinct())
    if gone := sorted(used - {level["key"] for level in wanted}):
        names = ", ".join(terms.classification(key) for key in gone)
        sentence = _("Assets are classified as %(names)s; give them another level first.") % {"names": names}
        raise UserError(sentence, {"classifications": sentence})


def _check_fields_in_use(actor: access.Actor, wanted: Sequence[Mapping[str, Any]], terms: Inventory) -> None:
    kept = {each["key"]: each["kind"] for each in wanted}
    for each in terms.fields:
        if kept.get(each["key"]) == each["kind"]:
            continue
        if Asset.objects.filter(organization=actor.organization, extra__has_key=each["key"]).exists():
            sentence = _("Assets have values for %(label)s; empty them first.") % {"label": each["label"]}
            raise UserError(sentence, {"fields": sentence})
