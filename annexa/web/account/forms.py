from typing import Any

from allauth.account.forms import AddEmailForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from annexa.organizations.models import Person
from annexa.web.fields import choose_from

MALFORMED = (AttributeError, KeyError, TypeError, ValueError)


class ProfileForm(forms.Form):
    """How a person is called, and in which language pages speak to them."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choose_from(self, "language", settings.LANGUAGES)


class AddressForm(AddEmailForm):
    """The address to sign in with from now on."""

    email = forms.EmailField(label=_("New e-mail address"), widget=forms.EmailInput({"autocomplete": "email"}))

    def clean_email(self) -> str:
        """Refuse an address somebody signs in with: two people cannot have it, whoever opens the link."""
        email = str(super().clean_email())
        if Person.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody signs in with this address already."))
        return email


class CompanyForm(forms.Form):
    """Whose provider signs somebody in is told by the domain of the address."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput({"autocomplete": "email"}))


class CredentialField(forms.JSONField):
    """What the browser's key answered; what no browser would send is a wrong key, not a crash."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise get_adapter().validation_error("incorrect_code") from error
        if found is not None and not isinstance(found, dict):
            raise get_adapter().validation_error("incorrect_code")
        return found


class Careful:
    """Answer a malformed credential like a wrong one."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeyLoginForm(Careful, LoginWebAuthnForm):
    """A passkey instead of a password."""

    credential = CredentialField()


class PasskeyFactorForm(Careful, AuthenticateWebAuthnForm):
    """A passkey after the password."""

    credential = CredentialField()


class PasskeyAgainForm(Careful, ReauthenticateWebAuthnForm):
    """A passkey once more."""

    credential = CredentialField()


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey that signs in by itself, unless the person wants a second factor only."""

    name = forms.CharField(
        label=_("Name"), help_text=_("Such as “work laptop”, to tell it from others."), max_length=80, required=False
    )
    credential = CredentialField()
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without the password"),
        help_text=_("The device asks for your fingerprint, face or PIN. Without this it only confirms the password."),
        initial=True,
        required=False,
    )

    def clean(self) -> Any:
        try:
            return super().clean()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name"), max_length=80)
