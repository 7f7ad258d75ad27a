"""Secrets that are shown once and stored as a hash."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits for a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored of a token; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
