"""Secrets at rest: encrypted with keys derived from the secret key, so that a copy of the database gives none away.

The first key encrypts; those of ANNEXA_SECRET_KEY_FALLBACKS still decrypt, until everything has been written anew.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from annexa.lib.errors import UserError


class Unreadable(UserError):
    """A secret that none of the keys opens."""

    def __init__(self) -> None:
        super().__init__(
            _("A stored secret cannot be read with this secret key; name the old one in ANNEXA_SECRET_KEY_FALLBACKS.")
        )


def encrypt(text: str, purpose: str) -> str:
    """Return a text that only `decrypt` with the same purpose opens."""
    return _box(_keys(), purpose).encrypt(text.encode()).decode()


def decrypt(text: str, purpose: str) -> str:
    """Return what was encrypted; raises Unreadable."""
    try:
        return _box(_keys(), purpose).decrypt(text.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=32)
def _box(keys: tuple[str, ...], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key, purpose)) for key in keys])


def _derived(key: str, purpose: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"annexa.{purpose}".encode())
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))
