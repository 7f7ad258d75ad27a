"""The register through REST: library, readings, decisions, method."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from annexa.tasks.models import Task
from annexa.treatment.services import statements
from tests.factories import organizations as make
from tests.factories import risks as some

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(acme, program):
    return program(acme)


@pytest.fixture
def method(acme):
    return some.method(acme)


def test_a_risk_is_added_read_and_found_by_its_reference(ask, method, acme):
    ask("post", "assets/", {"name": "Laptops", "kind": "hardware"})
    made = ask("post", "risks/", {"title": "Lost laptop", "assets": ["ASSET-1"], "owner": str(acme.membership.pk)})
    assert (made.status_code, made.data["reference"]) == (201, "RISK-1")
    assert made.data["assets"][0]["name"] == "Laptops"
    first = ask("post", "risks/RISK-1/readings", {"stage": "inherent", "likelihood": 5, "confidentiality": 5})
    assert (first.status_code, first.data["score"], first.data["level"]) == (201, 25, "Very high")
    ask("post", "risks/RISK-1/readings", {"likelihood": 3, "confidentiality": 4})
    read = ask("get", "risks/risk-1").data
    assert read["current"] == {"likelihood": 3, "impact": 4, "score": 12, "level": "High"}
    assert [each["score"] for each in ask("get", "risks/RISK-1/readings").data] == [25, 12]
    assert (
        ask("post", "risks/RISK-1/readings", {"likelihood": 6, "integrity": 1}).data["errors"][0]["field"]
        == "likelihood"
    )


def test_a_lost_update_is_refused(ask, method):
    made = ask("post", "risks/", {"title": "One"})
    assert ask("patch", "risks/RISK-1", {"title": "Two"}, if_match=made["ETag"]).status_code == 200
    assert ask("patch", "risks/RISK-1", {"title": "Three"}, if_match=made["ETag"]).status_code == 412


def test_a_decision_carries_into_the_draft_statement(ask, acme):
    catalog.adopt_framework(actor=acme, framework_id=library.ISO_27001)
    statements.start_statement(actor=acme, scope=organizations.scope_for(acme))
    ask("post", "risks/", {"title": "Lost laptop"})
    refused = ask("post", "risks/RISK-1/decision", {"decision": "mitigate"})
    assert refused.data["errors"][0]["field"] == "treating"
    decided = ask("post", "risks/RISK-1/decision", {"decision": "mitigate", "treating": ["A.8.24", "A.8.1"]})
    assert set(decided.data["taken_up"]) == {"A.8.1", "A.8.24"}
    assert [each["ref"] for each in decided.data["risk"]["controls"]] == ["A.8.1", "A.8.24"]
    rows = ask("get", "soa/statements/1/rows?q=A.8.24").data["items"]
    assert (rows[0]["applicable"], rows[0]["reasons"]) == (True, ["risk"])
    unknown = ask("post", "risks/RISK-1/decision", {"decision": "mitigate", "treating": ["A.99.1"]})
    assert unknown.data["errors"][0]["field"] == "treating"


def test_scenarios_are_listed_and_taken_once(ask):
    found = ask("get", "risks/scenarios?profile=hospital&q=emergency").data["items"]
    assert {each["key"] for each in found} == {"break-glass", "break-glass-fails"}
    taken = ask("post", "risks/scenarios/take", {"keys": ["break-glass", "ransomware"]})
    assert [each["scenario"] for each in taken.data["added"]] == ["break-glass", "ransomware"]
    assert ask("post", "risks/scenarios/take", {"keys": ["break-glass"]}).data == {"added": []}
    assert ask("post", "risks/scenarios/take", {"keys": ["dragons"]}).data["errors"][0]["field"] == "keys"


def test_the_list_is_filtered_and_sorted(ask, method):
    for title, likelihood in (("Low", 1), ("High", 5)):
        made = ask("post", "risks/", {"title": title}).data["reference"]
        ask("post", f"risks/{made}/readings", {"likelihood": likelihood, "availability": 4})
    ask("post", "risks/", {"title": "Unread"})
    assert [each["title"] for each in ask("get", "risks/").data["items"]] == ["High", "Low", "Unread"]
    assert [each["title"] for each in ask("get", "risks/?above_appetite=true").data["items"]] == ["High"]
    ask("post", "risks/RISK-1/close", {"reason": "Gone"})
    assert [each["title"] for each in ask("get", "risks/?state=closed").data["items"]] == ["Low"]
    ask("post", "risks/RISK-1/reopen")
    assert len(ask("get", "risks/?decision=undecided").data["items"]) == 3


def test_many_change_or_none_and_owners_are_asked(ask, acme):
    ids = [ask("post", "risks/", {"title": title}).data["id"] for title in ("One", "Two")]
    change = {"owner": str(acme.membership.pk), "category": "Test"}
    assert ask("post", "risks/bulk", {"ids": ids, "change": change}).data == {"changed": 2}
    assert ask("post", "risks/ask", {"ids": ids, "due": "2099-01-01"}).data == {"asked": 1}
    assert Task.objects.get().title == "Read 2 risks anew"
    missing = [*ids, "01a21510-6ea4-717d-a73f-e14aa302b6f7"]
    assert ask("post", "risks/ask", {"ids": missing}).data["errors"][0]["field"] == "ids"


def test_a_method_is_drafted_changed_and_thrown_away_but_not_approved_by_a_program(ask):
    made = ask("post", "risks/methods", {"template": "three"})
    assert (made.status_code, made.data["appetite"], made.data["approved"]) == (201, 4, None)
    changed = ask("patch", "risks/methods/0", {"appetite": 3}, if_match=made["ETag"])
    assert changed.data["appetite"] == 3
    wrong = ask("patch", "risks/methods/0", {"matrix": [[1, 2, 3], [2, 1, 3], [3, 4, 5]]})
    assert "matrix" in {each["field"] for each in wrong.data["errors"]}
    assert ask("delete", "risks/methods/0").status_code == 204
    assert ask("get", "risks/methods").data == []
    assert ask("get", "risks/methods/0").status_code == 404


def test_an_owner_reads_their_own_and_a_stranger_finds_nothing(acme, ask, program, method):
    jonas = make.member(acme, Role.CONTRIBUTOR)
    ask("post", "risks/", {"title": "Mine", "owner": str(jonas.membership.pk)})
    ask("post", "risks/", {"title": "Not mine"})
    his = program(jonas, "risk:read", "risk:assess-own")
    assert his("post", "risks/RISK-1/readings", {"likelihood": 1, "integrity": 1}).status_code == 201
    assert his("post", "risks/RISK-2/readings", {"likelihood": 1, "integrity": 1}).status_code == 403
    assert program(make.organization("Other"))("get", "risks/RISK-1").status_code == 404


def test_a_sheet_is_looked_at_refused_by_cell_and_brought_in(client, acme, method):
    def send(content, query=""):
        file = SimpleUploadedFile("register.csv", content, "text/csv")
        return client.post(
            f"/api/v1/risks/import{query}", {"file": file}, HTTP_AUTHORIZATION=f"Bearer {make.token(acme)}"
        )  # fmt: skip

    bad = send(b"Risk;Likelihood;Impact\nFlood;9;4\n")
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "B2")
    good = b"Risk;Likelihood;Impact\nFlood;3;4\n"
    looked = send(good, "?preview=true").json()
    assert (looked["applied"], looked["new"], looked["readings"]) == (False, 1, 1)
    assert send(good).json()["applied"]
    assert send(good).json()["same"] == 1
