"""A person's own pages: name, address, password, second factors, devices."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from annexa.organizations import services
from annexa.web.account.devices import device
from tests.factories import organizations as make
from tests.factories import sign_in
from tests.factories.organizations import PASSWORD

APP = "/account/second-factor/totp/activate/"


@pytest.fixture
def mara(db):
    return make.person(password=PASSWORD)


@pytest.fixture
def signed_in(client, mara):
    assert sign_in.by_password(client, mara.email, PASSWORD).status_code == 302
    return client


def long_ago(client):
    """Let the last sign-in of a session lie further back than the few minutes that count as just now."""
    session = client.session
    session["account_authentication_methods"] = [
        record | {"at": time.time() - 3600} for record in session["account_authentication_methods"]
    ]
    session.save()


class TestProfile:
    def test_name_changes(self, signed_in, mara):
        assert signed_in.post("/account/", {"name": " Mara L. ", "language": "en"}).status_code == 302
        mara.refresh_from_db()
        assert mara.name == "Mara L."

    @pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "   "}, {"language": "tlh"}])
    def test_bad_input_is_explained(self, signed_in, mara, wrong):
        answer = signed_in.post("/account/", {"name": "Somebody", "language": "en"} | wrong)
        assert answer.status_code == 422
        assert 'class="ax-error"' in answer.content.decode()
        mara.refresh_from_db()
        assert mara.name == "Mara Lindqvist"

    def test_leads_back_to_the_organisations(self, client, db):
        acme = make.organization("Acme")
        text = make.signed_in(client, acme).get("/account/").content.decode()
        assert f"/o/{acme.organization.slug}/" in text
        assert "/account/sessions/" in text


class TestAddress:
    def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(self, signed_in, mara):
        old = mara.email
        signed_in.post("/account/email/", {"email": "mara@new.example", "action_add": ""})
        mara.refresh_from_db()
        assert mara.email == old
        [sent] = mail.outbox
        assert sent.to == ["mara@new.example"]
        link = re.search(r"/account/confirm-email/\S+", sent.body).group(0)
        assert signed_in.get(link).status_code == 200
        mara.refresh_from_db()
        assert mara.email == old, "a mail scanner that follows the link must not change it"
        signed_in.post(link)
        mara.refresh_from_db()
        assert mara.email == "mara@new.example"
        assert mail.outbox[-1].to == [old]
        assert sign_in.by_password(Client(), old, PASSWORD).status_code == 200
        assert sign_in.by_password(Client(), "mara@new.example", PASSWORD).status_code == 302

    def test_an_address_in_use_or_malformed_is_refused(self, signed_in):
        other = make.person("Other Person")
        for wrong in (other.email, "nonsense"):
            answer = signed_in.post("/account/email/", {"email": wrong, "action_add": ""})
            assert 'class="ax-error"' in answer.content.decode(), wrong
        assert mail.outbox == []

    def test_asks_for_the_password_when_the_sign_in_is_long_ago_and_then_goes_on(self, signed_in):
        long_ago(signed_in)
        answer = signed_in.post("/account/email/", {"email": "mara@new.example", "action_add": ""})
        assert answer["Location"].startswith("/account/reauthenticate/")
        assert mail.outbox == []
        signed_in.post(answer["Location"], {"password": PASSWORD, "next": "/account/email/"})
        assert [each.to for each in mail.outbox] == [["mara@new.example"]]


class TestAuthenticatorApp:
    def test_the_page_shows_a_square_and_the_key(self, signed_in):
        answer = signed_in.get(APP)
        assert "data:image/svg+xml" in answer.content.decode()
        assert answer.context["form"].secret in answer.content.decode()

    def test_a_wrong_code_is_explained_and_turns_nothing_on(self, signed_in, mara):
        signed_in.get(APP)
        answer = signed_in.post(APP, {"code": "000000"})
        assert 'class="ax-error"' in answer.content.decode()
        assert not Authenticator.objects.filter(user=mara).exists()

    def test_its_secret_is_encrypted_at_rest(self, signed_in, mara):
        secret = sign_in.set_up_app(signed_in)
        stored = str([each.data for each in Authenticator.objects.filter(user=mara)])
        assert secret not in stored
        assert "seed" in stored

    def test_signing_in_needs_its_code_once_each(self, signed_in, mara):
        secret = sign_in.set_up_app(signed_in)
        other = Client()
        answer = sign_in.by_password(other, mara.email, PASSWORD)
        assert answer["Location"] == "/account/second-factor/authenticate/"
        assert other.get("/account/")["Location"].startswith("/account/login/")
        assert 'class="ax-error"' in other.post(answer["Location"], {"code": "123456"}).content.decode()
        now = sign_in.code(secret)
        assert other.post(answer["Location"], {"code": now}).status_code == 302
        assert other.get("/account/").status_code == 200
        third = Client()
        answer = sign_in.by_password(third, mara.email, PASSWORD)
        assert third.post(answer["Location"], {"code": now}).status_code == 200, "a code works once"

    def test_guessing_codes_is_stopped(self, signed_in, mara):
        sign_in.set_up_app(signed_in)
        other = Client()
        sign_in.by_password(other, mara.email, PASSWORD)
        answers = [
            other.post("/account/second-factor/authenticate/", {"code": f"{number:06}"}).content.decode()
            for number in range(8)
        ]
        assert "Too many" in answers[-1]

    def test_it_is_turned_off_again(self, signed_in, mara):
        sign_in.set_up_app(signed_in)
        assert signed_in.post("/account/second-factor/totp/deactivate/").status_code == 302
        assert not Authenticator.objects.filter(user=mara).exists()


class TestRecoveryCodes:
    @pytest.fixture
    def codes(self, signed_in):
        sign_in.set_up_app(signed_in)
        return signed_in.get("/account/second-factor/recovery-codes/").context["unused_codes"]

    def test_each_works_once(self, codes, mara):
        first = Client()
        page = sign_in.by_password(first, mara.email, PASSWORD)["Location"]
        assert first.post(page, {"code": codes[0]}).status_code == 302
        second = Client()
        sign_in.by_password(second, mara.email, PASSWORD)
        assert second.post(page, {"code": codes[0]}).status_code == 200
        assert second.post(page, {"code": codes[1]}).status_code == 302

    def test_they_are_shown_downloaded_and_made_anew(self, signed_in, codes):
        assert len(codes) == 10
        assert codes[0] in signed_in.get("/account/second-factor/recovery-codes/").content.decode()
        assert codes[0] in signed_in.get("/account/second-factor/recovery-codes/download/").content.decode()
        signed_in.post("/account/second-factor/recovery-codes/generate/")
        fresh = signed_in.get("/account/second-factor/recovery-codes/").context["unused_codes"]
        assert set(fresh) & set(codes) == set()

    def test_they_are_shown_only_to_who_has_just_signed_in(self, signed_in, codes):
        long_ago(signed_in)
        answer = signed_in.get("/account/second-factor/recovery-codes/")
        assert answer["Location"].startswith("/account/reauthenticate/")


class TestDevices:
    def test_lists_them_and_signs_one_out(self, signed_in, mara):
        other = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"})
        sign_in.by_password(other, mara.email, PASSWORD)
        text = signed_in.get("/account/sessions/").content.decode()
        assert "Firefox on Windows" in text
        assert "127.0.0.1" in text
        session = UserSession.objects.exclude(session_key=signed_in.session.session_key).get(user=mara)
        assert signed_in.post(f"/account/sessions/{session.pk}/end/").status_code == 302
        assert other.get("/account/").status_code == 302
        assert signed_in.get("/account/").status_code == 200

    def test_signs_all_others_out(self, signed_in, mara):
        others = [Client(), Client()]
        for other in others:
            sign_in.by_password(other, mara.email, PASSWORD)
        signed_in.post("/account/sessions/end-others/")
        assert [other.get("/account/").status_code for other in others] == [302, 302]
        assert signed_in.get("/account/").status_code == 200

    def test_a_device_of_somebody_else_is_not_there(self, signed_in):
        other, person = Client(), make.person("Other Person", password=PASSWORD)
        sign_in.by_password(other, person.email, PASSWORD)
        session = UserSession.objects.get(user=person)
        assert signed_in.post(f"/account/sessions/{session.pk}/end/").status_code == 404
        assert other.get("/account/").status_code == 200

    @pytest.mark.parametrize(
        ("agent", "words"),
        [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1", "Safari on iPhone"),
            ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140 Safari/537.36", "Chrome on Linux"),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge on Windows"),
            ("curl/8", "Unknown device"),
        ],
    )
    def test_a_device_is_named(self, agent, words):
        assert device(agent) == words


def test_a_link_lets_in_and_is_listed(client, db):
    person = make.person()
    client.post(f"/sign-in/{services.create_link(person)}/")
    assert UserSession.objects.filter(user=person).count() == 1
    assert client.get("/account/password/set/").status_code == 200


def test_nobody_elses_pages_are_public(client, db):
    for path in ("/account/", "/account/email/", "/account/sessions/", "/account/second-factor/", APP):
        assert client.get(path)["Location"].startswith("/account/login/"), path
