"""`annexa verify` on the command line."""

import json

import pytest
import typer
from django.db import connection
from typer.testing import CliRunner

from annexa.cli.verify import verify
from annexa.organizations import services
from tests.factories import organizations as make
from tests.factories import statements as soa

pytestmark = pytest.mark.django_db(transaction=True)
application = typer.Typer()
application.command()(verify)


@pytest.fixture
def harbour():
    actor = make.organization("Harbour")
    with make.inside(actor):
        services.update_organization(actor=actor, name="Harbour Cloud")
        soa.approved(actor)
    return actor


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
