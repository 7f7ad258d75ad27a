"""The REST interface of a real server with the sample organisation."""

import datetime
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

from annexa.organizations.roles import PERMISSIONS, Role
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


def _token(environment, who=WHO, role=Role.OWNER):
    words = ["token", "create", "--user", who, "--organization", "harbour", "--name", "Test", "--json"]
    scopes = [f"--scope={each}" for each in sorted(PERMISSIONS[role] - tokens.NEVER)]
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


PASSWORD = "seven quiet harbours at dawn"
GIVE_PASSWORD = (
    "import django; django.setup()\n"
    "from annexa.organizations.models import Person\n"
    "for person in Person.objects.all():\n"
    f"    person.set_password({PASSWORD!r}); person.save()"
)


def _assets(mended):
    kind = "server" if mended else "gizmo"
    rows = ["Asset tag;Asset name;Type;C", *(f"CLI-{n};Thing {n};laptop;3" for n in range(3, 201))]
    return "\n".join([*rows, f"CLI-1;Thing 1;{kind};3", f"CLI-2;Thing 2;laptop;{3 if mended else 'lots'}"])


def test_from_a_sheet_of_assets_to_a_signed_residual_risk_from_afar(served, remote, tmp_path):
    """The way of tests/browser/test_treatment_journey.py by verbs, each of which asks the REST interface."""
    script = {"DJANGO_SETTINGS_MODULE": "annexa.config.settings", **served.environment}
    subprocess.run([sys.executable, "-c", GIVE_PASSWORD], env=script, check=True)
    remote("login", served.server.url, "--token-stdin", token=served.token)
    samir = _token(served.environment, f"samir@{WHO.split('@')[1]}", Role.CONTRIBUTOR)
    remote("login", served.server.url, "--token-stdin", "--profile", "samir", token=samir)

    def read(*words):
        return json.loads(remote(*words, "--json").stdout)

    sheet = tmp_path / "assets.csv"
    sheet.write_text(_assets(mended=False))
    refused = remote("assets", "import", sheet, check=False).stderr
    assert "C200" in refused
    assert "D201" in refused
    sheet.write_text(_assets(mended=True))
    assert read("assets", "import", sheet)["new"] == 200

    taken = {each["scenario"] for each in read("risks", "list", "--state", "all")}
    keys = [each["key"] for each in read("risks", "scenarios") if each["key"] not in taken][:25]
    thing = read("assets", "list", "--q", "Thing 200")[0]["reference"]
    made = read("risks", "take", ",".join(keys), "--assets", thing, "--owner", WHO)["added"]
    assert len(made) == 25
    risk = made[0]["reference"]
    for stage, likelihood in (("inherent", 5), ("current", 4), ("target", 2)):
        remote("risks", "read", risk, "--stage", stage, "--likelihood", likelihood, "--confidentiality", 3)
    remote("risks", "decide", risk, "mitigate", "--treating", "A.8.24")
    assert "risk" in next(row for row in read("soa", "rows", 0) if row["ref"] == "A.8.24")["reasons"]
    remote("plan", "add", "Rehearse it with everybody", "--risks", risk, "--owner", WHO)

    secret = tmp_path / "secret"
    secret.write_text(PASSWORD)
    seen = read("risks", "acceptance", risk)["seen"]
    as_another = remote(
        "risks", "accept", risk, "--seen", seen, "--password", secret, "--remote", "samir", check=False
    )  # fmt: skip
    assert "Mara Lindqvist owns this risk" in as_another.stderr
    assert read("risks", "accept", risk, "--seen", seen, "--password", secret)["is_accepted"] is True

    remote("plan", "export", "csv", "--out", tmp_path / "plan.csv")
    assert "Rehearse it with everybody" in (tmp_path / "plan.csv").read_text()
    remote("risks", "export", "csv", "--out", tmp_path / "now.csv")
    remote("risks", "export", "csv", "--as-of", _a_month_ago(), "--out", tmp_path / "then.csv")
    assert risk in (tmp_path / "now.csv").read_text()
    assert f"{risk}," not in (tmp_path / "then.csv").read_text()
    assert "RISK-1," in (tmp_path / "then.csv").read_text()


def _a_month_ago():
    return (datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=31)).isoformat()
