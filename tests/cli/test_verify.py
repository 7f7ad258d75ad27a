"""`annexa verify` on the command line."""

import json

import pytest
import typer
from django.db import connection
from typer.testing import CliRunner

from annexa.cli.verify import checkpoint, verify
from annexa.organizations import services
from tests.factories import organizations as make
from tests.factories import statements as soa

pytestmark = pytest.mark.django_db(transaction=True)
application = typer.Typer()
application.command()(verify)
keeping = typer.Typer()
keeping.command()(checkpoint)


@pytest.fixture
def harbour():
    actor = make.organization("Harbour")
    with make.inside(actor):
        services.update_organization(actor=actor, name="Harbour Cloud")
        soa.approved(actor)
    return actor


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.CHECKPOINTS = tmp_path / "held"


def run(*arguments):
    return CliRunner().invoke(application, list(arguments))


def test_an_untouched_organisation_verifies(harbour):
    done = run("--json")
    assert done.exit_code == 0
    [result] = json.loads(done.output)
    assert (result["versions"], result["problem"]) == (1, "")
    assert result["entries"] > 3


def test_a_tampered_entry_is_named(harbour, owner_login):
    with owner_login(), connection.cursor() as cursor:
        cursor.execute("update activity_trailentry set body = '{}' where seq = 2")
    done = run()
    assert done.exit_code == 1
    assert "BROKEN" in done.output
    assert json.loads(run("--json").output)[0]["broken_at"] == 2


def test_a_tampered_version_is_named(harbour, owner_login):
    with owner_login(), connection.cursor() as cursor:
        cursor.execute("alter table treatment_statement disable trigger keep_approved")
        cursor.execute("update treatment_statement set content = jsonb_set(content, '{number}', '7')")
        cursor.execute("alter table treatment_statement enable trigger keep_approved")
    assert json.loads(run("--json").output)[0]["problem"] == "statement v1 does not match its hash"


def test_an_unknown_organisation_is_refused(harbour):
    done = run("--organization", "moon")
    assert done.exit_code == 1
    assert "There is no organisation 'moon'" in done.stderr


def test_without_a_checkpoint_it_says_so(harbour):
    assert "unbroken; no checkpoint outside this database covers it" in run().output


def test_with_a_checkpoint_it_says_since_when_and_where(harbour, tmp_path):
    key = tmp_path / "public.pem"
    assert CliRunner().invoke(keeping, ["--public-key", str(key)]).exit_code == 0
    [result] = json.loads(run("--json", "--key", str(key), "--checkpoints", str(tmp_path / "held")).output)
    assert result["problem"] == ""
    assert result["checkpoint"]["seq"] == result["entries"]


def test_a_forged_checkpoint_is_named(harbour, tmp_path):
    CliRunner().invoke(keeping, [])
    [path] = (tmp_path / "held").iterdir()
    path.write_text(path.read_text().replace('"seq": ', '"seq": 1'))
    done = run("--json")
    assert done.exit_code == 1
    assert "not signed by this key" in json.loads(done.output)[0]["problem"]
