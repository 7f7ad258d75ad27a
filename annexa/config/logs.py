"""One line per event, without the secrets that links carry: whoever reads a log must not be able to sign in with it."""

import logging
import re

# What follows these parts of a path lets somebody in; a test compares them with the URLs.
SECRET = re.compile(
    r"((?:/|%2F)(?:welcome|sign-in|password(?:/|%2F)reset(?:/|%2F)key|invitation(?:/|%2F)[^/\s]+?(?:/|%2F)[^/\s]+?)(?:/|%2F)+)"
    r"[^/\s'\"?&%]+",
    re.IGNORECASE,
)
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
LONG = re.compile(rf"((?:/|%2F))(?!{UUID}\b)[A-Za-z0-9_-]{{32,}}(?![A-Za-z0-9_.-])", re.IGNORECASE)  # a mistyped link


class Formatter(logging.Formatter):
    """Replace tokens in whatever is logged: messages, arguments and tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        return LONG.sub(r"\1…", SECRET.sub(r"\1…", super().format(record)))
