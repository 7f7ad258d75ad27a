"""Slow, large and many: what strangers do to the web process while everybody else wants a page."""

import contextlib
import http.client
import os
import shutil
import socket
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
import pytest

from tests.browser import servers

pytestmark = pytest.mark.slow
THREADS = 4
MANY = THREADS + 4


@pytest.fixture(scope="module")
def server():
    home = Path(f"/tmp/annexa-connections-{os.getpid()}")  # noqa: S108  reachable by the account PostgreSQL runs under
    home.mkdir(mode=0o711)
    server = servers.start(home, environment={"TMPDIR": str(_folder(home, "tmp"))})
    yield server
    servers.stop(server)
    shutil.rmtree(home, ignore_errors=True)


def _folder(home, name):
    (home / name).mkdir()
    return home / name


def _dial(server, buffer=None):
    address = urlsplit(server.url)
    line = socket.socket()
    if buffer:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    line.settimeout(30)
    line.connect((address.hostname, address.port))
    return line


@contextlib.contextmanager
def _lines(server, count, first, buffer=None):
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(contextlib.closing(_dial(server, buffer))) for _ in range(count)]
        for line in lines:
            line.sendall(first)
        time.sleep(0.3)
        yield lines


def _seconds_for_a_page(server):
    begin = time.monotonic()
    assert urllib.request.urlopen(f"{server.url}/account/login/", timeout=20).status == 200
    return time.monotonic() - begin


def _everything(line):
    content = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := line.recv(65536):
            content += piece
    return content


def _open_files(server):
    webs = [c for c in psutil.Process(server.process.pid).children() if "annexa.config.web" in " ".join(c.cmdline())]
    links = [link for web in webs for link in Path(f"/proc/{web.pid}/fd").iterdir()]
    return [os.readlink(link) for link in links if link.exists() or link.is_symlink()]


def test_slow_uploads_keep_nobody_from_a_page(server):
    head = b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\nx"
    with _lines(server, MANY, head):
        assert _seconds_for_a_page(server) < 3


def test_slow_readers_keep_nobody_from_a_page(server):
    head = b"GET /template/gap.xlsx HTTP/1.1\r\nHost: localhost\r\n\r\n"
    page = urllib.request.urlopen(f"{server.url}/account/login/").read().decode()
    script = max((part.split('"')[0] for part in page.split('src="')[1:]), key=len)
    many = f"GET {script} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 40
    for first in (head, many):
        with _lines(server, MANY, first, buffer=2048):
            assert _seconds_for_a_page(server) < 3


def test_an_upload_that_stalls_is_told_so(server):
    head = b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\nx"
    with _lines(server, 1, head) as [line]:
        content = _everything(line)
    assert content.startswith(b"HTTP/1.1 408")
    assert b"too slowly" in content


def test_headers_that_do_not_end_are_not_waited_for(server):
    with _lines(server, 1, b"GET / HTTP/1.1\r\nHost: local") as [line]:
        begin = time.monotonic()
        assert _everything(line) == b""
        assert 5 < time.monotonic() - begin < 20


def test_a_connection_that_says_nothing_is_not_kept(server):
    with _lines(server, 1, b"") as [line]:
        assert _everything(line) == b""


@pytest.mark.parametrize("cookie", [{}, {"Cookie": "sessionid=abcdefabcdefabcdefabcdefabcdefab"}])
def test_a_stranger_leaves_no_file_behind(server, cookie):
    line = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"x" * 30 * 1024**2
    headers = {"Content-Type": "multipart/form-data; boundary=x"} | cookie
    line.request("POST", "/account/login/", part, headers)
    answer = line.getresponse()
    assert (answer.status, answer.headers["Connection"]) == (413, "close")
    assert answer.read().startswith(b"This is larger than")
    line.close()

    line.request("POST", "/account/login/", iter([part[:40_000], part[:40_000]]), headers, encode_chunked=True)
    answer = line.getresponse()
    assert (answer.status, answer.read()) == (413, b"Sign in before you send something as large as this.\n")
    assert list((server.home / "tmp").iterdir()) == []
    assert [file for file in _open_files(server) if str(server.home / "tmp") in file] == []


def _token(opener, address):
    return opener.open(address).read().decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


def test_somebody_who_has_signed_in_may_send_more(server):
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    welcome, change = server.link("administrator"), f"{server.url}/account/password/change/"
    fields = {"name": "Ada", "email": "ada@example.com", "password": "a long sentence of mine"}
    opener.open(welcome, urlencode(fields | {"csrfmiddlewaretoken": _token(opener, welcome)}).encode())
    large = {"csrfmiddlewaretoken": _token(opener, change), "oldpassword": "x" * 3_000_000}
    answer = opener.open(change, urlencode(large).encode())
    assert "Change" in answer.read().decode()
    assert answer.status == 200


def test_one_address_has_so_many_connections_only(server):
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(contextlib.closing(_dial(server))) for _ in range(205)]
        assert _everything(lines[-1]) == b""
    time.sleep(0.5)
    assert _seconds_for_a_page(server) < 3


def test_a_forwarded_address_of_nobody_in_particular_does_not_count(server):
    """Twelve wrong passwords, each from an invented address: the tenth still locks the door."""
    assert _last_of_many_failures(server.url) == "locked"


def test_a_forwarded_address_of_a_trusted_proxy_counts(server):
    home, name = server.home / "trusting", "ANNEXA_TRUSTED_PROXIES"
    home.mkdir(mode=0o711)
    trusting = servers.start(home, environment={name: "127.0.0.0/8"})
    try:
        assert _last_of_many_failures(trusting.url) == "wrong"
    finally:
        servers.stop(trusting)


def _last_of_many_failures(url):
    content = ""
    for number in range(12):
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        token = _token(opener, f"{url}/account/login/")
        data = f"csrfmiddlewaretoken={token}&login=nobody{number}@example.com&password=wrong".encode()
        request = urllib.request.Request(
            f"{url}/account/login/", data, {"X-Forwarded-For": f"192.0.2.{number}", "Referer": f"{url}/account/login/"}
        )
        try:
            content = opener.open(request).read().decode()
        except urllib.error.HTTPError as error:
            content = error.read().decode()
    return "locked" if "Too many failed" in content else "wrong"
