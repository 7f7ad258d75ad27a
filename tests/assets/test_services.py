"""The inventory: assets are added, changed, reviewed, retired, and depend on each other."""

import datetime
import json

import pytest
from django.db import IntegrityError, transaction

from annexa.activity.models import TrailEntry
from annexa.assets import worth
from annexa.assets.errors import AssetRetired, GoesInACircle
from annexa.assets.models import Asset, Inventory, State
from annexa.assets.queries import assets as queries
from annexa.assets.services import assets, dependencies, terms
from annexa.lib import clock
from annexa.lib.database import history
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.roles import Role
from tests.factories import organizations as make


def add(actor, name="Customer database", kind="information", **values):
    return assets.add_asset(actor=actor, name=name, kind=kind, **values)


def needs(actor, asset, needed, **flows):
    return dependencies.link_assets(actor=actor, asset=asset, needed=needed, flows=flows)


def worth_of(asset):
    asset.refresh_from_db()
    return tuple(getattr(asset, f"worth_{name}") for name in worth.DIMENSIONS)


class TestAdd:
    def test_each_asset_gets_the_next_reference(self, acme):
        assert [add(acme, name).reference for name in ("One", "Two")] == ["ASSET-1", "ASSET-2"]

    def test_it_is_worth_what_was_said_of_it(self, acme):
        assert worth_of(add(acme, confidentiality=4, integrity=None, availability=2)) == (4, None, 2)

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"name": " "}, "name"),
            ({"kind": "gizmo"}, "kind"),
            ({"confidentiality": 6}, "confidentiality"),
            ({"recovery_time": -1}, "recovery_time"),
            ({"classification": "secret"}, "classification"),
            ({"tags": "one"}, "tags"),
            ({"tags": ["x" * 41]}, "tags"),
            ({"extra": {"colour": "red"}}, "extra.colour"),
            ({"state": "retired"}, "state"),
        ],
    )
    def test_what_does_not_fit_names_its_field(self, acme, values, field):
        with pytest.raises(UserError) as error:
            add(acme, **values)
        assert field in error.value.fields

    def test_an_own_id_is_given_once(self, acme):
        add(acme, own_id="SRV-1")
        with pytest.raises(UserError, match="ASSET-1 has this id"):
            add(acme, own_id="SRV-1")

    def test_a_contributor_may_not(self, acme):
        with pytest.raises(NotAllowed):
            add(make.member(acme, Role.CONTRIBUTOR))

    def test_the_trail_and_the_versions_know(self, acme):
        asset = add(acme, owner=acme.membership)
        entry = TrailEntry.objects.get(subject_id=str(asset.pk))
        body = json.loads(entry.body)
        assert (entry.command, body["reference"]) == ("assets.add_asset", "ASSET-1")
        assert body["after"]["owner"] == str(acme.membership.pk)
        assert history.versions(Asset).filter(id=asset.pk).count() == 1


class TestChange:
    def test_an_owner_keeps_the_description_but_not_the_value(self, acme):
        jonas = make.member(acme, Role.CONTRIBUTOR)
        asset = add(acme, owner=jonas.membership)
        assets.change_asset(actor=jonas, asset=asset, description="Holds orders.")
        assert asset.description == "Holds orders."
        with pytest.raises(NotAllowed, match="ISMS manager"):
            assets.change_asset(actor=jonas, asset=asset, confidentiality=1)
        with pytest.raises(NotAllowed, match="you own"):
            assets.change_asset(actor=jonas, asset=add(acme, "Other"), description="x")

    def test_many_change_or_none(self, acme):
        both = [add(acme, name) for name in ("One", "Two")]
        assert assets.change_assets(actor=acme, assets=both, values={"classification": "internal"}) == 2
        with pytest.raises(UserError):
            assets.change_assets(actor=acme, assets=both, values={"own_id": "SAME"})
        assert list(Asset.objects.values_list("own_id", flat=True)) == ["", ""]

    def test_an_ended_member_cannot_own(self, acme):
        gone = make.member(acme, Role.READER, deactivated_at=clock.now())
        with pytest.raises(UserError, match="access has ended"):
            add(acme, owner=gone.membership)


class TestWorth:
    def test_it_flows_from_what_needs_an_asset_and_follows_every_change(self, acme):
        shop, database, disk = (add(acme, name) for name in ("Shop", "Database", "Disk"))
        assets.change_asset(actor=acme, asset=shop, confidentiality=4, availability=5)
        needs(acme, shop, database)
        needs(acme, database, disk, confidentiality=False)
        assert (worth_of(database), worth_of(disk)) == ((4, None, 5), (None, None, 5))
        assets.change_asset(actor=acme, asset=shop, availability=3)
        assert worth_of(disk) == (None, None, 3)
        assets.retire_asset(actor=acme, asset=shop, reason="Closed")
        assert worth_of(disk) == (None, None, None)
        assets.restore_asset(actor=acme, asset=shop)
        dependencies.unlink_assets(actor=acme, asset=shop, needed=database)
        assert worth_of(database) == (None, None, None)

    def test_the_way_of_a_value_is_told(self, acme):
        shop, database, disk = add(acme, "Shop", availability=5), add(acme, "Database", integrity=2), add(acme, "Disk")
        needs(acme, shop, database)
        needs(acme, database, disk)
        _c, integrity, availability = queries.flows(acme, disk)
        assert [each.name for each in integrity.way] == ["Database", "Disk"]
        assert [each.name for each in availability.way] == ["Shop", "Database", "Disk"]
        assert availability.is_inherited

    def test_a_circle_is_refused_with_its_path(self, acme):
        a, b, c = (add(acme, name) for name in "ABC")
        needs(acme, a, b)
        needs(acme, b, c)
        with pytest.raises(GoesInACircle, match="C → A → B → C"):
            needs(acme, c, a)
        with pytest.raises(GoesInACircle, match="A → A"):
            needs(acme, a, a)

    def test_nothing_retired_is_linked(self, acme):
        a, b = add(acme, "A"), add(acme, "B")
        assets.retire_asset(actor=acme, asset=b)
        with pytest.raises(AssetRetired):
            needs(acme, a, b)

    def test_a_link_that_is_not_there_cannot_be_taken_away(self, acme):
        with pytest.raises(NotFound):
            dependencies.unlink_assets(actor=acme, asset=add(acme, "A"), needed=add(acme, "B"))


