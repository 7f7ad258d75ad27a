"""`annexa soa` on the command line."""

import pytest
from typer.testing import CliRunner

from annexa.cli.soa import application
from tests.factories import organizations as make
from tests.factories import statements as soa

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def harbour():
    return make.organization("Harbour")


def run(*arguments):
    return CliRunner().invoke(application, [str(each) for each in arguments])


def slug(actor):
    return ["--organization", actor.organization.slug]


@pytest.mark.parametrize(
    ("format", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfId")]
)
def test_export_writes_a_file(harbour, tmp_path, format, start):
    with make.inside(harbour):
        soa.approved(harbour)
    out = tmp_path / f"soa.{format}"
    done = run("export", "--format", format, *slug(harbour), "--out", out)
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(start)
    assert done.output.startswith("v1: ")


def test_export_takes_an_older_version(harbour, tmp_path):
    with make.inside(harbour):
        soa.approved(harbour)
        soa.draft(harbour)
    assert run("export", *slug(harbour), "--version", 1, "--out", tmp_path / "a.pdf").output.startswith("v1")
    assert run("export", *slug(harbour), "--out", tmp_path / "a.pdf").output.startswith("Draft 2")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--format", "odt"], "There is no format odt"),
        (["--version", "9"], "There is no such statement"),
        (["--scope", "moon"], "There is no such scope"),
    ],
)
def test_export_says_what_is_wrong(harbour, tmp_path, arguments, sentence):
    with make.inside(harbour):
        soa.draft(harbour)
    done = run("export", *slug(harbour), "--out", tmp_path / "a.pdf", *arguments)
    assert done.exit_code == 1
    assert sentence in done.output + done.stderr


def test_export_names_the_organisations_there_are(harbour, tmp_path):
    done = run("export", "--organization", "nowhere", "--out", tmp_path / "a.pdf")
    assert done.exit_code == 1
    assert harbour.organization.slug in done.stderr


def test_export_says_when_the_file_cannot_be_written(harbour, tmp_path):
    with make.inside(harbour):
        soa.draft(harbour)
    done = run("export", *slug(harbour), "--out", tmp_path / "missing" / "a.pdf")
    assert "cannot be written" in done.stderr


def test_start_status_and_import(harbour, tmp_path):
    assert "Draft 1" in run("start", *slug(harbour)).output
    assert "93 undecided" in run("status", *slug(harbour)).output
    sheet = tmp_path / "old.csv"
    sheet.write_text("Control,Applicable,Justification\nA.5.1,yes,Because\nA.9.2.1,no,\n")
    done = run("import", sheet, *slug(harbour))
    assert done.exit_code == 0, done.stderr
    assert "2 of 2 controls changed; 1 ask for a decision." in done.output
    assert "A.5.16" in run("status", *slug(harbour)).output


def test_import_names_the_cell_and_imports_nothing(harbour, tmp_path):
    run("start", *slug(harbour))
    sheet = tmp_path / "old.csv"
    sheet.write_text("Control,Applicable\nA.5.1,yes\nA.5.99,yes\n")
    done = run("import", sheet, *slug(harbour))
    assert done.exit_code == 1
    assert "A3: “A.5.99” is no control" in done.output
    assert "93 undecided" in run("status", *slug(harbour)).output
