"""The way out: public addresses only, and no more than asked for."""

import contextlib
import http.server
import threading
import time

import pytest
import requests

from annexa.lib import http as way_out


@pytest.fixture
def neighbour():
    """A server on loopback, as an attacker would like to reach."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(302 if self.path == "/away" else 200)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            for _each in range(100 if self.path == "/dripping" else 0):
                with contextlib.suppress(OSError):
                    self.wfile.write(b"x")
                    time.sleep(0.05)
            self.wfile.write(b"x" * (2_000_000 if self.path == "/long" else 5))

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "::1", "fe80::1",
     "fd00::1", "::ffff:127.0.0.1", "224.0.0.1", "2002:7f00:1::"],
)  # fmt: skip
def test_private_addresses_are_not_public(address):
    assert not way_out.is_public(address)


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe"])
def test_addresses_of_the_internet_are(address):
    assert way_out.is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001"])
def test_no_spelling_of_loopback_is_gone_to(host, neighbour):
    with pytest.raises((way_out.Refused, OSError)) as caught:
        way_out.Session().get(f"https://{host}:{neighbour}/")
    assert "not an address of the public internet" in str(caught.value)


def test_plain_http_is_not_gone_to():
    with pytest.raises(way_out.Refused, match="https"):
        way_out.Session().get("http://example.com/")


def test_a_lab_may_allow_private_addresses(neighbour):
    assert way_out.Session(private=True).get(f"http://127.0.0.1:{neighbour}/").content == b"xxxxx"


def test_a_redirection_is_not_followed(neighbour):
    assert way_out.Session(private=True).get(f"http://127.0.0.1:{neighbour}/away").status_code == 302


def test_a_long_answer_is_refused(neighbour):
    with pytest.raises(way_out.Refused, match="too long"):
        way_out.Session(private=True).get(f"http://127.0.0.1:{neighbour}/long")


def test_an_answer_that_drips_ends_when_its_time_is_up(neighbour, monkeypatch):
    monkeypatch.setattr(way_out, "SECONDS_IN_ALL", 0.5)
    began = time.monotonic()
    with contextlib.suppress(requests.RequestException):
        way_out.Session(private=True).get(f"http://127.0.0.1:{neighbour}/dripping")
    assert 0.4 < time.monotonic() - began < 3
