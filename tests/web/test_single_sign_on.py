"""Single sign-on against a real provider on loopback."""

import html
import re
import threading
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.test import Client

from annexa.activity.models import TrailEntry
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import queries, services
from annexa.organizations.models import Membership, Organization, Person, SignInDomain, SingleSignOn
from annexa.organizations.roles import Role
from annexa.organizations.services import single_sign_on as sso
from annexa.web.account import single_sign_on
from tests import oidc
from tests.factories import organizations as make
from tests.factories import sign_in
from tests.factories.organizations import PASSWORD

GOOD = {
    "client_id": oidc.CLIENT_ID,
    "client_secret": oidc.CLIENT_SECRET,
    "role_claim": "groups",
    "role_map": [("isms", "isms_manager"), ("crew", "contributor")],
}


@pytest.fixture(scope="module")
def provider():
    with oidc.running() as address:
        yield address


@pytest.fixture
def connected(acme, provider, settings):
    settings.ALLOW_PRIVATE_OIDC = True
    sso.connect_single_sign_on(actor=acme, issuer=provider, **GOOD)
    sso.claim_domains(actor=acme, domains=["harbour.example"])
    return acme


def go(client, actor, email="kim@harbour.example", group="", trick=""):
    """Sign in at the provider as somebody and come back."""
    page = client.get(f"/account/company/{actor.organization_id}/")
    assert page.status_code == 200, page.content.decode()
    address = html.unescape(re.search(r"url=([^\"]+)", page.content.decode()).group(1))
    parts = urlsplit(address)
    form = dict(parse_qsl(parts.query)) | {"email": email, "group": group, "trick": trick}
    answer = requests.post(f"{parts.scheme}://{parts.netloc}/authorize", form, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def joined(actor, email="kim@harbour.example"):
    return Membership.objects.filter(organization=actor.organization, person__email=email).first()


class TestSigningIn:
    def test_somebody_new_becomes_a_member_with_the_mapped_role(self, client, connected):
        answer = go(client, connected, group="isms")
        assert answer["Location"] == make.url(connected)
        assert joined(connected).role == Role.ISMS_MANAGER
        assert client.get(make.url(connected)).status_code == 200
        entry = TrailEntry.objects.filter(command="organizations.join_by_single_sign_on").latest("seq")
        assert entry.actor == str(joined(connected).person_id)

    def test_without_a_mapped_value_the_default_role_is_given(self, client, connected):
        go(client, connected, group="others")
        assert joined(connected).role == Role.READER

    def test_the_role_follows_the_provider_but_never_an_owners(self, client, connected):
        go(client, connected, group="crew")
        go(Client(), connected, group="isms")
        assert joined(connected).role == Role.ISMS_MANAGER
        Membership.objects.filter(pk=joined(connected).pk).update(role=Role.OWNER)
        go(Client(), connected, group="crew")
        assert joined(connected).role == Role.OWNER

    @pytest.mark.parametrize(
        "trick", ["audience", "nonce", "key", "issuer", "expired", "unverified", "unverified in words"]
    )
    def test_a_token_that_is_not_in_order_lets_nobody_in(self, client, connected, trick):
        answer = go(client, connected, trick=trick)
        assert answer.status_code == 403
        assert "You could not be signed in" in answer.content.decode()
        assert joined(connected) is None
        assert client.get(make.url(connected)).status_code == 302

    def test_a_slow_provider_leaves_threads_for_pages(self, client, connected, monkeypatch):
        monkeypatch.setattr(single_sign_on, "ASKING", threading.BoundedSemaphore(1))
        with single_sign_on.ASKING:
            answer = client.get(f"/account/company/{connected.organization_id}/")
        assert answer.status_code == 503
        assert "Try again in a few seconds" in answer.content.decode()
        assert client.get(f"/account/company/{connected.organization_id}/").status_code == 200

    def test_an_answer_nobody_asked_for_is_refused(self, client, connected):
        answer = client.get(f"/account/company/{connected.organization_id}/callback/?code=x&state=y")
        assert answer.status_code == 403

    def test_cancelling_at_the_provider_is_told(self, client, connected):
        page = client.get(f"/account/company/{connected.organization_id}/").content.decode()
        state = re.search(r"state=(\w+)", page).group(1)
        back = f"/account/company/{connected.organization_id}/callback/?error=access_denied&state={state}"
        assert client.get(back).status_code == 403

    def test_a_domain_that_is_not_claimed_is_refused(self, client, connected):
        answer = go(client, connected, "kim@elsewhere.example")
        assert "no addresses of elsewhere.example" in answer.content.decode()
        assert not Person.objects.filter(email="kim@elsewhere.example").exists()

    def test_another_provider_has_to_be_given_the_domains_again(self, connected):
        owner = make.member(connected, Role.OWNER, "Olga Second")
        sso.connect_single_sign_on(actor=owner, issuer=queries.single_sign_on(connected.organization_id).issuer, **GOOD)
        assert queries.sign_in_domains(connected) == ["harbour.example"]
        sso.connect_single_sign_on(actor=owner, issuer="https://elsewhere.example", **GOOD)
        assert queries.sign_in_domains(connected) == []

    def test_ended_access_stays_ended(self, client, connected):
        go(client, connected)
        services.deactivate_membership(actor=connected, membership=joined(connected))
        assert "has ended" in go(Client(), connected).content.decode()

    def test_an_administrator_of_the_installation_is_not_taken_over(self, client, connected):
        person = services.create_person(name="Ada", email="ada@harbour.example", is_administrator=True)
        assert go(client, connected, person.email).status_code == 403

    def test_the_provider_opens_only_its_own_organisation(self, client, connected, db):
        person = services.create_person(name="Kim", email="kim@harbour.example", password=PASSWORD)
        other = make.organization("Other")
        with make.inside(other):
            Membership.objects.create(organization=other.organization, person=person, role=Role.OWNER)
        go(client, connected)
        assert client.get(make.url(connected)).status_code == 200
        assert client.get(make.url(other)).status_code == 404
        for path in ("second-factor/", "email/", "password/change/", "password/set/"):
            assert client.get(f"/account/{path}").status_code == 403, path
        own = Client()
        sign_in.by_password(own, person.email, PASSWORD)
        assert own.get(make.url(other)).status_code == 200

    def test_the_address_tells_where_to_go(self, client, connected):
        assert "no organisation" in client.post("/account/company/", {"email": "a@b.example"}).content.decode().lower()
        answer = client.post("/account/company/", {"email": "Kim@Harbour.Example", "next": "//evil.example/"})
        assert answer["Location"] == f"/account/company/{connected.organization_id}/"
        assert go(client, connected)["Location"] == make.url(connected)


class TestOnlyThisWay:
    @pytest.fixture
    def strict(self, connected):
        sso.require_single_sign_on(actor=connected, required=True)
        return connected

    def test_a_member_with_a_password_is_led_to_the_provider(self, strict):
        person = make.person("Paula Porter", password=PASSWORD)
        Membership.objects.create(organization=strict.organization, person=person, role=Role.READER)
        client = Client()
        sign_in.by_password(client, person.email, PASSWORD)
        assert client.get(make.url(strict, "soa/"))["Location"].startswith("/account/company/")

    def test_who_comes_from_the_provider_needs_no_second_factor_here(self, client, strict):
        services.require_second_factor(actor=strict, required=True)
        go(client, strict)
        assert client.get(make.url(strict)).status_code == 200

    def test_an_owner_keeps_a_way_in(self, client, strict):
        assert make.signed_in(client, strict).get(make.url(strict)).status_code == 200

    def test_it_cannot_be_asked_for_without_a_provider(self, acme):
        with pytest.raises(UserError, match="Connect a provider first"):
            sso.require_single_sign_on(actor=acme, required=True)


class TestSettings:
    def test_the_secret_is_encrypted_and_in_no_trail_entry_or_page(self, client, connected):
        row = SingleSignOn.objects.get()
        assert row.client_secret == oidc.CLIENT_SECRET
        assert oidc.CLIENT_SECRET not in row.secret_box
        assert oidc.CLIENT_SECRET not in str([entry.body for entry in TrailEntry.objects.all()])
        text = make.signed_in(client, connected).get(make.url(connected, "settings/single-sign-on/")).content.decode()
        assert oidc.CLIENT_SECRET not in text
        assert "harbour.example" in text

    def test_an_empty_secret_keeps_the_old_one(self, connected, provider):
        sso.connect_single_sign_on(actor=connected, issuer=provider, client_id="changed")
        row = SingleSignOn.objects.get()
        assert (row.client_id, row.client_secret) == ("changed", oidc.CLIENT_SECRET)

    def test_it_is_saved_by_the_page(self, client, acme):
        data = {"issuer": "https://login.example.com/", "client_id": "a", "client_secret": "b",
                "default_role": "reader", "role_claim": "groups", "role_map": "isms = isms_manager\n"}  # fmt: skip
        answer = make.signed_in(client, acme).post(make.url(acme, "settings/single-sign-on/"), data)
        assert answer.status_code == 302, answer.content.decode()
        assert SingleSignOn.objects.get().role_map == [["isms", "isms_manager"]]

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"issuer": "http://login.example.com"}, "https://"),
            ({"issuer": "nonsense"}, "https://"),
            ({"client_secret": ""}, "needed"),
            ({"role_map": "isms = owner"}, "Line 1"),
            ({"role_map": "nothing"}, "Line 1"),
        ],
    )
    def test_bad_input_is_explained(self, client, acme, wrong, sentence):
        data = {"issuer": "https://login.example.com", "client_id": "a", "client_secret": "b", "default_role": "reader"}
        answer = make.signed_in(client, acme).post(make.url(acme, "settings/single-sign-on/"), data | wrong)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert not SingleSignOn.objects.exists()

    def test_somebody_new_is_a_reader_unless_an_owner_says_otherwise(self, client, acme):
        form = make.signed_in(client, acme).get(make.url(acme, "settings/single-sign-on/")).context["form"]
        assert form["default_role"].value() == Role.READER

    def test_a_private_address_is_not_gone_to(self, client, acme, provider, settings):
        settings.ALLOW_PRIVATE_OIDC = True
        sso.connect_single_sign_on(actor=acme, issuer=provider, **GOOD)
        settings.ALLOW_PRIVATE_OIDC = False
        assert client.get(f"/account/company/{acme.organization_id}/").status_code == 403

    def test_a_domain_belongs_to_one_organisation_and_only_an_administrator_claims_it(self, connected, db):
        with pytest.raises(NotAllowed, match="annexa sso domains"):
            sso.claim_domains(actor=make.member(connected, Role.OWNER), domains=["more.example"])
        other = make.organization("Other")
        with make.inside(other), pytest.raises(UserError, match="another organisation"):
            sso.claim_domains(actor=other, domains=["harbour.example"])
        with pytest.raises(UserError, match="not a domain"):
            sso.claim_domains(actor=connected, domains=["not a domain"])

    def test_disconnecting_opens_other_ways_again(self, connected):
        sso.require_single_sign_on(actor=connected, required=True)
        sso.disconnect_single_sign_on(actor=connected)
        assert queries.single_sign_on(connected.organization_id) is None
        assert not SignInDomain.objects.exists()
        assert not Organization.objects.get(pk=connected.organization_id).single_sign_on_required

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
    def test_only_an_owner_comes_in(self, client, acme, role):
        make.signed_in(client, make.member(acme, role))
        assert client.get(make.url(acme, "settings/single-sign-on/")).status_code == 403
