from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.organizations.roles import NAMES, Role
from annexa.organizations.services.single_sign_on import GIVEN
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


class SingleSignOnForm(forms.Form):
    """The organisation's OpenID Connect provider."""

    issuer = forms.CharField(
        label=_("Address of the provider (issuer)"),
        help_text=_("Such as https://login.example.com/tenant."),
        max_length=500,
    )
    client_id = forms.CharField(label=_("Client ID"), max_length=255)
    client_secret = forms.CharField(
        label=_("Client secret"),
        help_text=_("Stored encrypted and never shown again. Leave it empty to keep what is stored."),
        widget=forms.PasswordInput({"autocomplete": "off"}),
        required=False,
    )
    default_role = forms.TypedChoiceField(
        label=_("Role of somebody new"),
        coerce=Role,
        choices=[(role, NAMES[role]) for role in GIVEN],
        initial=Role.READER,
    )
    role_claim = forms.CharField(
        label=_("Claim that tells the role"), help_text=_("Such as groups."), max_length=80, required=False
    )
    role_map = forms.CharField(
        label=_("Which value gives which role"),
        help_text=_("One a line, such as “isms-team = isms_manager”; the first that fits wins."),
        widget=forms.Textarea({"rows": 3}),
        required=False,
    )

    def clean_role_map(self) -> list[tuple[str, str]]:
        """Return pairs of value and role."""
        pairs = []
        for number, line in enumerate(self.cleaned_data["role_map"].splitlines(), 1):
            value, equals, role = (part.strip() for part in line.rpartition("="))
            if line.strip() and not (value and equals and role in GIVEN):
                names = ", ".join(GIVEN)
                sentence = _("Line %(number)s: write a value, = and one of: %(names)s.")
                raise forms.ValidationError(sentence % {"number": number, "names": names})
            if line.strip():
                pairs.append((value, role))
        return pairs


class DomainsForm(forms.Form):
    """Whose addresses the provider signs in."""

    domains = forms.CharField(
        label=_("Domains of e-mail addresses"),
        help_text=_("One a line, such as example.com."),
        widget=forms.Textarea({"rows": 2}),
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
