"""What a browser is told about safety, and where strangers learn whom to tell about a weakness."""

import datetime
import os
import shutil
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from annexa.config import environment
from tests.browser import servers

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(settings):
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, security_contact="mailto:safety@example.com")
    settings.BASE_URL = "https://annexa.example"


def test_strangers_learn_whom_to_tell(client, contact):
    answer = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:safety@example.com"
    assert fields["Canonical"] == "https://annexa.example/.well-known/security.txt"
    left = datetime.datetime.fromisoformat(fields["Expires"]) - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=30) < left < datetime.timedelta(days=365)


def test_without_a_contact_nothing_is_there(client):
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("safety@example.com", "mailto:safety@example.com"),
        ("https://example.com/report", "https://example.com/report"),
        ("", ""),
    ],
)
def test_a_contact_becomes_an_address(given, kept):
    assert environment.read({"ANNEXA_SECURITY_CONTACT": given}).security_contact == kept


def test_text_never_becomes_a_script(client):
    policy = client.get("/account/login/").headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'; trusted-types default" in policy


@pytest.mark.slow
def test_browsers_that_came_over_https_stay_with_it():
    home = Path(f"/tmp/annexa-https-{os.getpid()}")  # noqa: S108  reachable by the account PostgreSQL runs under
    home.mkdir(mode=0o711)
    more = {"ANNEXA_BASE_URL": "https://annexa.example", "ANNEXA_TRUSTED_PROXIES": "127.0.0.1"}
    server = servers.start(home, environment=more)
    url = server.url
    try:
        forwarded = {"Host": "annexa.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        safe = urllib.request.urlopen(urllib.request.Request(f"{url}/account/login/", headers=forwarded))
        plain = urllib.request.urlopen(f"{url}/account/login/")
    finally:
        servers.stop(server)
        shutil.rmtree(home)
    assert safe.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert plain.headers["Strict-Transport-Security"] is None
    assert {safe.headers["Cross-Origin-Opener-Policy"], safe.headers["Cross-Origin-Resource-Policy"]} == {"same-origin"}
