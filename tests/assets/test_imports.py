"""An inventory kept elsewhere comes in whole or not at all, and never twice."""

import json

import pytest

from annexa.activity.models import TrailEntry
from annexa.assets import checks
from annexa.assets.errors import GoesInACircle
from annexa.assets.models import Asset, Dependency, Inventory
from annexa.assets.queries import assets as queries
from annexa.assets.queries import sheet
from annexa.assets.services import assets, imports
from annexa.lib.errors import UserError
from annexa.organizations.roles import Role
from tests.factories import organizations as make

HEAD = ["Id", "Name", "Type", "Owner", "C", "I", "A", "Depends on"]


def preview(actor, *rows, head=HEAD):
    terms = queries.inventory(actor)
    opened = sheet.open_sheet(terms, {"Assets": [head, *rows]})
    return opened, sheet.read(actor, terms, opened, checks.extra_value)


def bring_in(actor, *rows, head=HEAD):
    opened, found = preview(actor, *rows, head=head)
    return imports.import_assets(actor=actor, outcome=found.outcome, columns=opened.remembered)


SHOP = ["A-1", "Shop", "service", "Olga Owner", 4, 4, 5, "A-2"]
DATABASE = ["A-2", "Database", "database", "", 3, "", "", ""]


def test_rows_come_in_with_owner_links_and_worth(acme):
    assert bring_in(acme, SHOP, DATABASE) == {"new": 2, "changed": 0}
    shop, database = Asset.objects.order_by("number")
    assert (shop.owner, database.owner) == (acme.membership, None)
    assert (database.worth_confidentiality, database.worth_availability) == (4, 5)
    entry = TrailEntry.objects.filter(subject_id=str(shop.pk)).first()
    assert (entry.command, json.loads(entry.body)["reference"]) == ("assets.import_assets", "ASSET-1")


def test_the_same_sheet_again_changes_nothing_and_another_one_only_what_differs(acme):
    bring_in(acme, SHOP, DATABASE)
    _opened, again = preview(acme, SHOP, DATABASE)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert bring_in(acme, SHOP, DATABASE) == {"new": 0, "changed": 0}
    assert bring_in(acme, ["a-1", "Web shop", "", "", "", "", "", ""]) == {"new": 0, "changed": 1}
    assert list(Asset.objects.order_by("number").values_list("name", "availability")) == [
        ("Web shop", 5), ("Database", None),
    ]  # fmt: skip
    assert Dependency.objects.count() == 1


def test_one_bad_cell_and_nothing_comes_in(acme):
    _opened, found = preview(acme, SHOP, ["A-2", "Database", "gizmo", "", 9, "", "", ""])
    assert [sheet.sentence(each)[:4] for each in found.outcome.problems] == ["C3: ", "E3: "]
    with pytest.raises(UserError, match="Nothing was imported"):
        imports.import_assets(actor=acme, outcome=found.outcome)
    assert not Asset.objects.exists()


def test_a_circle_across_sheet_and_inventory_is_refused_with_its_path(acme):
    bring_in(acme, SHOP, DATABASE)
    with pytest.raises(GoesInACircle, match="Shop → Database → Shop"):
        bring_in(acme, ["A-2", "", "", "", "", "", "", "A-1"])
    assert Dependency.objects.count() == 1


def test_columns_that_somebody_chose_are_remembered(acme):
    head = ["Nr", "Bezeichnung", "Bemerkung"]
    terms = queries.inventory(acme)
    opened = sheet.open_sheet(terms, {"S": [head, ["1", "Server", "x"]]}).with_columns({"own_id": 0, "name": 1})
    found = sheet.read(acme, terms, opened, checks.extra_value)
    imports.import_assets(actor=acme, outcome=found.outcome, columns=opened.remembered)
    assert Inventory.objects.get().columns == {"nr": "own_id", "bezeichnung": "name", "bemerkung": ""}
    assert sheet.open_sheet(queries.inventory(acme), {"S": [head, []]}).columns == {"own_id": 0, "name": 1}


def test_a_row_that_vanished_meanwhile_stops_everything(acme):
    bring_in(acme, SHOP[:7])
    _opened, found = preview(acme, ["A-1", "Renamed"], ["A-9", "New"])
    Asset.objects.all().delete()
    with pytest.raises(UserError, match="changed meanwhile"):
        imports.import_assets(actor=acme, outcome=found.outcome)
    assert not Asset.objects.exists()


def test_a_reader_may_not(acme):
    _opened, found = preview(acme, SHOP[:7])
    with pytest.raises(UserError, match="asset:edit"):
        imports.import_assets(actor=make.member(acme, Role.READER), outcome=found.outcome)


def test_what_an_import_sends_to_the_database_grows_with_batches_not_with_rows(acme, django_assert_max_num_queries):
    rows = [[f"N-{number}", f"Node {number}", "server", "", 3, 3, 3, f"N-{number + 1}"] for number in range(300)]
    rows[-1][-1] = ""
    _opened, found = preview(acme, *rows)
    with django_assert_max_num_queries(40):
        assert imports.import_assets(actor=acme, outcome=found.outcome) == {"new": 300, "changed": 0}
    assert Dependency.objects.count() == 299


def test_retired_and_restored_assets_keep_their_id(acme):
    bring_in(acme, SHOP[:7])
    assets.retire_asset(actor=acme, asset=Asset.objects.get())
    assert bring_in(acme, SHOP[:7])["new"] == 0
