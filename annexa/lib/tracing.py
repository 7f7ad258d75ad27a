"""The one name under which everything that a request or job causes can be found in the logs."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("annexa_trace", default="")


def current() -> str:
    """Return the name in force, empty outside requests and jobs."""
    return _current.get()


@contextmanager
def named(given: str = "") -> Iterator[str]:
    """Run the block under a name: the one given, if it may be one, or a new one."""
    name = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
    token = _current.set(name)
    try:
        yield name
    finally:
        _current.reset(token)
