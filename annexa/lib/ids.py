"""Identifiers that sort by the time they were made."""

import os
import time
import uuid


def new_id() -> uuid.UUID:
    """Return a UUID version 7: 48 bits of Unix milliseconds, then random bits (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | (random >> 64 & 0xFFF) << 64 | 0b10 << 62
    return uuid.UUID(int=value | random & (2**62 - 1))


def is_uuid(text: str) -> bool:
    """Tell whether a text is an id at all."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
