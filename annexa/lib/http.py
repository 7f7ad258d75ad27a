"""The one way out to the network for addresses that people type: never to a private address, never without a limit.

The name is looked up here, every answer is judged, and the connection goes to the very address that was judged, so that
a name which answers differently the second time leads nowhere.
"""

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import requests
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from annexa.lib.errors import UserError

SECONDS, SECONDS_IN_ALL, MOST_BYTES = 10, 20, 1024 * 1024
FIRST_REDIRECT = 300
_private: ContextVar[bool] = ContextVar("annexa_private", default=False)
_said: ContextVar[list[str] | None] = ContextVar("annexa_said", default=None)
_twins: ContextVar[list[socket.socket] | None] = ContextVar("annexa_way_out", default=None)


class Refused(UserError, requests.RequestException):
    """An address that is not gone to, or an answer that is too long."""


class Session(requests.Session):
    """Requests that end in time, follow nothing, read little and, unless allowed, reach public addresses only."""

    def __init__(self, *, private: bool = False) -> None:
        super().__init__()
        self.trust_env = False
        self.private = private
        adapter = _Adapter(private)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        if urlsplit(str(url)).scheme != "https" and not self.private:
            raise Refused(_("The address must begin with https://."))
        kwargs |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        with _ended_after(SECONDS_IN_ALL):
            response = super().request(method, url, *args, **kwargs)
            try:
                body = response.raw.read(MOST_BYTES + 1, decode_content=True)
            except HTTPError as error:
                raise requests.ConnectionError(error) from error
        response.close()
        if len(body) > MOST_BYTES:
            raise Refused(_("The answer is too long."))
        response._content, response._content_consumed = body, True  # type: ignore[attr-defined]
        return response


@contextlib.contextmanager
def guarding(*, private: bool = False) -> Iterator[list[str]]:
    """Send what a library asks by `requests.get` and the like this way out; yields what went wrong, in words."""
    said: list[str] = []
    before = _said.set(said), _private.set(private)
    try:
        yield said
    finally:
        _said.reset(before[0])
        _private.reset(before[1])


class _Heard(Session):
    """A session that remembers in words what went wrong: a library that asks may tell nobody."""

    def __init__(self) -> None:
        super().__init__(private=_private.get())

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        said = _said.get()
        assert said is not None
        try:
            response = super().request(method, url, *args, **kwargs | {"verify": True})
        except requests.RequestException as error:
            said.append(_reason(error))
            raise
        if response.status_code >= FIRST_REDIRECT:
            said.append(_("The other side answered %(status)s.") % {"status": response.status_code})
        return response


def _reason(error: BaseException) -> str:
    """Return why a request failed without its address: the sentence of a refusal beneath, or the kind of error."""
    beneath: BaseException | None = error
    while beneath is not None:
        if isinstance(beneath, Refused):
            return beneath.sentence
        beneath = beneath.__context__
    return type(error).__name__


class _Sessions:
    """What the functions of `requests` take a session from."""

    @staticmethod
    def Session() -> requests.Session:  # noqa: N802 (the name they ask for)
        return requests.Session() if _said.get() is None else _Heard()


requests.api.sessions = _Sessions  # type: ignore[assignment]


@contextlib.contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    """Cut the block's connections when its time is up: the limit of each step alone lets an answer drip for hours."""
    twins: list[socket.socket] = []
    before = _twins.set(twins)
    timer = threading.Timer(seconds, _cut, [twins])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        _twins.reset(before)
        for twin in twins:
            twin.close()


def _cut(twins: list[socket.socket]) -> None:
    for twin in twins:
        with contextlib.suppress(OSError):  # over meanwhile
            twin.shutdown(socket.SHUT_RDWR)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; an IPv4 address inside an IPv6 one is judged itself."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (inner is None or is_public(str(inner)))


def connect(host: str, port: int, timeout: float | None, *, private: bool) -> socket.socket:
    """Open a connection to a host, at an address that was judged; raises Refused or OSError."""
    answers = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    fit = [answer[4] for answer in answers if private or is_public(str(answer[4][0]))]
    if not fit or len(fit) != len(answers):
        raise Refused(_("%(host)s is not an address of the public internet.") % {"host": host})
    made = socket.create_connection(fit[0][:2], timeout)  # type: ignore[arg-type]
    twins = _twins.get()
    if twins is not None:
        twins.append(made.dup())  # TLS takes the socket over; shutting its twin down ends both
    return made


class _Guarded:
    private = False

    def _new_conn(self: Any) -> socket.socket:
        return connect(self._dns_host, self.port, self.timeout, private=self.private)


class _PlainConnection(_Guarded, HTTPConnection):
    pass


class _SecureConnection(_Guarded, HTTPSConnection):
    pass


class _PrivatePlain(_PlainConnection):
    private = True


class _PrivateSecure(_SecureConnection):
    private = True


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _PrivatePlainPool(HTTPConnectionPool):
    ConnectionCls = _PrivatePlain


class _PrivateSecurePool(HTTPSConnectionPool):
    ConnectionCls = _PrivateSecure


class _Adapter(HTTPAdapter):
    def __init__(self, private: bool) -> None:
        super().__init__(max_retries=0)
        plain, secure = (_PrivatePlainPool, _PrivateSecurePool) if private else (_PlainPool, _SecurePool)
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}
