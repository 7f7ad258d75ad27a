"""Check what somebody says of an asset against the terms of the inventory."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from annexa.assets.models import Asset, Inventory, State
from annexa.assets.queries import assets as queries
from annexa.lib.errors import UserError
from annexa.lib.text import one_line
from annexa.lib.values import checked
from annexa.organizations import access
from annexa.organizations.models import Membership, Scope

PLAIN = (
    "own_id", "name", "kind", "description", "confidentiality", "integrity", "availability", "recovery_time",
    "recovery_point", "personal_data", "unpatchable", "vendor_managed", "location", "state", "review_due",
)  # fmt: skip
FIELDS = (*PLAIN, "owner", "custodian", "scope", "classification", "tags", "extra")
MOST_TAGS = 20
LONGEST_TAG = 40
LONGEST_EXTRA = 500


def fields(
    actor: access.Actor,
    terms: Inventory,
    values: Mapping[str, Any],
    *,
    before: Asset | None = None,
    whole: bool = False,
) -> dict[str, Any]:
    """Return values as the columns take them; raises UserError naming the fields at fault."""
    if unknown := sorted(set(values) - set(FIELDS)):
        raise UserError(_("%(name)s cannot be changed here.") % {"name": ", ".join(unknown)})
    clean = checked(Asset, PLAIN, {name: value for name, value in values.items() if name in PLAIN}, whole=whole)
    if before is None and clean.get("state") == State.RETIRED:
        raise UserError(_("A new asset is planned or in use."), {"state": _("Planned or in use")})
    for name in ("owner", "custodian"):
        if name in values:
            clean[name] = _member(values[name], name)
    if "scope" in values:
        clean["scope"] = _scope(actor, values["scope"])
    elif whole and actor.scope_id:
        clean["scope_id"] = actor.scope_id
    if "classification" in values:
        clean["classification"] = _classification(terms, values["classification"])
    if "tags" in values:
        clean["tags"] = tags(values["tags"])
    if "extra" in values:
        clean["extra"] = {**(before.extra if before else {}), **extra(terms, values["extra"])}
        clean["extra"] = {key: value for key, value in clean["extra"].items() if value not in (None, "")}
    return clean


def own_id_is_free(actor: access.Actor, own_id: str) -> None:
    """Raise UserError when another asset has this id."""
    with queries.across_scopes(actor):
        taken = Asset.objects.filter(organization=actor.organization, own_id=own_id).first() if own_id else None
    if taken:
        sentence = _("%(reference)s has this id already.") % {"reference": taken.reference}
        raise UserError(sentence, {"own_id": sentence})


def tags(given: Any) -> list[str]:
    """Return tags without doubles, in the order given; raises UserError."""
    if not isinstance(given, list | tuple) or not all(isinstance(each, str) for each in given):
        raise UserError(_("Give a list of tags."), {"tags": _("A list of texts")})
    known: dict[str, str] = {}
    for each in given:
        if word := one_line(each.replace("\x00", "").replace(",", " ")):
            known.setdefault(word.casefold(), word)
    if len(known) > MOST_TAGS or any(len(word) > LONGEST_TAG for word in known.values()):
        words = _("At most %(most)s tags of at most %(longest)s characters.")
        sentence = words % {"most": MOST_TAGS, "longest": LONGEST_TAG}
        raise UserError(sentence, {"tags": sentence})
    return list(known.values())


def extra(terms: Inventory, given: Any) -> dict[str, Any]:
    """Return values of the organisation's own fields; raises UserError, which names the field as `extra.key`."""
    if not isinstance(given, Mapping):
        raise UserError(_("Give own fields by their keys."), {"extra": _("Keys and values")})
    clean, wrong = {}, {}
    for key, value in given.items():
        about = terms.field(str(key))
        if about is None:
            wrong[f"extra.{key}"] = _("There is no such field.")
            continue
        try:
            clean[str(key)] = extra_value(about, value)
        except ValueError as error:
            wrong[f"extra.{key}"] = f"{about['label']}: {error}"
    if wrong:
        raise UserError(" ".join(wrong.values()), wrong)
    return clean


def extra_value(about: Mapping[str, Any], value: Any) -> Any:
    """Return one own field's value as it is stored; raises ValueError with a sentence."""
    if value in (None, ""):
        return None
    text = one_line(str(value).replace("\x00", ""))
    if about["kind"] == "number":
        return _number(text)
    if about["kind"] == "day":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise ValueError(_("Write a day as 2026-12-31.")) from error
    if about["kind"] == "choice":
        found = next((each for each in about["choices"] if each.casefold() == text.casefold()), None)
        if found is None:
            raise ValueError(_("Choose one of %(choices)s.") % {"choices": ", ".join(about["choices"])})
        return found
    if len(text) > LONGEST_EXTRA:
        raise ValueError(_("Write at most %(most)s characters.") % {"most": LONGEST_EXTRA})
    return text


def plain(value: Any) -> Any:
    """Return a value as the trail keeps it."""
    return str(value.pk) if hasattr(value, "pk") else value


def _number(text: str) -> float | int:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(_("Write a number.")) from error
    if not number.is_finite() or abs(number) > 10**15:
        raise ValueError(_("Write a number."))
    return int(number) if number == number.to_integral_value() else float(number)


def _member(value: Any, name: str) -> Membership | None:
    if value is not None and not (isinstance(value, Membership) and value.is_active()):
        sentence = _("There is no such member, or their access has ended.")
        raise UserError(sentence, {name: sentence})
    return value


def _scope(actor: access.Actor, value: Any) -> Scope | None:
    if value is None and actor.scope_id:
        sentence = _("You work in one scope, so the asset lies in it.")
        raise UserError(sentence, {"scope": sentence})
    return value  # type: ignore[no-any-return]


def _classification(terms: Inventory, value: Any) -> str:
    if value and value not in {level["key"] for level in terms.classifications}:
        names = ", ".join(level["key"] for level in terms.classifications)
        sentence = _("The scheme has %(names)s.") % {"names": names}
        raise UserError(sentence, {"classification": sentence})
    return str(value or "")
