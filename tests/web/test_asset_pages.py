"""The pages of the inventory, as people with different roles see and use them."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annexa.assets.models import Asset, Dependency, Inventory
from annexa.assets.services import assets, dependencies
from annexa.lib import clock
from annexa.organizations.roles import Role
from tests.factories import organizations as make

SHEET = "Id,Name,Type,C,I,A\nA-1,Shop,service,4,4,5\nA-2,Database,data,3,,\n"


@pytest.fixture
def get(client, acme):
    def ask(path="", actor=acme, **query):
        return make.signed_in(client, actor).get(make.url(acme, f"assets/{path}"), query)

    return ask


@pytest.fixture
def post(client, acme):
    def ask(path, actor=acme, **data):
        return make.signed_in(client, actor).post(make.url(acme, f"assets/{path}"), data)

    return ask


def add(actor, name="Database", kind="information", **values):
    return assets.add_asset(actor=actor, name=name, kind=kind, **values)


def upload(post, text=SHEET, **columns):
    file = SimpleUploadedFile("list.csv", text.encode())
    where = post("import/", file=file)["Location"].split("/assets/")[1]
    return where, post(where, step="look", **columns)


MAPPED = {"own_id": "0", "name": "1", "kind": "2", "confidentiality": "3", "integrity": "4", "availability": "5"}


def test_an_empty_inventory_says_how_to_begin(get, acme):
    assert "Import a spreadsheet" in get().content.decode()
    reader = get(actor=make.member(acme, Role.READER)).content.decode()
    assert "No assets yet" in reader
    assert "assets/import/" not in reader


def test_an_asset_is_added_changed_and_shown(get, post, acme):
    answer = post("add/", name="Database", kind="information", state="in_use", confidentiality="4", tags="a, b")
    asset = Asset.objects.get()
    assert answer["Location"].endswith(f"/assets/{asset.pk}/")
    assert (asset.worth_confidentiality, asset.tags) == (4, ["a", "b"])
    post(f"{asset.pk}/edit/", name="Orders", kind="information", state="in_use", classification="restricted")
    page = get(f"{asset.pk}/").content.decode()
    assert "Orders" in page
    assert "Restricted" in page
    assert "Nobody yet" in page


def test_an_owner_changes_what_owners_may_and_a_colleague_nothing(get, post, acme):
    jonas, cara = make.member(acme, Role.CONTRIBUTOR), make.member(acme, Role.CONTRIBUTOR, "Cara Colleague")
    asset = add(acme, owner=jonas.membership)
    form = get(f"{asset.pk}/edit/", actor=jonas).content.decode()
    assert 'name="description"' in form
    assert 'name="confidentiality"' not in form
    assert post(f"{asset.pk}/edit/", actor=jonas, description="Orders", location="Kiel").status_code == 302
    assert get(f"{asset.pk}/edit/", actor=cara).status_code == 403
    assert post(f"{asset.pk}/review/", actor=cara).status_code == 403
    assert post(f"{asset.pk}/retire/", actor=jonas).status_code == 403


def test_a_link_makes_values_flow_and_a_circle_is_told_on_the_page(get, post, acme):
    shop, database = add(acme, "Shop", availability=5), add(acme)
    post(f"{shop.pk}/needs/add/", needed=str(database.pk), availability="on")
    page = get(f"{database.pk}/").content.decode()
    assert "Shop" in page
    assert "this asset" in page
    refused = post(f"{database.pk}/needs/add/", needed=str(shop.pk), integrity="on")
    assert refused.status_code == 422
    assert "Database → Shop → Database" in refused.content.decode()
    post(f"{shop.pk}/needs/{database.pk}/remove/")
    assert not Dependency.objects.exists()


def test_a_review_is_confirmed(post, acme):
    asset = add(acme)
    later = clock.today() + datetime.timedelta(days=300)
    post(f"{asset.pk}/review/", next_review=later.isoformat())
    asset.refresh_from_db()
    assert (asset.reviewed_on, asset.review_due) == (clock.today(), later)
    assert post(f"{asset.pk}/review/", next_review="2020-01-01").status_code == 422


def test_a_retired_asset_stays_and_comes_back(get, post, acme):
    asset = add(acme)
    post(f"{asset.pk}/retire/")
    assert "Put back in use" in get(f"{asset.pk}/").content.decode()
    post(f"{asset.pk}/restore/")
    asset.refresh_from_db()
    assert not asset.is_retired


def test_the_list_is_searched_filtered_and_exported(get, acme):
    add(acme, "Shop", "service", availability=5, tags=["web"])
    add(acme, "Old disk", "hardware", owner=acme.membership)
    assert "Old disk" not in get(q="shop").content.decode()
    assert "Shop" not in get(kind="hardware").content.decode()
    assert "Old disk" not in get(lacks="owner").content.decode()
    assert "Shop" not in get(lacks="value").content.decode()
    assert "Old disk" not in get(tag="web").content.decode()
    lines = get(format="csv").content.decode("utf-8-sig").splitlines()
    assert any("Shop" in line and "– – 5" in line for line in lines)


def test_ticked_assets_are_changed_together(post, acme):
    one, two = add(acme, "One"), add(acme, "Two")
    answer = post("?q=one", selected=[str(one.pk)], classification="internal")
    assert answer["Location"].endswith("?q=one")
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.classification, two.classification) == ("internal", "")
    assert post("", make.member(acme, Role.READER), selected=[str(two.pk)], classification="public").status_code == 403
    post("", everything="1", classification="public")
    assert set(Asset.objects.values_list("classification", flat=True)) == {"public"}


def test_a_sheet_is_looked_at_then_applied(post, acme):
    where, looked = upload(post, **MAPPED)
    page = looked.content.decode()
    assert ">2<" in page
    assert not Asset.objects.exists()
    applied = post(where, step="apply", **MAPPED)
    assert applied["Location"].endswith("/assets/")
    assert list(Asset.objects.order_by("number").values_list("name", "worth_availability")) == [
        ("Shop", 5), ("Database", None),
    ]  # fmt: skip
    assert Inventory.objects.get().columns["type"] == "kind"
    assert post(where, step="apply", **MAPPED)["Location"].endswith("/assets/import/")  # used up


def test_two_bad_rows_are_named_by_their_cells_and_nothing_comes_in(post, acme):
    bad = SHEET + "A-3,,service,1,1,1\nA-4,Printer,gizmo,9,,\n"
    where, looked = upload(post, bad, **MAPPED)
    page = looked.content.decode()
    assert "B4: a new asset needs a name." in page
    assert "C5: “gizmo” is no kind of asset." in page
    assert "D5: “9” is no value." in page
    assert post(where, step="apply", **MAPPED).status_code == 422
    assert not Asset.objects.exists()


def test_scheme_and_fields_are_changed_on_their_pages(get, post, acme):
    levels = {"level-TOTAL_FORMS": "2", "level-INITIAL_FORMS": "0", "level-0-name": "Open", "level-1-name": "Closed"}
    assert post("terms/", **levels).status_code == 302
    own = {"field-TOTAL_FORMS": "1", "field-INITIAL_FORMS": "0", "field-0-label": "Ring", "field-0-kind": "choice",
           "field-0-choices": "A, B"}  # fmt: skip
    assert post("terms/fields/", **own).status_code == 302
    terms = Inventory.objects.get()
    assert [level["key"] for level in terms.classifications] == ["open", "closed"]
    assert terms.fields[0]["choices"] == ["A", "B"]
    assert 'name="x-ring"' in get("add/").content.decode()
    one = {**levels, "level-1-name": ""}
    refused = post("terms/", **one)
    assert (refused.status_code, "Give 2 to 8 of them." in refused.content.decode()) == (422, True)


def test_hostile_names_are_shown_as_text(get, acme):
    asset = add(acme, "<script>alert(1)</script>", own_id="=1+1")
    assert "<script>alert(1)" not in get(f"{asset.pk}/").content.decode()
    assert "'=1+1" in get(format="csv", columns=["name", "own_id"]).content.decode()


def test_what_an_asset_is_worth_is_shown_with_its_way(get, acme):
    shop, database = add(acme, "Shop", confidentiality=5), add(acme)
    dependencies.link_assets(actor=acme, asset=shop, needed=database)
    assert "C5" in get(q="database").content.decode()
