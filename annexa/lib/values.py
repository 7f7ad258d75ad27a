"""Check values for a model's fields by what the model says of them."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from annexa.lib.errors import UserError
from annexa.lib.text import one_line

LONGEST = 20_000


def checked(
    model: type[models.Model], allowed: Collection[str], given: Mapping[str, Any], *, whole: bool = False
) -> dict[str, Any]:
    """Return the values as the fields take them; raises UserError naming the fields at fault.

    With `whole` the values make a new row: a field that is not given counts as its default, and must be fit for use.
    """
    if unknown := sorted(set(given) - set(allowed)):
        raise UserError(_("%(name)s cannot be changed here.") % {"name": ", ".join(unknown)})
    fields = {name: model._meta.get_field(name) for name in allowed if whole or name in given}
    clean, wrong = {}, {}
    for name, field in fields.items():
        try:
            clean[name] = _clean(field, given[name] if name in given else field.get_default())  # type: ignore[union-attr]
        except ValidationError as error:
            wrong[name] = " ".join(error.messages)
    if wrong:
        raise UserError(" ".join(f"{name}: {sentence}" for name, sentence in wrong.items()), wrong)
    return clean


def text(value: Any, name: str, longest: int = LONGEST) -> str:
    """Return a text of several lines without NUL and outer space; raises UserError when it is too long."""
    clean = _plain(str(value))
    if len(clean) > longest:
        raise UserError(_("Write at most %(most)s characters.") % {"most": longest}, {name: _("Too long")})
    return clean


def _plain(value: str) -> str:
    return value.replace("\x00", "").replace("\r\n", "\n").strip()


def _clean(field: Any, value: Any) -> Any:
    if isinstance(field, models.JSONField):
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ValidationError(_("Give a list of texts."))
        return value
    if isinstance(field, models.CharField | models.TextField):
        if not isinstance(value, str):
            raise ValidationError(_("Give a text."))
        value = one_line(_plain(value)) if isinstance(field, models.CharField) else _plain(value)
        if isinstance(field, models.TextField) and len(value) > LONGEST:
            raise ValidationError(_("Write at most %(most)s characters.") % {"most": LONGEST})
    return field.clean(value, None)
