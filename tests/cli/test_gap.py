import contextlib

import pytest
from typer.testing import CliRunner

from annexa.cli import gap as command
from annexa.cli import runtime
from annexa.organizations import queries as organizations
from annexa.treatment.queries import gap as queries
from tests.factories import treatment

run = CliRunner()


@pytest.fixture
def annexa(acme, monkeypatch):
    """Return what runs `annexa gap …` inside the test's transaction."""

    @contextlib.contextmanager
    def enter(slug):
        if slug != acme.organization.slug:
            raise runtime.UserError(f"There is no organisation {slug!r}.")
        yield acme

    monkeypatch.setattr(command, "organization", enter)

    def call(*words, slug=acme.organization.slug):
        named = ["--organization", slug] if words[0] != "template" else []
        return run.invoke(command.application, [*map(str, words), *named])

    return call


def newest(actor):
    return queries.assessment_for(actor, organizations.scope_for(actor))


def test_start_opens_and_copies(acme, annexa):
    assert "Assessment 1" in annexa("start", "--title", "First").stdout
    treatment.rate(acme, newest(acme), "4.1", conformity="partial")
    assert annexa("start").exit_code == 1
    assert "Assessment 2" in annexa("start", "--copy", "--close").stdout
    assert treatment.row(newest(acme), "4.1").conformity == "partial"


@pytest.mark.parametrize(("format", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK"), ("csv", b"\xef")])
def test_report_writes_a_file(acme, annexa, tmp_path, format, start):
    treatment.assessment(acme)
    out = tmp_path / f"gap.{format}"
    result = annexa("report", "--format", format, "--out", out)
    assert result.exit_code == 0, result.output
    assert out.read_bytes().startswith(start)


def test_the_template_comes_back_through_import(acme, annexa, tmp_path):
    out = tmp_path / "template.xlsx"
    assert annexa("template", "--out", out).exit_code == 0
    treatment.assessment(acme)
    assert "0 rows changed" in annexa("import", out).stdout


def test_import_changes_rows_once(acme, annexa, tmp_path):
    treatment.assessment(acme)
    file = tmp_path / "a.csv"
    file.write_text("Id,Conformity\n4.1,Partly\nA.5.1,Conforms\n")
    assert "2 rows changed" in annexa("import", file).stdout
    assert "0 rows changed" in annexa("import", file).stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("report", "--format", "exe", "--out", "x"), "There is no format exe"),
        (("report", "--out", "x", "--assessment", "9"), "There is no such assessment."),
        (("report", "--out", "/nowhere/x.pdf"), "cannot be written"),
        (("import", "/nowhere/x.csv"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(acme, annexa, words, sentence, capsys):
    treatment.assessment(acme)
    result = annexa(*words)
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_a_bad_cell_is_named(acme, annexa, tmp_path):
    treatment.assessment(acme)
    file = tmp_path / "a.csv"
    file.write_text("Id,Conformity\n4.1,green\n")
    assert "a.csv!B2" in annexa("import", file).stderr


def test_an_unknown_organization_is_named(annexa):
    assert "nobody" in annexa("start", slug="nobody").stderr
