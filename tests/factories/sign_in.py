"""What a person does to sign in, and what their telephone would show."""

import hashlib
import hmac
import struct
import time
from base64 import b32decode

LOGIN = "/account/login/"


def code(secret, at=None):
    """Return the TOTP code of a secret (RFC 6238), as an authenticator app shows it."""
    counter = int((at or time.time()) // 30)
    digest = hmac.new(b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    place = digest[-1] & 0x0F
    return str((struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF) % 10**6).zfill(6)


def by_password(client, email, password):
    """Send the sign-in form."""
    return client.post(LOGIN, {"login": email, "password": password})


def set_up_app(client):
    """Turn on an authenticator app and return its secret."""
    page = client.get("/account/second-factor/totp/activate/")
    secret = page.context["form"].secret
    answer = client.post("/account/second-factor/totp/activate/", {"code": code(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret
