"""How django-allauth fits in: people are invited, never sign up by themselves; secrets are encrypted at rest."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from annexa.lib import crypto
from annexa.web import reauthentication

PURPOSE = "second-factor"


class AccountAdapter(DefaultAccountAdapter):
    """Close sign-up and send mail from the address the operator set."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_from_email(self) -> Any:
        return None

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that the boundary has found, past trusted proxies; without one, it is this machine."""
        return str(request.META.get("REMOTE_ADDR") or "127.0.0.1")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Spare whoever signed in a moment ago."""
        return not reauthentication.is_fresh(context.request) and bool(
            super().is_reauthentication_required(app=app, **kwargs)
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Encrypt the secrets of authenticator apps and recovery codes."""

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text, PURPOSE)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:
        return _("Passkey")
