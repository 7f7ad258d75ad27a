"""`annexa token` on the command line."""

import json

import pytest
from typer.testing import CliRunner

from annexa.cli.token import application
from annexa.organizations import tokens
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def harbour():
    return make.organization("Harbour")


def run(*arguments):
    return CliRunner().invoke(application, [str(each) for each in arguments])


def _create(actor, *more):
    email = actor.membership.person.email
    return run("create", "--user", email, "--organization", actor.organization.slug, "--name", "Dashboard", *more)


def test_a_token_is_printed_once_and_works(harbour):
    text = _create(harbour, "--scope", "soa:read", "--scope", "task:work").output.strip()
    with make.inside(harbour):
        token = tokens.recognise(text)
    assert token.permissions == ["soa:read", "task:work"]
    assert text not in run("list", "--organization", harbour.organization.slug).output


def test_a_token_is_listed_and_revoked(harbour):
    made = json.loads(_create(harbour, "--scope", "soa:read", "--json").output)
    where = ["--organization", harbour.organization.slug]
    assert run("revoke", made["id"], *where).exit_code == 0
    [row] = json.loads(run("list", *where, "--json").output)
    assert (row["name"], row["state"]) == ("Dashboard", "revoked")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [(["--scope", "soa:approve"], "cannot have: soa:approve"), (["--scope", "everything"], "cannot have: everything")],
)
def test_what_a_program_cannot_have_is_refused(harbour, more, sentence):
    done = _create(harbour, *more)
    assert done.exit_code == 1
    assert sentence in done.stderr


def test_a_stranger_gets_no_token(harbour):
    done = run(
        *("create", "--user", "x@example.com", "--organization", harbour.organization.slug),
        *("--name", "X", "--scope", "soa:read"),
    )
    assert "Nobody with the address x@example.com" in done.stderr
