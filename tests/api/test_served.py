"""The REST interface of a real server with the sample organisation."""

import json
import os
import re
import shutil
import subprocess
import sys
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


@pytest.fixture
def remote(served, tmp_path):
    """Return what runs a verb against the server, as a person who is signed in to it from elsewhere."""
    environment = served.environment | {"XDG_CONFIG_HOME": str(tmp_path), "ANNEXA_HOME": str(tmp_path / "none")}

    def run(*words, token="", check=True):
        done = subprocess.run(
            [servers.ANNEXA, *map(str, words)], env=environment, capture_output=True, text=True, input=token
        )
        assert (done.returncode == 0) is check, done.stderr
        return done

    return run


def test_the_command_line_signs_in_works_and_signs_out(served, remote, tmp_path):
    assert "You are Mara Lindqvist" in remote("login", served.server.url, "--token-stdin", token=served.token).stdout
    made = json.loads(remote("tasks", "add", "From afar", "--owner", WHO, "--json").stdout)
    assert made["owner"]["name"] == "Mara Lindqvist"
    report = tmp_path / "gap.pdf"
    remote("gap", "download", 0, "pdf", "--out", report)
    assert report.read_bytes().startswith(b"%PDF")
    assert not (tmp_path / "none" / "db").exists()  # no database is started for it
    remote("logout")
    assert "annexa login" in remote("tasks", "list", check=False).stderr


def test_the_command_line_keeps_no_token_that_does_not_work(served, remote, tmp_path):
    done = remote("login", served.server.url, "--token-stdin", token=served.token[:-1] + "-", check=False)
    assert "Send a token that is valid" in done.stderr
    assert not (tmp_path / "annexa").exists()


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


def test_the_examples_of_the_guide_work(served, tmp_path):
    guide = (Path(__file__).parents[2] / "docs/guide/rest.md").read_text()
    blocks = re.findall(r"```(sh|python)\n(.*?)```", guide, re.DOTALL)
    environment = served.environment | {"ANNEXA_URL": served.server.url, "ANNEXA_TOKEN": served.token}
    python = "".join(text for kind, text in blocks if kind == "python")
    shell = "set -e\n" + "".join(text for kind, text in blocks if kind == "sh")
    for words in (["bash", "-c", shell], [sys.executable, "-c", python]):
        done = subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-500:] + done.stderr
    assert (tmp_path / "gap.pdf").read_bytes().startswith(b"%PDF")
    assert "rows changed" in done.stdout
