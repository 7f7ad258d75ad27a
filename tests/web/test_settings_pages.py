"""Settings of the organisation and the four-eyes rule."""

import pytest

from annexa.organizations.models import Organization
from annexa.organizations.roles import Role
from tests.factories import organizations as make
from tests.web.bounds import FEW

GOOD = {"name": "Acme Ltd", "legal_name": "Acme Limited", "time_zone": "Europe/Lisbon", "currency": "EUR"}


def now(actor):
    return Organization.objects.get(pk=actor.organization_id)


def test_name_time_zone_and_currency_change(client, acme):
    answer = make.signed_in(client, acme).post(make.url(acme, "settings/"), GOOD)
    assert answer.status_code == 302
    assert (now(acme).name, now(acme).time_zone) == ("Acme Ltd", "Europe/Lisbon")


@pytest.mark.parametrize("wrong", [{"name": ""}, {"time_zone": "Mars/Base"}, {"currency": "euro"}, {"currency": "e1r"}])
def test_bad_input_is_explained_and_stays(client, acme, wrong):
    answer = make.signed_in(client, acme).post(make.url(acme, "settings/"), GOOD | wrong)
    assert answer.status_code == 422
    assert "Acme Limited" in answer.content.decode()
    assert now(acme).name == "Acme"


def test_the_four_eyes_rule_is_relaxed_in_the_open_and_restored(client, acme):
    make.signed_in(client, acme)
    client.post(make.url(acme, "settings/four-eyes/"), {"four_eyes_relaxed": "on", "four_eyes_reason": "We are two."})
    assert now(acme).four_eyes_relaxed
    assert "Four eyes relaxed" in client.get(make.url(acme, "settings/")).content.decode()
    client.post(make.url(acme, "settings/four-eyes/"), {"four_eyes_reason": "We are two."})
    assert (now(acme).four_eyes_relaxed, now(acme).four_eyes_reason) == (False, "")


def test_it_is_not_relaxed_without_a_reason(client, acme):
    answer = make.signed_in(client, acme).post(make.url(acme, "settings/four-eyes/"), {"four_eyes_relaxed": "on"})
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()
    assert not now(acme).four_eyes_relaxed


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_an_owner_comes_in(client, acme, role):
    make.signed_in(client, make.member(acme, role))
    assert client.get(make.url(acme, "settings/")).status_code == 403
    assert client.post(make.url(acme, "settings/four-eyes/"), {"four_eyes_relaxed": "on"}).status_code == 403


def test_another_organisation_is_not_there(client, acme):
    stranger = make.organization("Stranger")
    assert make.signed_in(client, stranger).post(make.url(acme, "settings/"), GOOD).status_code == 404


def test_takes_few_queries(client, acme, django_assert_max_num_queries):
    make.signed_in(client, acme).get(make.url(acme, "settings/"))
    with django_assert_max_num_queries(FEW):
        client.get(make.url(acme, "settings/"))
