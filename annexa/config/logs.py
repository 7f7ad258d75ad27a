"""One line per event, without the secrets that links carry: whoever reads a log must not be able to sign in with it."""

import json
import logging
import re
from datetime import UTC, datetime

from annexa.lib import tracing

# What follows these parts of a path lets somebody in; a test compares them with the URLs.
SECRET = re.compile(
    r"((?:/|%2F)(?:welcome|sign-in|password(?:/|%2F)reset(?:/|%2F)key|confirm-email|invitation(?:/|%2F)[^/\s]+?(?:/|%2F)[^/\s]+?)(?:/|%2F)+)"
    r"[^/\s'\"?&%]+",
    re.IGNORECASE,
)
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
LONG = re.compile(rf"((?:/|%2F))(?!{UUID}\b)[A-Za-z0-9_-]{{32,}}(?![A-Za-z0-9_.-])", re.IGNORECASE)  # a mistyped link
BEARER = re.compile(r"annexa_[a-z2-7]{26}_[A-Za-z0-9_-]+")
FACTS = ("method", "route", "status", "milliseconds", "organization")  # what `extra` may add to a line


def masked(text: str) -> str:
    """Replace tokens in a text."""
    return BEARER.sub("annexa_…", LONG.sub(r"\1…", SECRET.sub(r"\1…", text)))


class Formatter(logging.Formatter):
    """A line for people: moment, level, logger, request, message."""

    def format(self, record: logging.LogRecord) -> str:
        record.trace = tracing.current() or "-"
        return masked(super().format(record))


class JsonFormatter(logging.Formatter):
    """A line of JSON for programs, with the same content."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": tracing.current(),
            "message": record.getMessage(),
            **{name: getattr(record, name) for name in FACTS if hasattr(record, name)},
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps({key: masked(value) if isinstance(value, str) else value for key, value in line.items()})
