"""Form fields that several page sets share."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.lib import links
from annexa.lib.errors import UserError
from annexa.organizations.models import Membership

Choices = Iterable[tuple[Any, Any]]


def choose_from(form: forms.Form, name: str, choices: Choices) -> None:
    """Offer choices that are known only once a form is made."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


class OwnerField(forms.TypedChoiceField):
    """A choice of members; the value is a Membership, or None for nobody."""

    members: dict[str, Membership] = {}

    def __init__(self, **kwargs: Any):
        super().__init__(**{"label": _("Owner"), "required": False, "empty_value": None, **kwargs})

    @staticmethod
    def of(form: forms.Form, name: str = "owner") -> "OwnerField":
        """Return the field of a form that asks for an owner."""
        return cast(OwnerField, form.fields[name])

    def offer(self, members: Iterable[Membership], before: Choices = (("", _("Nobody")),)) -> None:
        """Offer these members, after other choices that mean nobody or no change."""
        self.members = {str(member.pk): member for member in members}
        self.choices = [*before, *((key, str(member)) for key, member in self.members.items())]

    def prepare_value(self, value: Any) -> Any:
        return str(value.pk) if isinstance(value, Membership) else value

    def clean(self, value: Any) -> Membership | None:
        return self.members.get(forms.ChoiceField.clean(self, value))


class LinkField(forms.CharField):
    """A web address; without a scheme it is taken as https."""

    def __init__(self, **kwargs: Any):
        widget = forms.URLInput({"placeholder": "https://"})
        super().__init__(**{"label": _("Link"), "max_length": links.LONGEST, "widget": widget, **kwargs})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return f"https://{text}" if text and ":" not in text.partition("/")[0] else text

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return links.web_address(text) if text else ""
        except UserError as error:
            raise forms.ValidationError(error.sentence) from error


class ManyField(forms.MultipleChoiceField):
    """A choice of several rows; the value is the rows themselves."""

    def offer(self, rows: dict[str, tuple[str, Any]]) -> None:
        """Offer rows by key, each with what it is called."""
        self.rows = rows
        self.choices = [(key, label) for key, (label, _row) in rows.items()]

    def clean(self, value: Any) -> list[Any]:
        return [self.rows[key][1] for key in super().clean(value)]