class TestScopes:
    @pytest.fixture
    def limited(self, acme):
        scope = organizations.scope_for(acme)
        return make.member(acme, Role.ISMS_MANAGER, "Lena Limited", scope=scope)

    @pytest.fixture
    def elsewhere(self, acme):
        return people.create_scope(actor=acme, name="Berlin")

    def test_what_flows_from_another_scope_stays_when_somebody_who_does_not_see_it_changes_something(
        self, acme, limited, elsewhere
    ):
        hidden, shared = add(acme, "Hidden", availability=5, scope=elsewhere), add(acme, "Shared")
        needs(acme, hidden, shared)
        with make.inside(limited):
            mine = Asset.objects.get(pk=shared.pk)
            assets.change_asset(actor=limited, asset=mine, availability=2)
            assert (mine.worth_availability, queries.flows(limited, mine)[2].way[0]) == (5, None)

    def test_numbers_and_ids_count_over_all_scopes(self, acme, limited, elsewhere):
        add(acme, "Hidden", own_id="H-1", scope=elsewhere)
        with make.inside(limited):
            assert add(limited, "Mine").number == 2
            assert Asset.objects.get().scope_id == limited.scope_id
            with pytest.raises(UserError, match="ASSET-1"):
                add(limited, "Again", own_id="H-1")

    def test_an_asset_of_another_scope_is_not_there(self, acme, limited, elsewhere):
        hidden = add(acme, "Hidden", scope=elsewhere)
        with make.inside(limited), pytest.raises(NotFound):
            assets.change_asset(actor=limited, asset=hidden, name="Seen")


class TestReview:
    def test_a_review_says_when_the_next_one_is(self, acme):
        asset = add(acme, review_due=clock.today() - datetime.timedelta(days=1))
        assert asset.is_review_late
        assets.review_asset(actor=acme, asset=asset, next_review=clock.today() + datetime.timedelta(days=365))
        assert (asset.is_review_late, asset.reviewed_on) == (False, clock.today())
        with pytest.raises(UserError, match="still to come"):
            assets.review_asset(actor=acme, asset=asset, next_review=clock.today())


class TestTerms:
    def test_a_scheme_of_ones_own(self, acme):
        levels = [{"name": "Open"}, {"name": "Closed", "handling": "Locked away."}]
        terms.describe_inventory(actor=acme, classifications=levels)
        assert add(acme, classification="closed").classification == "closed"
        with pytest.raises(UserError, match="Assets are classified as Closed"):
            terms.describe_inventory(actor=acme, classifications=[{"name": "Open"}, {"name": "Other"}])

    def test_fields_of_ones_own(self, acme):
        fields = [
            {"label": "Cost centre", "kind": "number"},
            {"label": "Ring", "kind": "choice", "choices": ["A", "B"]},
        ]
        terms.describe_inventory(actor=acme, fields=fields)
        asset = add(acme, extra={"cost-centre": "4100", "ring": "b"})
        assert asset.extra == {"cost-centre": 4100, "ring": "B"}
        with pytest.raises(UserError, match="Choose one of A, B"):
            assets.change_asset(actor=acme, asset=asset, extra={"ring": "C"})
        with pytest.raises(UserError, match="Assets have values for Ring"):
            terms.describe_inventory(actor=acme, fields=fields[:1])
        assets.change_asset(actor=acme, asset=asset, extra={"ring": ""})
        terms.describe_inventory(actor=acme, fields=fields[:1])

    @pytest.mark.parametrize(
        "given",
        [
            {"classifications": [{"name": "One"}]},
            {"classifications": [{"name": "Same"}, {"name": "same"}]},
            {"fields": [{"label": ""}]},
            {"fields": [{"label": "X", "kind": "colour"}]},
            {"fields": [{"label": "X", "kind": "choice", "choices": ["one"]}]},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, acme, given):
        with pytest.raises(UserError):
            terms.describe_inventory(actor=acme, **given)
        assert not Inventory.objects.exists() or Inventory.objects.get().fields == []


def test_the_database_refuses_values_beyond_five_and_assets_that_need_themselves(acme):
    asset = add(acme)
    with pytest.raises(IntegrityError), transaction.atomic():
        Asset.objects.filter(pk=asset.pk).update(integrity=6)
    assert asset.state == State.IN_USE
