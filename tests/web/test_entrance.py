"""The ways in: first administrator, one-time links, invitations, organisations."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse

from annexa.lib import clock
from annexa.organizations import services
from annexa.organizations.models import Membership, Organization, Person
from annexa.organizations.roles import Role
from tests.factories import organizations as make

PASSWORD = "a long enough sentence"
NEW = {"name": "Mara Lindqvist", "email": "mara@example.com", "password": PASSWORD}


@pytest.fixture
def acme(db):
    return make.organization("Acme")


@pytest.fixture
def invitation(acme):
    with make.inside(acme):
        return services.invite_person(actor=acme, email="kim@example.com", role=Role.READER)


def link_of(invitation):
    return reverse("invitation", args=[invitation.organization_id, invitation.pk, invitation.token])


class TestWelcome:
    @pytest.fixture
    def link(self, db):
        return reverse("welcome", args=[services.create_link()])

    def test_creates_an_administrator_who_is_signed_in_and_describes_an_organisation(self, client, link):
        assert client.get(link).status_code == 200
        assert client.post(link, NEW)["Location"] == "/"
        assert Person.objects.get(email="mara@example.com").is_administrator
        assert client.get("/")["Location"] == "/new/"
        answer = client.post("/new/", {"name": "Quillpost", "time_zone": "Europe/Berlin", "currency": "EUR"})
        assert answer["Location"] == "/o/quillpost/start/"
        assert client.get(answer["Location"]).status_code == 200

    def test_works_once(self, client, link):
        client.post(link, NEW)
        again = client.post(link, NEW | {"email": "other@example.com"})
        assert again.status_code == 410
        assert "no longer works" in again.content.decode()
        assert Person.objects.count() == 1

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"password": "short"}, "at least 12 characters"),
            ({"password": "password1234"}, "too common"),
            ({"email": "nonsense"}, "valid email"),
            ({"name": ""}, "required"),
        ],
    )
    def test_bad_input_leaves_the_link_alive(self, client, link, wrong, sentence):
        answer = client.post(link, NEW | wrong)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert client.post(link, NEW).status_code == 302

    def test_a_taken_address_is_explained_and_leaves_the_link_alive(self, client, link):
        services.create_person(name="Mara", email="Mara@example.com")
        assert "In use" in client.post(link, NEW).content.decode()
        assert client.post(link, NEW | {"email": "m@example.com"}).status_code == 302

    def test_a_link_of_yesterday_is_worthless(self, client, link):
        with clock.at(clock.now() + datetime.timedelta(hours=25)):
            assert client.get(link).status_code == 410

    def test_a_guessed_link_is_worthless(self, client, db):
        assert client.post(reverse("welcome", args=["guess"]), NEW).status_code == 410
        assert not Person.objects.exists()


class TestSignInLink:
    def test_only_the_button_spends_it(self, client, acme):
        person = Person.objects.get(pk=acme.person_id)
        link = reverse("sign-in-link", args=[services.create_link(person)])
        assert "Sign in as Olga Owner" in client.get(link).content.decode()
        assert "_auth_user_id" not in client.session
        assert client.post(link).status_code == 302
        assert client.session["_auth_user_id"] == str(person.pk)
        assert client.__class__().post(link).status_code == 410

    def test_one_without_a_person_leads_to_the_welcome(self, client, db):
        answer = client.get(reverse("sign-in-link", args=[services.create_link()]))
        assert "/welcome/" in answer["Location"]

    def test_one_with_a_person_creates_no_administrator(self, client, acme):
        token = services.create_link(Person.objects.get(pk=acme.person_id))
        answer = client.post(reverse("welcome", args=[token]), NEW)
        assert answer.status_code in (410, 422)
        assert Person.objects.count() == 1


class TestInvitation:
    def test_somebody_new_joins_on_its_terms_and_is_signed_in(self, client, acme, invitation):
        assert "Join Acme" in client.get(link_of(invitation)).content.decode()
        answer = client.post(link_of(invitation), {"name": "Kim Park", "password": PASSWORD})
        assert answer["Location"] == make.url(acme)
        assert client.get(answer["Location"]).status_code == 200
        with make.inside(acme):
            assert Membership.objects.get(person__email="kim@example.com").role == Role.READER

    def test_works_once(self, client, invitation):
        client.post(link_of(invitation), {"name": "Kim Park", "password": PASSWORD})
        assert client.get(link_of(invitation)).status_code == 410

    def test_somebody_known_signs_in_first(self, client, invitation):
        kim = services.create_person(name="Kim Park", email="kim@example.com", password=PASSWORD)
        assert client.get(link_of(invitation))["Location"].startswith("/account/login/")
        client.force_login(kim)
        assert client.post(link_of(invitation)).status_code == 302

    def test_it_is_not_for_whoever_happens_to_be_signed_in(self, client, acme, invitation):
        services.create_person(name="Kim Park", email="kim@example.com", password=PASSWORD)
        make.signed_in(client, acme)
        for answer in (client.get(link_of(invitation)), client.post(link_of(invitation))):
            assert answer.status_code == 200
            page = answer.content.decode()
            assert "It invites kim@example.com to Acme." in page
            assert "You are signed in as Olga Owner (" in page
        with make.inside(acme):
            assert not Membership.objects.filter(person__email="kim@example.com").exists()

    def test_nor_does_it_make_a_new_person_of_whoever_is_signed_in(self, client, acme, invitation):
        make.signed_in(client, acme)
        answer = client.post(link_of(invitation), {"name": "Kim Park", "password": PASSWORD})
        assert "for somebody else" in answer.content.decode()
        assert not Person.objects.filter(email="kim@example.com").exists()

    def test_signing_out_leads_on_with_the_same_invitation(self, client, acme, invitation):
        services.create_person(name="Kim Park", email="kim@example.com", password=PASSWORD)
        make.signed_in(client, acme)
        answer = client.post(link_of(invitation), {"sign_out": "yes"})
        assert answer["Location"] == link_of(invitation)
        assert "_auth_user_id" not in client.session
        assert client.get(answer["Location"])["Location"] == f"/account/login/?next={link_of(invitation)}"
        login = {"login": "kim@example.com", "password": PASSWORD, "next": link_of(invitation)}
        assert client.post("/account/login/", login)["Location"] == link_of(invitation)
        assert client.post(link_of(invitation))["Location"] == make.url(acme)

    def test_once_withdrawn_it_is_worthless(self, client, acme, invitation):
        with make.inside(acme):
            services.withdraw_invitation(actor=acme, invitation=invitation)
        assert client.post(link_of(invitation), {"name": "Kim", "password": PASSWORD}).status_code == 410

    def test_after_two_weeks_it_is_worthless(self, client, invitation):
        with clock.at(clock.now() + datetime.timedelta(days=15)):
            assert client.get(link_of(invitation)).status_code == 410

    def test_a_wrong_token_or_organisation_opens_nothing(self, client, acme, invitation):
        other = make.organization("Other")
        for organization, token in ((acme.organization_id, "x" * 64), (other.organization_id, invitation.token)):
            assert client.get(reverse("invitation", args=[organization, invitation.pk, token])).status_code == 410

    def test_a_weak_password_is_explained(self, client, invitation):
        answer = client.post(link_of(invitation), {"name": "Kim", "password": "short"})
        assert answer.status_code == 422
        assert not Person.objects.filter(email="kim@example.com").exists()


class TestHome:
    def test_nobody_gets_in_without_signing_in(self, client, db):
        assert client.get("/")["Location"].startswith("/account/login/")
        assert client.get("/new/")["Location"].startswith("/account/login/")

    def test_leads_to_the_organisation_used_last(self, client, acme):
        other = make.organization("Zebra", owner=Person.objects.get(pk=acme.person_id))
        make.signed_in(client, acme)
        assert client.get("/")["Location"] == make.url(acme)
        client.get(make.url(other))
        assert client.get("/")["Location"] == make.url(other)

    def test_whoever_belongs_nowhere_is_told_what_to_do(self, client, db):
        client.force_login(make.person("Lone Wolf"))
        assert "You belong to no organisation yet" in client.get("/").content.decode()


class TestNewOrganisation:
    GOOD = {"name": "Quillpost", "time_zone": "UTC", "currency": "EUR"}

    def test_only_an_administrator_creates_one(self, client, db):
        client.force_login(make.person("Lone Wolf"))
        assert client.post("/new/", self.GOOD).status_code == 403

    @pytest.mark.parametrize("wrong", [{"name": ""}, {"time_zone": "Mars/Base"}, {"currency": "XXX"}])
    def test_bad_input_is_explained(self, client, db, wrong):
        client.force_login(make.person(administrator=True))
        assert client.post("/new/", self.GOOD | wrong).status_code == 422
        assert not Organization.objects.filter(slug="quillpost").exists()

    def test_a_taken_name_is_explained(self, client, db):
        client.force_login(make.person(administrator=True))
        client.post("/new/", self.GOOD)
        answer = client.post("/new/", self.GOOD)
        assert answer.status_code == 422
        assert "is taken" in answer.content.decode()


def test_no_mail_leaves_before_the_worker_sends_it(invitation):
    assert mail.outbox == []


@pytest.mark.parametrize("known", [True, False])
def test_a_reset_answers_alike_whether_somebody_has_the_address_or_not(client, acme, mailoutbox, known):
    email = acme.membership.person.email if known else "nobody@example.com"
    answer = client.post("/account/password/reset/", {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, "/account/password/reset/done/")
    assert len(mailoutbox) == known
