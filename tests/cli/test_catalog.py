"""`annexa catalog` on the command line."""

import pytest
from typer.testing import CliRunner

from annexa.catalog import library, queries
from annexa.catalog import services as catalog
from annexa.cli.catalog import application
from tests.catalog.test_format import GOOD
from tests.factories import organizations as make
from tests.factories.everything import CROSSWALK

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def harbour():
    return make.organization("Harbour")


@pytest.fixture
def rules(tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD)
    return file


def run(*arguments):
    return CliRunner().invoke(application, [str(each) for each in arguments])


def test_check_says_what_a_file_is(rules, tmp_path):
    assert run("check", rules).output == "rules.yaml is a framework with 1 requirements and controls.\n"
    (tmp_path / "c.yaml").write_text(CROSSWALK)
    assert run("check", tmp_path / "c.yaml").output == "c.yaml is a crosswalk with 1 pairs.\n"


def test_check_names_file_line_and_field(rules):
    rules.write_text(GOOD.replace("kind: control", "kind: rule"))
    done = run("check", rules)
    assert done.exit_code == 1
    assert "rules.yaml:13: requirements[0].children[0].kind: 'rule' is not one of" in done.stderr


def test_check_of_a_file_that_is_not_there(tmp_path):
    assert run("check", tmp_path / "nothing.yaml").exit_code == 2


def test_import_stores_the_framework(harbour, rules):
    done = run("import", rules, "--organization", harbour.organization.slug)
    assert done.output == "House rules imported, version 1.\n"
    with make.inside(harbour):
        assert queries.framework_for(harbour, "house-rules").title == "House rules"


def test_import_into_an_unknown_organisation_names_the_known_ones(harbour, rules):
    done = run("import", rules, "--organization", "moon")
    assert done.exit_code == 1
    assert f"There is no organisation 'moon' (there are: {harbour.organization.slug})" in done.stderr


def test_sync_brings_built_in_frameworks_up_to_date(harbour):
    with make.inside(harbour):
        catalog.adopt_framework(actor=harbour, framework_id=library.ISO_27001)
    done = run("sync", "--organization", harbour.organization.slug)
    assert "is now version 2" in done.output
    assert "ISO/IEC 27001:2022" in run("list", "--organization", harbour.organization.slug).output
