"""Tokens on pages: made by the member, shown once, revoked."""

import re

import pytest

from annexa.organizations import tokens
from annexa.organizations.models import ApiToken
from annexa.organizations.roles import Role
from tests.factories import organizations as make

GOOD = {"name": "asset import", "permissions": ["soa:read", "task:work"], "days": "30"}


@pytest.fixture
def signed_in(client, acme):
    return make.signed_in(client, acme)


def test_a_token_is_shown_once_and_works(signed_in, acme):
    answer = signed_in.post(make.url(acme, "me/tokens/add/"), GOOD)
    assert answer.status_code == 201
    text = re.search(r"annexa_\w+_[\w-]+", answer.content.decode()).group(0)
    assert tokens.recognise(text).permissions == ["soa:read", "task:work"]
    listed = signed_in.get(make.url(acme, "me/tokens/")).content.decode()
    assert "asset import" in listed
    assert text not in listed
    assert text.rsplit("_", 1)[1] not in str(ApiToken.objects.values())


def test_only_what_the_member_may_do_is_offered_and_never_an_approval(client, acme):
    reader = make.member(acme, Role.READER)
    form = make.signed_in(client, reader).get(make.url(acme, "me/tokens/add/")).context["form"]
    offered = {value for value, _label in form.fields["permissions"].choices}
    assert offered == {str(p) for p in reader.permissions}
    owner = make.signed_in(client, acme).get(make.url(acme, "me/tokens/add/")).context["form"]
    assert not any(value.endswith(":approve") for value, _label in owner.fields["permissions"].choices)


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"permissions": []}, {"permissions": ["soa:approve"]}, {"days": "0"}, {"days": "5000"}]
)
def test_bad_input_is_explained(signed_in, acme, wrong):
    answer = signed_in.post(make.url(acme, "me/tokens/add/"), GOOD | wrong)
    assert answer.status_code == 422
    assert 'class="ax-error"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_it_is_revoked(signed_in, acme):
    text = make.token(acme, "soa:read")
    token = ApiToken.objects.get()
    assert signed_in.post(make.url(acme, f"me/tokens/{token.pk}/revoke/")).status_code == 302
    assert tokens.recognise(text) is None
    assert "Revoked" in signed_in.get(make.url(acme, "me/tokens/")).content.decode()


def test_somebody_elses_are_neither_listed_nor_revoked(client, acme):
    make.token(acme, "soa:read")
    token = ApiToken.objects.get()
    make.signed_in(client, make.member(acme, Role.READER))
    assert "Program" not in client.get(make.url(acme, "me/tokens/")).content.decode()
    assert client.post(make.url(acme, f"me/tokens/{token.pk}/revoke/")).status_code == 404


def test_an_external_auditor_has_none(client, acme):
    make.signed_in(client, make.member(acme, Role.EXTERNAL_AUDITOR))
    assert client.get(make.url(acme, "me/tokens/")).status_code == 403
