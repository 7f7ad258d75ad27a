"""Findings through the REST interface."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.evidence.test_findings import semgrep
from tests.factories import everything
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour():
    actor = everything.organization("Harbour")
    with make.inside(actor):
        yield actor


def bring(client, actor, content, **facts):
    headers = {"authorization": f"Bearer {make.token(actor, 'finding:import')}"}
    file = SimpleUploadedFile("scan.json", content)
    return client.post("/api/v1/findings/scans", {"file": file, "target": "api"} | facts, headers=headers)


def test_a_pipeline_brings_a_file_with_a_token_of_that_right_alone(client, harbour, program):
    made = bring(client, harbour, semgrep("sql", "xss"))
    assert made.status_code == 201
    assert (made.json()["source"], made.json()["new"]) == ("semgrep", 2)
    assert bring(client, harbour, b"{}").status_code == 422
    ask = program(harbour)
    found = ask("get", "findings/?q=sql").data["items"]
    assert [(each["severity"], each["controls"], each["state"]) for each in found] == [("high", ["A.8.28"], "open")]
    assert ask("get", f"findings/{found[0]['reference']}").data["id"] == found[0]["id"]
    assert [each["target"] for each in ask("get", "findings/scans").data["items"]] == ["api", "shop"]
    assert program(harbour, "finding:import")("get", "findings/").status_code == 403


def test_they_are_decided_assigned_and_raised(client, harbour, program):
    bring(client, harbour, semgrep("sql", "xss"))
    ask = program(harbour)
    keys = [each["id"] for each in ask("get", "findings/?source=semgrep").data["items"]]
    assert ask("post", "findings/decide", {"ids": keys, "state": "false", "reason": ""}).status_code == 422
    assert ask("post", "findings/decide", {"ids": keys, "state": "false", "reason": "Tests"}).data == {"changed": 2}
    strange = [*keys, "00000000-0000-4000-8000-000000000000"]
    assert ask("post", "findings/decide", {"ids": strange, "state": "open"}).status_code == 422
    assert ask("post", "findings/assign", {"ids": keys, "due": "2099-01-01"}).data == {"changed": 2}
    raised = ask("post", f"findings/{keys[0]}/risk")
    assert raised.status_code == 201
    assert ask("post", f"findings/{keys[0]}/risk").data == raised.data
    assert ask("get", "findings/?severity=high&state=open").data["items"][0]["title"] == "Old TLS"
    assert len(ask("get", "findings/?control=A.8.28").data["items"]) == 2
