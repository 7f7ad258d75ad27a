"""Evidence and requests for it through the REST interface."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annexa.lib import clock
from annexa.organizations.roles import Role
from tests.factories import everything
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour(settings, tmp_path):
    settings.FILES = tmp_path
    actor = everything.organization("Harbour")
    with make.inside(actor):
        yield actor


@pytest.fixture
def ask(harbour, program):
    return program(harbour)


def upload(client, actor, path, name="proof.pdf", content=b"%PDF-1.7 x", **facts):
    token = make.token(actor)
    file = SimpleUploadedFile(name, content)
    headers = {"authorization": f"Bearer {token}"}
    return client.post(f"/api/v1/evidence/{path}", {"file": file, **facts}, headers=headers)


def test_a_link_is_put_in_renewed_linked_and_retired(ask):
    made = ask("post", "evidence/", {"title": "Minutes", "url": "https://example.com/m", "controls": "9.3.3, A.7.1"})
    assert made.status_code == 201
    key = made.data["reference"]
    assert made.data["latest"]["kind"] == "link"
    renewed = ask("post", f"evidence/{key}/editions", {"text": "Held", "note": "By word", "expires_on": "2099-01-01"})
    assert (renewed.data["latest"]["number"], renewed.data["expires_on"]) == (2, "2099-01-01")
    assert [each["number"] for each in ask("get", f"evidence/{key}/editions").data] == [2, 1]
    served = ask("get", f"evidence/{key}/serves").data
    assert {(each["ref"], each["by"]) for each in served} == {("9.3.3", ""), ("A.7.1", ""), ("1.1", "A.7.1")}
    left = ask("post", f"evidence/{key}/unlink", {"controls": "9.3.3", "risks": ""}).data
    assert {each["ref"] for each in left} == {"A.7.1", "1.1"}
    assert len(ask("post", f"evidence/{key}/links", {"controls": "A.8.13"}).data) == 3
    assert ask("patch", f"evidence/{key}", {"title": "Minutes of May"}).data["title"] == "Minutes of May"
    assert ask("post", f"evidence/{key}/retire").data["state"] == "retired"
    assert ask("post", f"evidence/{key}/editions", {"text": "x"}).status_code == 422
    assert ask("post", f"evidence/{key}/restore").data["state"] == "current"


@pytest.mark.parametrize(
    "given",
    [
        {"title": "x"},
        {"title": "x", "url": "https://example.com", "text": "both"},
        {"title": "x", "text": "y", "controls": "A.99"},
        {"title": "x", "text": "y", "collected_on": "2999-01-01"},
        {"title": " ", "text": "y"},
        {"title": "x", "url": "ftp://example.com"},
    ],
)
def test_what_does_not_hold_is_explained(ask, given):
    assert ask("post", "evidence/", given).status_code == 422


def test_a_file_goes_in_and_comes_back(client, harbour):
    made = upload(client, harbour, "file", title="Proof", controls="A.8.13", collected_with="nightly job")
    assert made.status_code == 201
    shown = made.json()
    assert (shown["latest"]["file_name"], shown["latest"]["collected_with"]) == ("proof.pdf", "nightly job")
    again = upload(client, harbour, f"{shown['id']}/editions/file", content=b"%PDF-1.7 y", note="Newer")
    assert again.json()["latest"]["number"] == 2
    headers = {"authorization": f"Bearer {make.token(harbour)}"}
    sent = client.get(f"/api/v1/evidence/{shown['id']}/editions/1/file", headers=headers)
    assert sent.content == b"%PDF-1.7 x"
    assert upload(client, harbour, "file", name="x.exe", title="Bad").status_code == 422
    assert upload(client, harbour, "file", content=b"<html>", title="Bad").status_code == 422


def test_lists_are_narrowed(ask):
    for title, controls in (("One", "A.8.13"), ("Two", "A.8.14")):
        ask("post", "evidence/", {"title": title, "text": "x", "controls": controls, "expires_on": "2020-01-01"})
    assert [each["title"] for each in ask("get", "evidence/?control=A.8.13").data["items"]] == ["One"]
    assert len(ask("get", "evidence/?expired=true").data["items"]) == 2
    assert [each["title"] for each in ask("get", "evidence/?q=Two&kind=record").data["items"]] == ["Two"]


def test_somebody_is_asked_answers_and_is_believed(ask, harbour, program):
    hugo = make.member(harbour, Role.EMPLOYEE, "Hugo Prado")
    due = str(clock.today() + datetime.timedelta(days=5))
    given = {"title": "Photo of the gate", "owner": str(hugo.membership.pk), "due": due, "control": "A.7.2"}
    asked = ask("post", "evidence/requests", given)
    assert asked.status_code == 201
    path = f"evidence/requests/{asked.data['id']}"
    his = program(hugo)
    assert [each["title"] for each in his("get", "evidence/requests").data["items"]] == ["Photo of the gate"]
    assert his("get", "evidence/").status_code == 403
    assert his("post", f"{path}/answer", {}).status_code == 422
    assert his("post", f"{path}/answer", {"text": "Locked"}).data["state"] == "answered"
    assert ask("post", f"{path}/return", {"reason": "A photo, please"}).data["state"] == "returned"
    assert his("post", f"{path}/accept").status_code == 403
    assert his("post", f"{path}/answer", {"url": "https://example.com/p"}).data["evidence"].startswith("EVID-")
    assert ask("post", f"{path}/accept").data["state"] == "accepted"
    assert ask("post", f"{path}/withdraw").status_code == 422
    late = given | {"due": "2020-01-01"}
    assert ask("post", "evidence/requests", late).status_code == 422
