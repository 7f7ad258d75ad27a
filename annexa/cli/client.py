"""Asking the REST interface: of a server by HTTP, or of this installation within the process."""

import io
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlencode, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest

from annexa.lib.errors import UserError
from annexa.organizations.access import Actor

ROOT = "/api/v1/"
SECONDS = 60
LONGEST = 64 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """What a verb asks for."""

    method: str
    path: str  # quoted
    query: Mapping[str, Any]
    body: Mapping[str, Any] | None = None
    file: Path | None = None

    @property
    def address(self) -> str:
        """Return path and query."""
        given = {name: value for name, value in self.query.items() if value not in (None, "", False, [])}
        words = {name: "true" if value is True else value for name, value in given.items()}
        return f"{ROOT}{self.path}" + (f"?{urlencode(words, doseq=True)}" if words else "")

    def content(self) -> tuple[str, bytes]:
        """Return media type and bytes; raises UserError when the file cannot be read."""
        if self.file is None:
            return ("application/json", json.dumps(self.body).encode()) if self.body is not None else ("", b"")
        try:
            return _form(self.file.name, self.file.read_bytes(), self.body or {})
        except OSError as error:
            raise UserError(f"{self.file} cannot be read: {error.strerror}.") from error


class Client(Protocol):
    """Somebody to ask."""

    def ask(self, request: Request) -> bytes:
        """Return the content of the answer; raises UserError with the sentence of a refusal."""


class Local:
    """This installation, asked as its operator: the same interface without a network or a token."""

    def __init__(self, actor: Actor):
        self.actor = actor
        self.handler = BaseHandler()
        self.handler.load_middleware()

    def ask(self, request: Request) -> bytes:
        """Answer within the transaction that is open."""
        path, _mark, query = request.address.partition("?")
        media_type, content = request.content()
        address = urlsplit(settings.BASE_URL)
        arriving = WSGIRequest(
            {
                "REQUEST_METHOD": request.method,
                "PATH_INFO": unquote(path),
                "QUERY_STRING": query,
                "CONTENT_TYPE": media_type,
                "CONTENT_LENGTH": str(len(content)),
                "SERVER_NAME": address.hostname or "localhost",
                "SERVER_PORT": str(address.port or 80),
                "wsgi.url_scheme": address.scheme,
                "wsgi.input": io.BytesIO(content),
            }
        )
        vars(arriving)["operator"] = self.actor  # the interface acts as them; nothing in a header could say so
        answer: Any = self.handler.get_response(arriving)
        return _checked(answer.status_code, answer.getvalue())


class Remote:
    """A server, asked with a token; redirects are not followed, so that the token goes nowhere else."""

    def __init__(self, url: str, token: str):
        self.url, self.token = url.rstrip("/"), token
        self.opener = urllib.request.build_opener(_Stay)

    def ask(self, request: Request) -> bytes:
        """Answer by HTTP with certificates verified."""
        media_type, content = request.content()
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "*/*", "User-Agent": "annexa"}
        if media_type:
            headers["Content-Type"] = media_type
        asked = urllib.request.Request(  # noqa: S310  the scheme was checked at login
            self.url + request.address, content or None, headers, method=request.method
        )
        try:
            with self.opener.open(asked, timeout=SECONDS) as answer:
                content = answer.read(LONGEST + 1)
        except urllib.error.HTTPError as error:
            return _checked(error.code, error.read(LONGEST))
        except OSError as error:
            raise UserError(f"{self.url} cannot be reached: {getattr(error, 'reason', error)}.") from error
        if len(content) > LONGEST:  # cut off, a file would pass for whole
            raise UserError(f"The answer is larger than {LONGEST // 1024**2} MB; fetch it with curl.")
        return _checked(answer.status, content)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: it would carry the token along."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Refuse."""


def _checked(status: int, content: bytes) -> bytes:
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return content
    try:
        problem = json.loads(content)
        lines = [problem["detail"], *map(_line, problem.get("errors", ()))]
    except (ValueError, KeyError, TypeError):
        lines = [f"The server answered {status}, which is no answer of Annexa."]
    raise UserError("\n".join(dict.fromkeys(lines)))


def _line(error: Mapping[str, str]) -> str:
    place = " ".join(each for each in (error.get("row"), error.get("field")) if each)
    return f"{place}: {error['detail']}" if place else error["detail"]


def _form(name: str, content: bytes, fields: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return a form with a file (RFC 7578)."""
    boundary = secrets.token_hex(16)
    safe = name.replace('"', "_").replace("\n", "_")
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n\r\n'
    body = b"".join([*parts, head.encode(), content, f"\r\n--{boundary}--\r\n".encode()])
    return f"multipart/form-data; boundary={boundary}", body
