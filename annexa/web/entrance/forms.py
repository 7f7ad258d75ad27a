from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "JPY", "SGD", "INR", "BRL")


class PersonForm(forms.Form):
    """Name and password of somebody new."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters; a sentence is easiest to remember."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class AdministratorForm(PersonForm):
    """A new administrator, who also says where mail reaches them."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput({"autocomplete": "email"}))
    field_order = ("name", "email", "password")


class OrganizationForm(forms.Form):
    """A new organisation."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=160)
    time_zone = forms.ChoiceField(label=_("Time zone"), widget=forms.Select({"data-local-zone": ""}))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        zones = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
        self.fields["time_zone"].choices = [(name, name) for name in ("UTC", *zones)]  # type: ignore[attr-defined]
