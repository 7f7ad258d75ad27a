"""`annexa history` on the command line."""

import json

import pytest
from typer.testing import CliRunner

from annexa.cli.history import application
from annexa.tasks import services as tasks
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def harbour():
    actor = make.organization("Harbour")
    with make.inside(actor):
        task = tasks.create_task(actor=actor, title="Write the policy")
        tasks.finish_task(actor=actor, task=task)
    return actor


def run(*arguments):
    return CliRunner().invoke(application, [str(each) for each in arguments])


def slug(actor):
    return ["--organization", actor.organization.slug]


def test_a_register_is_shown_as_it_stands(harbour):
    done = run("show", "tasks", *slug(harbour), "--json")
    [row] = json.loads(done.output)
    assert (row["name"], row["state"], row["owner"]) == ("Write the policy", "Done", "Olga Owner")


def test_a_register_is_shown_as_it_stood(harbour):
    assert json.loads(run("show", "tasks", *slug(harbour), "--as-of", "2020-01-01", "--json").output) == []
    assert "Write the policy" in run("show", "tasks", *slug(harbour)).output


def test_changes_name_what_came_and_the_command(harbour):
    found = json.loads(run("changes", "tasks", *slug(harbour), "--from", "2020-01-01", "--json").output)
    assert {each["change"] for each in found} == {"added"}
    assert {each["command"] for each in found} == {"tasks.finish_task"}


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfRow")])
def test_a_register_is_written_to_a_file(harbour, tmp_path, ending, start):
    out = tmp_path / f"tasks.{ending}"
    done = run("show", "tasks", *slug(harbour), "--out", out)
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "secrets"], "There is no such register."),
        (["show", "tasks", "--as-of", "soon"], "is no date"),
        (["changes", "tasks", "--from", "2026-02-01", "--to", "2026-01-01"], "must lie before"),
        (["show", "tasks", "--out", "tasks.odt"], "There is no format odt"),
    ],
)
def test_a_request_that_cannot_be_met_ends_with_a_sentence(harbour, arguments, sentence):
    done = run(*arguments, *slug(harbour))
    assert done.exit_code == 1
    assert sentence in done.stderr
