"""The declared verbs, asked of an organisation of this installation."""

import contextlib
import json

import pytest
from django.db import transaction
from typer.testing import CliRunner

from annexa.activity import queries as activity
from annexa.cli import declared, profiles, runtime, verbs
from annexa.cli.main import application
from annexa.records.models import Disposal
from annexa.webhooks.models import Endpoint
from tests.factories import everything
from tests.factories import organizations as make

run = CliRunner()
pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour():
    actor = everything.organization("Harbour")
    with make.inside(actor):
        yield actor


@pytest.fixture
def annexa(harbour, monkeypatch, tmp_path):
    """Return what runs a verb for an organisation, as its operator."""

    @contextlib.contextmanager
    def enter(slug):
        if slug != harbour.organization.slug:
            raise runtime.UserError(f"There is no organisation {slug!r}.")
        with transaction.atomic():
            yield runtime.access.system(harbour.organization)

    monkeypatch.setattr(verbs, "organization", enter)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def call(*words, fails=False, slug=harbour.organization.slug):
        done = run.invoke(application, [*map(str, words), "--organization", slug])
        assert (done.exit_code != 0) is fails, done.output
        return done

    def read(*words):
        return json.loads(call(*words, "--json").stdout)

    call.json = read
    return call


@pytest.mark.parametrize("verb", [each for each in declared.VERBS if each.is_list], ids=lambda v: f"{v.group} {v.name}")
def test_every_list_is_a_table_and_json(annexa, verb):
    known = {"webhook_id": Endpoint.objects.get().pk, "number": "1", "rating_id": "A.5.1", "risk_id": "RISK-1"}
    known |= {"disposal_id": Disposal.objects.get().pk, "piece_id": "EVID-1", "check_id": "CHECK-1"}
    given = [known[each.name] for each in verb.given if each.alone]
    assert annexa(verb.group, verb.name, *given).stdout.strip()
    assert isinstance(annexa.json(verb.group, verb.name, *given, "--limit", 3), list)


def test_a_task_is_added_handed_over_and_finished(annexa, harbour):
    made = annexa.json("tasks", "add", "Test the restore", "--due", "2030-01-31")
    email = harbour.membership.person.email
    assert annexa.json("tasks", "change", made["id"], "--owner", email, "--due", "")["owner"]["name"] == "Olga Owner"
    assert annexa.json("tasks", "change", made["id"], "--state", "done")["state"] == "done"
    assert "Test the restore" in annexa("tasks", "show", made["id"]).stdout
    assert activity.recent(harbour.organization_id, 1)[0].actor == "system"


def test_a_requirement_is_rated_by_its_id(annexa):
    rated = annexa.json("gap", "rate", "a.5.7", "--conformity", "partial", "--maturity", "2", "--effort", "1.5")
    assert (rated["ref"], rated["conformity"], rated["maturity"], rated["effort"]) == ("A.5.7", "partial", 2, 1.5)
    assert annexa.json("gap", "rate", "A.5.7", "--maturity", "")["maturity"] is None


def test_an_inventory_comes_in_from_a_sheet_or_its_bad_cells_are_named(annexa, tmp_path):
    sheet = tmp_path / "list.csv"
    sheet.write_text("Id,Name,Type\nA-1,Shop,service\nA-2,,gizmo\n")
    refused = annexa("assets", "import", sheet, fails=True)
    assert "C3" in refused.output
    sheet.write_text("Id,Name,Type\nA-1,Shop,service\nA-2,Store,data\n")
    assert annexa.json("assets", "import", sheet)["new"] == 2
    found = {each["name"]: each["reference"] for each in annexa.json("assets", "list")}
    assert annexa.json("assets", "link", found["Shop"], found["Store"], "--integrity", "no")["needs"]


def test_a_control_is_decided_by_its_id(annexa):
    words = ("soa", "decide", "A.5.7", "--applicable", "yes", "--reasons", "risk,legal", "--status", "planned")
    decided = annexa.json(*words)
    assert (decided["applicable"], decided["reasons"], decided["status"]) == (True, ["legal", "risk"], "planned")


def test_many_rows_come_from_a_file_all_or_none(annexa, tmp_path):
    rows = annexa.json("gap", "ratings", 1, "--limit", 2)
    file = tmp_path / "rows.json"
    file.write_text(json.dumps([{"id": rows[0]["id"], "maturity": 3}, {"id": rows[1]["id"], "maturity": 9}]))
    assert "rows.1.maturity" in annexa("gap", "rate-many", 1, file, fails=True).stderr
    file.write_text(json.dumps([{"id": each["id"], "maturity": 3} for each in rows]))
    assert annexa.json("gap", "rate-many", 1, file) == {"changed": 2}


