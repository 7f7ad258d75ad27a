"""Sign what is sent, after Standard Webhooks 1.0. Pure: knows no Django.

The signed text is id.timestamp.body; the signature is HMAC-SHA256 with the bytes behind `whsec_`, as `v1,` and base64.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    """Return a secret as it is shown to a person, once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def headers(message_id: str, timestamp: int, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """Return the headers of a message, signed with every secret that is valid now."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = (hmac.new(_bytes(key), signed, hashlib.sha256).digest() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(each).decode()}" for each in signatures),
    }


def _bytes(key: str) -> bytes:
    return base64.b64decode(key.removeprefix(PREFIX))
