"""The inventory through REST."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annexa.assets.models import Asset
from annexa.organizations.roles import Role
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(acme, program):
    return program(acme)


def add(ask, name="Database", **values):
    return ask("post", "assets/", {"name": name, "kind": "information", **values})


def send(ask, text, query="", name="list.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return ask.client.post(f"/api/v1/assets/import{query}", {"file": file}, HTTP_AUTHORIZATION=f"Bearer {ask.text}")


def test_an_asset_is_added_read_by_reference_changed_and_retired(ask, acme):
    made = add(ask, confidentiality=4, owner=str(acme.membership.pk), tags=["x"])
    assert made.status_code == 201
    read = ask("get", "assets/asset-1")
    assert read.data["id"] == made.data["id"]
    assert (read.data["worth"]["confidentiality"], read.data["owner"]["name"]) == (4, "Olga Owner")
    changed = ask("patch", "assets/ASSET-1", {"availability": 5, "owner": None}, if_match=read["ETag"])
    assert (changed.data["availability"], changed.data["owner"]) == (5, None)
    assert ask("patch", "assets/ASSET-1", {"name": "Late"}, if_match=read["ETag"]).status_code == 412
    assert ask("post", "assets/ASSET-1/retire", {"reason": "Sold"}).data["state"] == "retired"
    assert ask("post", "assets/ASSET-1/restore").data["state"] == "in_use"
    assert ask("post", "assets/ASSET-1/review", {"next_review": "2099-01-01"}).data["review_due"] == "2099-01-01"


def test_what_does_not_fit_names_its_field(ask):
    assert add(ask, confidentiality=9).data["errors"][0]["field"] == "confidentiality"
    assert add(ask, classification="secret").data["errors"][0]["field"] == "classification"
    assert add(ask, custodian="01a21510-6ea4-717d-a73f-e14aa302b6f7").data["errors"][0]["field"] == "custodian"
    assert add(ask, scope="nowhere").data["errors"][0]["field"] == "scope"
    assert add(ask, extra={"x": 1}).data["errors"][0]["field"] == "extra.x"


def test_links_are_made_read_and_undone_and_a_circle_is_refused(ask):
    add(ask, "Shop", availability=5)
    add(ask)
    links = ask("post", "assets/ASSET-1/needs", {"needed": "ASSET-2", "integrity": False})
    assert [(each["reference"], each["integrity"]) for each in links.data["needs"]] == [("ASSET-2", False)]
    assert ask("get", "assets/ASSET-2").data["worth"]["availability"] == 5
    circle = ask("post", "assets/ASSET-2/needs", {"needed": "ASSET-1"})
    assert circle.status_code == 422
    assert "Database → Shop → Database" in circle.data["detail"]
    assert ask("post", "assets/ASSET-2/needs", {"needed": "ASSET-9"}).data["errors"][0]["field"] == "needed"
    assert ask("delete", "assets/ASSET-1/needs/ASSET-2").status_code == 204
    assert ask("get", "assets/ASSET-2/links").data == {"needs": [], "needed_by": []}


def test_the_list_is_filtered_sorted_and_paged(ask):
    add(ask, "Shop", kind="service", availability=5)
    add(ask, "Database", tags=["core"])
    assert [each["name"] for each in ask("get", "assets/?kind=service").data["items"]] == ["Shop"]
    assert [each["name"] for each in ask("get", "assets/?tag=core").data["items"]] == ["Database"]
    assert [each["name"] for each in ask("get", "assets/?sort=name").data["items"]] == ["Database", "Shop"]
    first = ask("get", "assets/?limit=1&sort=-availability").data
    assert [each["name"] for each in first["items"]] == ["Shop"]
    assert (
        ask("get", f"assets/?limit=1&sort=-availability&cursor={first['next']}").data["items"][0]["name"] == "Database"
    )


def test_many_change_alike_or_none(ask):
    ids = [add(ask, name).data["id"] for name in ("One", "Two")]
    assert ask("post", "assets/bulk", {"ids": ids, "change": {"classification": "public"}}).data == {"changed": 2}
    missing = [*ids, "01a21510-6ea4-717d-a73f-e14aa302b6f7"]
    assert ask("post", "assets/bulk", {"ids": missing, "change": {"location": "x"}}).status_code == 422
    assert not Asset.objects.exclude(location="").exists()


def test_a_sheet_is_previewed_then_brought_in(ask):
    text = "Id,Name,Type\nA-1,Shop,service\nA-2,Database,data\n"
    assert send(ask, text, "?preview=true").json()["applied"] is False
    done = send(ask, text).json()
    assert (done["applied"], done["new"], done["columns"]["type"]) == (True, 2, "kind")
    assert send(ask, text).json()["same"] == 2
    bad = send(ask, "Id,Name,Type\nA-3,,gizmo\n")
    assert bad.status_code == 422
    assert {each["field"] for each in bad.json()["errors"]} == {"B2", "C2"}
    looked = send(ask, "Id,Name,Type\nA-3,,gizmo\n", "?preview=true").json()
    assert [each["cell"] for each in looked["problems"]] == ["C2", "B2"]
    assert send(ask, "x", name="list.exe").status_code == 422


def test_the_scheme_is_read_and_changed(ask):
    read = ask("get", "assets/inventory")
    assert [level["key"] for level in read.data["classifications"]] == [
        "public",
        "internal",
        "confidential",
        "restricted",
    ]
    changed = ask("patch", "assets/inventory", {"fields": [{"label": "Ring"}]}, if_match=read["ETag"])
    assert changed.data["fields"] == [{"key": "ring", "label": "Ring", "kind": "text", "choices": []}]
    assert ask("patch", "assets/inventory", {"fields": []}, if_match=read["ETag"]).status_code == 412


def test_a_reader_reads_and_a_stranger_finds_nothing(acme, program, ask):
    add(ask)
    reader = program(make.member(acme, Role.READER), "asset:read")
    assert reader("get", "assets/ASSET-1").status_code == 200
    assert add(reader).status_code == 403
    stranger = make.organization("Other")
    assert program(stranger)("get", "assets/ASSET-1").status_code == 404
