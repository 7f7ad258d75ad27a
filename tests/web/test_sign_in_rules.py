"""What an organisation asks of its members' sign-in, and approvals by somebody who has just shown who they are."""

import time

import pytest
from django.test import Client

from annexa.activity.models import TrailEntry
from annexa.lib.errors import NotAllowed
from annexa.organizations import services
from annexa.organizations.access import member
from annexa.organizations.models import Membership, Organization
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import Role
from annexa.treatment.models import Statement
from tests.factories import organizations as make
from tests.factories import sign_in
from tests.factories import statements as soa
from tests.factories.organizations import PASSWORD


def member_with_password(actor, role=Role.OWNER, name="Paula Porter"):
    person = make.person(name, password=PASSWORD)
    return member(Membership.objects.create(organization=actor.organization, person=person, role=role))


def signed_in(actor):
    client = Client()
    assert sign_in.by_password(client, actor.membership.person.email, PASSWORD).status_code == 302
    return client


def last_entry(command):
    return TrailEntry.objects.filter(command=command).latest("seq")


class TestSecondFactorRequired:
    @pytest.fixture
    def strict(self, acme):
        services.require_second_factor(actor=acme, required=True)
        return acme

    def test_an_owner_turns_it_on_and_it_is_in_the_trail(self, acme):
        client = signed_in(member_with_password(acme))
        sign_in.set_up_app(client)
        client.post(make.url(acme, "settings/second-factor/"), {"second_factor_required": "on"})
        assert Organization.objects.get(pk=acme.organization_id).second_factor_required
        assert "second_factor_required" in last_entry("organizations.require_second_factor").body
        client.post(make.url(acme, "settings/second-factor/"), {})
        assert not Organization.objects.get(pk=acme.organization_id).second_factor_required

    def test_who_has_none_is_led_to_set_one_up_and_then_comes_in(self, strict):
        client = signed_in(member_with_password(strict, Role.READER))
        for path in ("", "soa/", "search/?q=x"):
            assert client.get(make.url(strict, path))["Location"] == "/account/second-factor/", path
        assert client.post(make.url(strict, "tasks/add/"), {"title": "x"}).status_code == 302
        assert "asks everybody for a second factor" in client.get("/account/second-factor/").content.decode()
        sign_in.set_up_app(client)
        assert client.get(make.url(strict)).status_code == 200

    def test_it_counts_from_the_next_request_of_whoever_is_signed_in(self, acme):
        client = signed_in(member_with_password(acme, Role.READER))
        assert client.get(make.url(acme)).status_code == 200
        services.require_second_factor(actor=acme, required=True)
        assert client.get(make.url(acme)).status_code == 302

    def test_another_organisation_of_theirs_still_opens(self, strict, db):
        paula = member_with_password(strict, Role.READER)
        calm = make.organization("Calm")
        with make.inside(calm):
            Membership.objects.create(organization=calm.organization, person=paula.membership.person, role=Role.READER)
        client = signed_in(paula)
        assert client.get(make.url(strict)).status_code == 302
        assert client.get(make.url(calm)).status_code == 200

    def test_a_token_goes_on(self, strict):
        text = make.token(strict, "task:work")
        answer = Client().get("/api/v1/tasks/", headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == 200

    def test_a_stranger_is_not_told(self, strict):
        outsider = make.organization("Outside")
        assert make.signed_in(Client(), outsider).get(make.url(strict)).status_code == 404

    def test_only_an_owner_of_all_scopes_decides(self, acme):
        manager = make.member(acme, Role.ISMS_MANAGER)
        with pytest.raises(NotAllowed):
            services.require_second_factor(actor=manager, required=True)
        assert Permission.ORGANIZATION_EDIT not in manager.permissions


class TestApproval:
    @pytest.fixture
    def ruth(self, acme):
        soa.in_review(acme)
        return member_with_password(acme, Role.TOP_MANAGEMENT, "Ruth Calder")

    def approve(self, client, acme, note="Well done."):
        statement = Statement.objects.get(organization=acme.organization)
        data = {"note": note, "seen": statement.submitted_hash}
        return client.post(make.url(acme, f"soa/{statement.number}/approve/"), data)

    def is_approved(self, acme):
        return Statement.objects.get(organization=acme.organization).is_approved

    def age(self, client, minutes):
        session = client.session
        for record in session["account_authentication_methods"]:
            record["at"] = time.time() - minutes * 60
        session.save()

    def test_goes_through_right_after_signing_in(self, acme, ruth):
        client = signed_in(ruth)
        self.age(client, 4)
        assert self.approve(client, acme)["Location"] == make.url(acme, "soa/")
        assert self.is_approved(acme)

    def test_asks_once_more_later_and_keeps_the_note(self, acme, ruth):
        client = signed_in(ruth)
        self.age(client, 6)
        asked = self.approve(client, acme, "Checked against the audit.")["Location"]
        assert asked.startswith("/account/reauthenticate/")
        assert not self.is_approved(acme)
        wrong = client.post(asked, {"password": "not it at all"})
        assert wrong.status_code == 200
        back = client.post(asked, {"password": PASSWORD})["Location"]
        assert back == make.url(acme, "soa/") + "#soa-approve"
        assert "Checked against the audit." in client.get(back).content.decode()
        self.approve(client, acme, "Checked against the audit.")
        assert self.is_approved(acme)
        assert "soa.note" not in client.session

    def test_a_code_is_as_good_as_the_password(self, acme, ruth):
        client = signed_in(ruth)
        secret = sign_in.set_up_app(client)
        self.age(client, 6)
        self.approve(client, acme)
        address = f"/account/second-factor/reauthenticate/?next={make.url(acme, 'soa/')}"
        assert client.post(address, {"code": sign_in.code(secret)})["Location"] == make.url(acme, "soa/")
        self.approve(client, acme)
        assert self.is_approved(acme)

    def test_the_note_shows_to_nobody_else(self, acme, ruth):
        client = signed_in(ruth)
        self.age(client, 6)
        self.approve(client, acme, "Between us.")
        other = make.signed_in(Client(), soa.approver(acme, "Other Approver"))
        assert "Between us." not in other.get(make.url(acme, "soa/")).content.decode()


class TestRules:
    @pytest.mark.parametrize(
        ("path", "data"),
        [
            ("settings/four-eyes/", {"four_eyes_relaxed": "on", "four_eyes_reason": "Two people only."}),
            ("settings/second-factor/", {"required": ""}),
            ("settings/single-sign-on/disconnect/", {}),
        ],
    )
    def test_a_rule_about_trust_asks_once_more_before_it_changes(self, acme, path, data):
        owner = member_with_password(acme, Role.OWNER, "Ola Owner")
        client = signed_in(owner)
        session = client.session
        for record in session["account_authentication_methods"]:
            record["at"] = time.time() - 360
        session.save()
        asked = client.post(make.url(acme, path), data)["Location"]
        assert asked.startswith("/account/reauthenticate/")
        assert client.post(asked, {"password": PASSWORD})["Location"] == make.url(acme, "settings/")
        acme.organization.refresh_from_db()
        assert not acme.organization.four_eyes_relaxed
        client.post(make.url(acme, "settings/four-eyes/"), {"four_eyes_relaxed": "on", "four_eyes_reason": "Two only."})
        acme.organization.refresh_from_db()
        assert acme.organization.four_eyes_relaxed
