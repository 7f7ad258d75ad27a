"""Bills of materials: what components become, what is refused, and that the next bill doubles nothing."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from annexa.assets.importers import sbom
from annexa.assets.models import Asset, Dependency
from annexa.assets.queries import assets as queries
from annexa.assets.queries import sbom as bills
from annexa.assets.services import imports
from annexa.lib.errors import UserError
from tests.factories import organizations as make


def bill(*components, depends=None, about="shop", version="1.6", **more):
    document = {"bomFormat": "CycloneDX", "specVersion": version, "components": list(components), **more}
    if about:
        document["metadata"] = {"component": {"bom-ref": about, "name": about, "type": "application", "version": "3.1"}}
    if depends is not None:
        document["dependencies"] = [{"ref": ref, "dependsOn": on} for ref, on in depends.items()]
    return json.dumps(document).encode()


def part(name, version="1.0", **more):
    return {"bom-ref": name, "type": "library", "name": name, "version": version,
            "purl": f"pkg:pypi/{name}@{version}", **more}  # fmt: skip


def outcome(content, known=None):
    return sbom.outcome(sbom.parse(content), known or {}, {})


def test_a_component_becomes_an_asset_with_what_the_bill_says():
    licences = [{"license": {"id": "MIT"}}, {"expression": "Apache-2.0 OR BSD-3-Clause"}]
    given = part("django", "5.2", licenses=licences, supplier={"name": "Django Software Foundation"}, description="Web")
    top, line = outcome(bill(given)).lines
    assert top.values["name"] == "shop 3.1"
    assert line.values["name"] == "django 5.2"
    assert (line.values["own_id"], line.values["kind"], line.values["tags"]) == (
        "pkg:pypi/django",
        "software",
        ["sbom"],
    )
    assert line.values["description"].splitlines() == [
        "Web", "Supplier: Django Software Foundation", "Licence: MIT, Apache-2.0 OR BSD-3-Clause",
        "Package URL: pkg:pypi/django@5.2",
    ]  # fmt: skip
    assert top.needs == [("line", 1)]  # without a graph, its subject needs everything


@pytest.mark.parametrize(
    ("purl", "own_id"),
    [
        ("pkg:npm/%40angular/core@16.0.0?arch=x#y", "pkg:npm/%40angular/core"),
        ("pkg:npm/@angular/core@16.0.0", "pkg:npm/@angular/core"),
        ("pkg:npm/@angular/core", "pkg:npm/@angular/core"),
        ("pkg:deb/debian/curl@7.50.3-1?arch=i386", "pkg:deb/debian/curl"),
        ("", "curl"),
    ],
)
def test_the_id_is_the_package_url_without_version(purl, own_id):
    assert outcome(bill(part("curl", purl=purl), about="")).lines[0].values["own_id"] == own_id


def test_nested_components_and_the_graph_are_followed():
    whole = bill(part("a", components=[part("b")]), part("c"), depends={"shop": ["a"], "a": ["c"], "c": []})
    lines = outcome(whole).lines
    assert [line.values["name"].split()[0] for line in lines] == ["shop", "a", "b", "c"]
    assert [line.needs for line in lines] == [[("line", 1)], [("line", 3)], [], []]


def test_a_circle_is_left_out_with_a_warning():
    found = outcome(bill(part("a"), part("b"), depends={"a": ["b"], "b": ["a"], "shop": ["a"]}))
    assert [(each.kind, each.stops) for each in found.problems] == [("circle", False)]
    assert sum(len(line.needs) for line in found.lines) == 2


def test_two_versions_of_a_package_are_one_asset():
    found = outcome(
        bill(part("a", **{"bom-ref": "a1"}), part("a", "2.0", **{"bom-ref": "a2"}), depends={"shop": ["a2"]})
    )
    assert [each.kind for each in found.problems] == ["versions"]
    assert found.lines[0].needs == [("line", 1)]


def _deep():
    inner = part("x")
    for level in range(40):
        inner = part(f"x{level}", components=[inner])
    return bill(inner)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<bom/>", "json"),
        (b"\xff\xfe\x00", "json"),
        (b"[]", "format"),
        (b'{"spdxVersion": "SPDX-2.3"}', "format"),
        (bill(version="9.9"), "version"),
        (bill(about="", components="x"), "shape"),
        (b'{"bomFormat": "CycloneDX", "specVersion": []}', "version"),
        (bill(part("a"), part("b", **{"bom-ref": "a"})), "twice"),
        (json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [7]}).encode(), "shape"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [' + b"[" * 100_000, "deep"),
        (_deep(), "deep"),
        (bill(about=""), "nothing"),
        (bill(*[{"name": "x"}] * 20_001), "many"),
    ],
)
def test_what_is_no_bill_is_refused_in_a_sentence(content, kind):
    with pytest.raises(sbom.NoBill) as refused:
        sbom.parse(content)
    assert refused.value.kind == kind
    with pytest.raises(UserError) as told:
        bills.parse(content)
    assert set(told.value.fields) == {"file"}


def test_long_ids_stay_apart_and_halves_of_characters_are_left_out():
    long = "pkg:generic/" + "x" * 130
    found = outcome(bill(part("a", purl=f"{long}1@1"), part("b", purl=f"{long}2@1"), part("c\ud800d")))
    ids = [line.values["own_id"] for line in found.lines]
    assert len(set(ids)) == 4
    assert max(map(len, ids)) == 120
    assert found.lines[3].values["name"] == "cd 1.0"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["name", "components", "purl", "licenses", "license", "dependsOn", "ref", "bom-ref"]),
        inner, max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(JSON, JSON, JSON, st.just("1.4") | JSON)
def test_whatever_stands_in_a_bill_it_is_read_or_refused(components, dependencies, metadata, version):
    document = {"bomFormat": "CycloneDX", "specVersion": version, "components": components}
    document |= {"dependencies": dependencies, "metadata": metadata}
    try:
        found = outcome(json.dumps(document).encode())
    except sbom.NoBill:
        return
    assert all(len(line.values["name"]) <= 200 for line in found.lines)
    assert all(0 <= target < len(found.lines) for line in found.lines for _place, target in line.needs)


@pytest.mark.django_db
class TestBringingIn:
    def bring_in(self, actor, content, **more):
        found = bills.read(actor, bills.parse(content), **more)
        return imports.import_assets(actor=actor, outcome=found.outcome)

    def test_the_next_bill_changes_and_doubles_nothing(self, acme):
        first = bill(part("a"), part("b"), depends={"shop": ["a"], "a": ["b"]})
        assert self.bring_in(acme, first, owner=acme.membership) == {"new": 3, "changed": 0}
        assert bills.read(acme, bills.parse(first)).same == 3
        assert self.bring_in(acme, bill(part("a", "1.1"), part("b"), depends={"a": ["b"]}))["changed"] == 1
        assert sorted(Asset.objects.values_list("name", flat=True)) == ["a 1.1", "b 1.0", "shop 3.1"]
        assert {asset.owner for asset in Asset.objects.all()} == {acme.membership}
        assert Dependency.objects.count() == 2

    def test_five_thousand_components_come_in(self, acme, django_assert_max_num_queries):
        many = bills.read(acme, bills.parse(bill(*(part(f"p{n}") for n in range(5000)))))
        with django_assert_max_num_queries(60):
            imports.import_assets(actor=acme, outcome=many.outcome)
        assert queries.visible_to(acme).count() == 5001

    def test_it_is_looked_at_and_applied_on_the_page(self, client, acme):
        make.signed_in(client, acme)
        where = make.url(acme, "assets/sbom/")
        assert client.post(where, {"step": "look"}).status_code == 422
        file = SimpleUploadedFile("shop.cdx.json", bill(part("a")), "application/json")
        shown = client.post(where, {"file": file, "owner": acme.membership.pk, "step": "look"}).content.decode()
        token = shown.split(f'action="{where}')[1].split("/")[0]
        assert client.post(f"{where}{token}/", {"owner": acme.membership.pk, "step": "apply"}).status_code == 302
        assert Asset.objects.get(own_id="pkg:pypi/a").owner == acme.membership
        gone = client.post(f"{where}{token}/", {"step": "apply"})
        assert "The upload has expired" in gone.content.decode()

    def test_a_program_brings_it_in(self, client, acme):
        def send(content, query=""):
            headers = {"HTTP_AUTHORIZATION": f"Bearer {make.token(acme)}"}
            return client.post(f"/api/v1/assets/sbom{query}", {"file": SimpleUploadedFile("b", content)}, **headers)

        assert send(bill(part("a")), "?preview=true").json()["new"] == 2
        assert send(bill(part("a"))).json()["applied"] is True
        refused = send(b"<bom/>")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "file")


def test_our_own_bill_is_read():
    """The lock file as a bill, in the shape that cyclonedx-py writes."""
    lock = (Path(__file__).parents[2] / "requirements" / "run.txt").read_text()
    names = [line.split(" ")[0].split("==") for line in lock.splitlines() if "==" in line and not line.startswith("#")]
    found = outcome(bill(*(part(name, version.strip("\\ ")) for name, version in names)))
    assert len(found.lines) == len(names) + 1
    assert not found.problems
