"""Many rows go in by one statement, with every type as it was."""

import datetime
from decimal import Decimal

import pytest
from django.db import Error, transaction

from annexa.assets.models import Asset
from annexa.lib import clock
from annexa.lib.database import bulk, history
from annexa.organizations import queries as organizations
from annexa.risks.models import Estimate, Risk
from tests.factories import organizations as make


def test_what_goes_in_comes_out(acme):
    odd = 'quote " back\\slash  ü 漢 \u2028 {"a": 1} %s \n'
    asset = Asset(
        organization=acme.organization, number=7, name=odd, kind="software", owner=acme.membership,
        tags=["a,b", 'c"d', ""], extra={"x": 1.5, "y": None, "z": [1]}, review_due=datetime.date(2027, 1, 31),
        personal_data=True, integrity=None, changed_at=clock.now(),
    )  # fmt: skip
    bulk.insert([asset])
    found = Asset.objects.get(pk=asset.pk)
    for field in Asset._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(asset, field.attname), field.attname
    assert history.versions(Asset).filter(id=asset.pk).count() == 1


def test_amounts_keep_their_digits(acme):
    risk = Risk.objects.create(
        organization=acme.organization, scope=organizations.scope_for(acme), number=1, title="One"
    )  # fmt: skip
    bulk.insert(
        [Estimate(organization=acme.organization, risk=risk, frequency={}, loss={}, cost=Decimal("99999999999.95"))]
    )
    assert Estimate.objects.get().cost == Decimal("99999999999.95")


def test_row_security_and_constraints_hold(acme):
    stranger = make.organization("Other")
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        bulk.insert([Asset(organization=stranger.organization, number=1, name="Planted", kind="software")])
    twice = [Asset(organization=acme.organization, number=1, name=name, kind="software") for name in "ab"]
    with pytest.raises(Error, match="asset_number_once"), transaction.atomic():
        bulk.insert(twice)
    assert not Asset.objects.exists()


def test_nothing_is_nothing(acme, django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert([])