def test_a_file_is_attached_and_a_report_written(annexa, tmp_path):
    evidence, report = tmp_path / "policy.txt", tmp_path / "gap.csv"
    evidence.write_text("Our policy")
    made = annexa.json("gap", "attach", "A.5.1", evidence, "--title", "Policy")
    assert (made["title"], made["size"]) == ("Policy.txt", 10)
    annexa("gap", "download", 1, "csv", "--out", report)
    assert report.read_bytes().startswith(b"\xef")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("tasks", "add", " "), "Say what is to be done."),
        (("tasks", "show", "../me"), "There is nothing at this address."),
        (("gap", "rate", "A.99", "--maturity", "1"), "There is no A.99 here."),
        (("gap", "rate", "A.5.1", "--maturity", "much"), "'much' is no number."),
        (("soa", "decide", "A.5.1", "--applicable", "perhaps"), "Write yes or no"),
        (("tasks", "add", "x", "--owner", "no@example.com"), "Nobody with the address"),
        (("gap", "attach", "A.5.1", "/nowhere/a.txt"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(annexa, words, sentence):
    done = annexa(*words, fails=True)
    assert done.exit_code == 1
    assert sentence in done.stderr


def test_an_error_changes_nothing(annexa, harbour):
    before = activity.verify(harbour.organization_id).entries
    annexa("scopes", "change", "main", "--name", " ", "--sites", "Lisbon", fails=True)
    assert activity.verify(harbour.organization_id).entries == before


def test_without_an_organisation_and_a_server_the_remedy_is_named(annexa):
    done = run.invoke(application, ["tasks", "list"])
    assert done.exit_code == runtime.UNUSABLE
    assert "annexa login" in done.stderr


def test_a_token_is_kept_where_only_its_owner_reads_it(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    profiles.keep("work", profiles.Profile("https://annexa.example.com", "annexa_x"))
    assert profiles.file().stat().st_mode & 0o777 == 0o600
    assert run.invoke(application, ["logout", "--profile", "work"]).exit_code == 0
    assert "There is no profile" in run.invoke(application, ["logout", "--profile", "work"]).stderr


@pytest.mark.parametrize("url", ["http://annexa.example.com", "ftp://localhost", "annexa.example.com", "https://"])
def test_a_token_goes_to_no_address_where_others_could_read_it(url):
    done = run.invoke(application, ["login", url, "--token-stdin"], input="annexa_x\n")
    assert done.exit_code == 1
    assert "https://" in done.stderr


def test_the_plan_is_kept_and_written_to_a_file(annexa, tmp_path):
    annexa("plan", "add", "Test the failover", "--risks", "RISK-1", "--due", "2027-01-31", "--cost", "1200.5")
    assert "Test the failover" in annexa("plan", "list", "--state", "open").stdout
    annexa("plan", "change", "ACTION-2", "--state", "done", "--state-note", "In June")
    assert annexa.json("plan", "show", "ACTION-2")["state"] == "done"
    annexa("plan", "export", "csv", "--out", tmp_path / "plan.csv")
    assert "Test the failover" in (tmp_path / "plan.csv").read_text()
    annexa("risks", "export", "csv", "--as-of", "2020-01-01", "--out", tmp_path / "risks.csv")
    assert "flood" not in (tmp_path / "risks.csv").read_text()


def test_the_operator_signs_for_nobody(annexa, tmp_path):
    seen = annexa.json("risks", "acceptance", "RISK-1")["seen"]
    secret = tmp_path / "secret"
    secret.write_text("my password\n")
    refused = annexa("risks", "accept", "RISK-1", "--seen", seen, "--password", secret, fails=True)
    assert "A person signs" in refused.output
    assert "cannot be read" in annexa(
        "risks", "accept", "RISK-1", "--seen", seen, "--password", tmp_path / "none", fails=True
    ).output  # fmt: skip


def test_members_stand_in(annexa, harbour):
    colleague = next(each for each in annexa.json("people", "list") if each["role"] == "contributor")
    words = ("--kind", "tasks", "--starts-on", "2030-01-01", "--ends-on", "2030-01-31", "--reason", "Ill")
    made = annexa.json("people", "delegate", colleague["id"], "--absent", harbour.membership.pk, *words)
    assert made["state"] == "coming"
    assert annexa.json("people", "end-delegation", made["id"])["state"] == "over"
    assert made["id"] in [each["id"] for each in annexa.json("people", "stand-ins")]


def test_a_register_is_imported(annexa, tmp_path):
    sheet = tmp_path / "register.csv"
    sheet.write_text("Risk ID;Risk;Likelihood;Impact\nR-9;Storm;3;4\n")
    assert annexa.json("risks", "import", sheet, "--preview")["new"] == 1
    assert annexa.json("risks", "import", sheet)["applied"] is True
    sheet.write_text("Risk ID;Risk;Likelihood;Impact\nR-9;Storm;often;4\n")
    assert "C2" in annexa("risks", "import", sheet, fails=True).output
