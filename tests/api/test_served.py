"""The REST interface of a real server with the sample organisation."""

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from annexa.organizations.permissions import Permission
from annexa.organizations.services import tokens
from tests.browser import servers

pytestmark = pytest.mark.slow
WHO = "mara@harbourcloud.example"
MEGABYTE = 1024**2


@dataclass
class Served:
    """A server, and the token of its ISMS manager."""

    server: servers.Server
    token: str
    environment: dict

    def ask(self, method, path, body=b"", *, token=None, kind="application/json"):
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": kind}
        wanted = urllib.request.Request(f"{self.server.url}{path}", body or None, headers, method=method)
        try:
            with urllib.request.urlopen(wanted, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


@pytest.fixture(scope="module")
def served():
    home = Path(f"/tmp/annexa-rest-{os.getpid()}")  # noqa: S108  reachable by the account PostgreSQL runs under
    home.mkdir(mode=0o711)
    server = servers.start(home, "--demo")
    try:
        environment = servers.settings_for(home, int(server.url.rsplit(":", 1)[1]))
        yield Served(server, _token(environment), environment)
    finally:
        servers.stop(server)
        shutil.rmtree(home, ignore_errors=True)


def _token(environment):
    words = ["token", "create", "--user", WHO, "--organization", "harbour", "--name", "Test", "--json"]
    scopes = [f"--scope={each}" for each in sorted(set(Permission) - tokens.NEVER)]
    made = subprocess.run(
        [servers.ANNEXA, *words, *scopes], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(made.stdout)["token"]


def test_a_genuine_token_may_send_more_than_a_stranger(served):
    large = json.dumps({"title": "Large", "note": "x" * 3 * MEGABYTE}).encode()
    status, answer = served.ask("POST", "/api/v1/tasks/", large)
    assert status == 422
    assert b"20000 characters" in answer


@pytest.mark.parametrize("change", [lambda text: text[:-1] + "-", lambda text: "annexa_x_y", lambda text: ""])
def test_a_token_that_is_none_may_not(served, change):
    forged = change(served.token) or "nothing"
    status, answer = served.ask("POST", "/api/v1/tasks/", b"x" * MEGABYTE, token=forged)
    assert status == 413
    assert json.loads(answer)["detail"] == "Sign in before you send something as large as this."


def test_a_token_is_worth_nothing_on_a_page(served):
    status, _answer = served.ask("POST", "/account/login/", b"x" * MEGABYTE)
    assert status == 413
