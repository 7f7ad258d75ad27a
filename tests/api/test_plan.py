"""The treatment plan, signatures and stand-ins through REST."""

import datetime

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time

from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.lib import clock
from annexa.organizations.roles import Role
from annexa.treatment.models import Acceptance
from tests.factories import organizations as make
from tests.factories import risks as some

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"
PASSWORD = "correct horse battery"


@pytest.fixture
def jonas(acme):
    found = make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")
    found.membership.person.set_password(PASSWORD)
    found.membership.person.save()
    return found


@pytest.fixture
def ask(acme, program, jonas):
    catalog.adopt_framework(actor=acme, framework_id=library.ISO_27001)
    some.method(acme)
    ask = program(acme)
    ask("post", "risks/", {"title": "Flood", "owner": str(jonas.membership.pk)})
    for stage, likelihood in (("current", 4), ("target", 2)):
        ask("post", "risks/RISK-1/readings", {"stage": stage, "likelihood": likelihood, "availability": 3})
    ask("post", "risks/RISK-1/decision", {"decision": "mitigate", "treating": ["A.7.5"]})
    return ask


def test_an_action_is_planned_found_and_changed(ask, acme):
    body = {"title": "Move the servers", "risks": ["RISK-1"], "controls": ["A.7.5"], "due": "2027-01-31", "cost": 1200}
    made = ask("post", "plan/actions", body)
    assert (made.status_code, made.data["reference"]) == (201, "ACTION-1")
    assert (made.data["risks"], made.data["controls"]) == (["RISK-1"], ["A.7.5"])
    changed = ask("patch", "plan/actions/ACTION-1", {"state": "in_progress"}, if_match=made["ETag"])
    assert changed.data["state"] == "in_progress"
    assert ask("patch", "plan/actions/ACTION-1", {"state": "done"}, if_match=made["ETag"]).status_code == 412
    assert [each["reference"] for each in ask("get", "plan/actions?state=open&q=servers").data["items"]] == ["ACTION-1"]
    assert ask("get", "plan/actions?late=true").data["items"] == []
    many = ask("post", "plan/actions/bulk", {"ids": [made.data["id"]], "change": {"due": "2027-02-28"}})
    assert many.data == {"changed": 1}


def test_what_makes_no_sense_names_the_field(ask):
    assert ask("post", "plan/actions", {"title": "x", "risks": ["RISK-9"]}).data["errors"][0]["field"] == "risks"
    assert ask("post", "plan/actions", {"title": "x", "risks": []}).status_code == 422
    dropped = ask("post", "plan/actions", {"title": "x", "risks": ["RISK-1"], "state": "dropped"})
    assert dropped.data["errors"][0]["field"] == "state_note"


def test_plan_and_register_are_files(ask):
    ask("post", "plan/actions", {"title": "Move the servers", "risks": ["RISK-1"]})
    assert b"Move the servers" in ask("get", "plan/report/csv").content
    assert b"Move the servers" not in ask("get", "plan/report/csv?as_of=2020-01-01").content
    assert ask("get", "risks/report/pdf").content.startswith(b"%PDF")
    assert ask("get", "risks/report/csv?as_of=someday").status_code == 422


class TestSigning:
    def test_the_owner_signs_with_a_password_what_was_read(self, ask, program, jonas):
        his = program(jonas)
        seen = his("get", "risks/RISK-1/acceptance").data
        assert (seen["is_accepted"], seen["awaited"], seen["figures"]["residual"]["score"]) == (False, ["owner"], 6)
        without = his("post", "risks/RISK-1/acceptance", {"seen": seen["seen"]})
        assert without.data["errors"][0]["field"] == "password"
        signed = his("post", "risks/RISK-1/acceptance", {"seen": seen["seen"], "password": PASSWORD, "note": "Fine"})
        assert signed.status_code == 201, signed.data
        assert signed.data["is_accepted"]
        assert signed.data["signatures"][0]["by"]["name"] == "Jonas Weber"
        ask("post", "risks/RISK-1/readings", {"stage": "target", "likelihood": 3, "availability": 3})
        after = ask("get", "risks/RISK-1/acceptance").data
        assert (after["is_accepted"], after["is_reopened"]) == (False, True)
        assert after["signatures"][0]["because"] == ["What remains rose from 6 to 9."]

    def test_a_code_of_the_authenticator_will_do_once(self, ask, program, jonas):
        TOTP.activate(jonas.membership.person, SECRET)
        his = program(jonas)
        seen = his("get", "risks/RISK-1/acceptance").data["seen"]
        code = format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))
        assert his("post", "risks/RISK-1/acceptance", {"seen": seen, "code": code}).status_code == 201
        assert his("post", "risks/RISK-1/acceptance", {"seen": seen, "code": code}).status_code == 403

    def test_another_is_refused_even_with_their_password(self, ask, acme):
        acme.membership.person.set_password(PASSWORD)
        acme.membership.person.save()
        seen = ask("get", "risks/RISK-1/acceptance").data["seen"]
        refused = ask("post", "risks/RISK-1/acceptance", {"seen": seen, "password": PASSWORD})
        assert refused.status_code == 403
        assert "Jonas Weber owns this risk" in refused.data["detail"]

    def test_guessing_ends(self, ask, program, jonas):
        his = program(jonas)
        seen = his("get", "risks/RISK-1/acceptance").data["seen"]
        for _guess in range(5):
            his("post", "risks/RISK-1/acceptance", {"seen": seen, "password": "guess"})
        right = his("post", "risks/RISK-1/acceptance", {"seen": seen, "password": PASSWORD})
        assert "Wrong too often" in right.data["detail"]
        assert not Acceptance.objects.exists()

    def test_a_signature_is_asked_for_and_withdrawn(self, ask, program, jonas):
        risk = ask("get", "risks/RISK-1").data["id"]
        assert ask("post", "risks/acceptance/ask", {"ids": [risk]}).data == {"changed": 1}
        his = program(jonas)
        seen = his("get", "risks/RISK-1/acceptance").data["seen"]
        his("post", "risks/RISK-1/acceptance", {"seen": seen, "password": PASSWORD})
        gone = his("post", "risks/RISK-1/acceptance/withdraw", {"reason": "Facilities object"})
        assert gone.data["signatures"][0]["because"] == ["Withdrawn: Facilities object"]


def test_somebody_stands_in(ask, acme, jonas, program):
    today = clock.today()
    body = {"kind": "acceptance", "stand_in": str(acme.membership.pk), "starts_on": str(today)}
    his = program(jonas)
    wrong = his("post", "delegations/", body | {"ends_on": str(today - datetime.timedelta(days=1))})
    assert wrong.data["errors"][0]["field"] == "ends_on"
    made = his("post", "delegations/", body | {"ends_on": str(today)})
    assert (made.status_code, made.data["state"]) == (201, "running")
    assert [each["id"] for each in ask("get", "delegations/").data["items"]] == [made.data["id"]]
    ended = his("post", f"delegations/{made.data['id']}/end")
    assert ended.data["state"] == "over"
