from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.web.fields import choose_from


class OrganizationForm(forms.Form):
    """What the organisation is called and how it counts."""

    name = forms.CharField(label=_("Name"), max_length=160)
    legal_name = forms.CharField(
        label=_("Legal name"),
        help_text=_("As it stands on reports and the certificate."),
        max_length=200,
        required=False,
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=_("Currency"), help_text=_("Three letters (ISO 4217), such as EUR."), max_length=3
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
        choose_from(self, "time_zone", [(zone, zone) for zone in zones])


class SecondFactorForm(forms.Form):
    """Whether a password is enough."""

    second_factor_required = forms.BooleanField(
        label=_("Everybody needs a second factor"),
        help_text=_("Counts from the next click on. Who has none is led to set one up; API tokens go on."),
        required=False,
    )


class FourEyesForm(forms.Form):
    """The rule that nobody approves what they changed."""

    four_eyes_relaxed = forms.BooleanField(label=_("One person may change and approve"), required=False)
    four_eyes_reason = forms.CharField(
        label=_("Why, and which review makes up for it"),
        help_text=_("Shown on every approval it touches, and to auditors."),
        widget=forms.Textarea({"rows": 3}),
        required=False,
    )
