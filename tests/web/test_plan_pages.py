"""The treatment plan and the signatures under risks, page by page."""

import datetime

import pytest

from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.catalog.models import Requirement
from annexa.lib import clock
from annexa.organizations import queries as organizations
from annexa.organizations.models import Delegation
from annexa.organizations.roles import Role
from annexa.risks.services import risks
from annexa.tasks import services as tasks
from annexa.treatment.models import Acceptance, Action
from annexa.treatment.queries import acceptance as standings
from annexa.treatment.services.risks import treat_risk
from tests.factories import organizations as make
from tests.factories import risks as some

pytestmark = pytest.mark.django_db


@pytest.fixture
def jonas(acme):
    return make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")


@pytest.fixture
def risk(acme, jonas):
    catalog.adopt_framework(actor=acme, framework_id=library.ISO_27001)
    some.method(acme)
    scope = organizations.scope_for(acme)
    made = risks.add_risk(actor=acme, scope=scope, title="Flood", owner=jonas.membership)
    for stage, likelihood in (("current", 4), ("target", 2)):
        risks.assess_risk(actor=acme, risk=made, stage=stage, likelihood=likelihood, impact=3)
    control = Requirement.objects.get(framework__slug=library.ISO_27001, ref="A.7.5")
    treat_risk(actor=acme, risk=made, decision="mitigate", treating=[control])
    return made


@pytest.fixture
def page(client, acme, risk):
    make.signed_in(client, acme)
    return lambda path="": client.get(make.url(acme, path))


def text(answer):
    return answer.content.decode()


def plan_an_action(client, acme, risk, **more):
    values = {"title": "Move the servers", "risks": [risk.pk], "state": "planned", "due": "2027-01-31", **more}
    return client.post(make.url(acme, "plan/add/"), values)


class TestPlan:
    def test_an_empty_plan_says_what_it_is_for(self, page):
        shown = text(page("plan/"))
        assert "Nothing is planned yet" in shown
        assert "of 1 risks" in shown

    def test_an_action_is_planned_for_the_risk_that_was_open(self, client, page, acme, risk, jonas):
        assert f'<option value="{risk.pk}" selected>' in text(page(f"plan/add/?risk={risk.pk}"))
        links = "https://wiki.example.com/1 Failover test\nhttps://wiki.example.com/2"
        answer = plan_an_action(client, acme, risk, owner=jonas.membership.pk, cost="1200.50", links=links)
        action = Action.objects.get()
        assert answer["Location"] == make.url(acme, f"plan/{action.pk}/")
        assert action.links[0] == {"url": "https://wiki.example.com/1", "title": "Failover test"}
        shown = text(page(f"plan/{action.pk}/"))
        assert "Failover test" in shown
        assert "Jonas Weber" in shown
        assert "ACTION-1" in text(page(f"risks/{risk.pk}/"))
        assert "RISK-1" in text(page("plan/"))

    def test_what_is_refused_keeps_what_was_typed(self, client, page, acme, risk):
        answer = plan_an_action(client, acme, risk, state="dropped", note="Typed")
        assert answer.status_code == 422
        assert "Say why it is dropped." in text(answer)
        assert "Typed" in text(answer)
        answer = plan_an_action(client, acme, risk, links="javascript:alert(1)")
        assert "A link begins with https://" in text(answer)

    def test_its_owner_says_how_far_it_is(self, client, page, acme, risk, jonas):
        plan_an_action(client, acme, risk, owner=jonas.membership.pk)
        action = Action.objects.get()
        make.signed_in(client, jonas)
        assert "plan/add/" not in text(client.get(make.url(acme, "plan/")))
        answer = client.post(make.url(acme, f"plan/{action.pk}/progress/"), {"state": "done", "state_note": "In June"})
        assert answer.status_code == 302
        action.refresh_from_db()
        assert (action.state, action.state_note) == ("done", "In June")
        assert client.get(make.url(acme, f"plan/{action.pk}/edit/")).status_code == 403

    @pytest.mark.parametrize("state", Action.State.values)
    def test_every_state_shows(self, client, page, acme, risk, state):
        plan_an_action(client, acme, risk, state=state, state_note="Because")
        assert str(Action.State(state).label) in text(page("plan/"))
        assert "Because" in text(page(f"plan/{Action.objects.get().pk}/"))

    def test_the_plan_is_had_as_a_file(self, client, page, acme, risk):
        plan_an_action(client, acme, risk)
        assert page("plan/file/pdf/").content.startswith(b"%PDF")
        assert page("plan/file/docx/").content.startswith(b"PK")
        assert "Move the servers" in text(page("plan/file/csv/"))
        assert "Move the servers" not in text(page("plan/file/csv/?as_of=2020-01-01"))
        assert page("plan/file/odt/").status_code == 400
        assert page("plan/?format=xlsx").content.startswith(b"PK")

    def test_the_register_is_had_as_a_file(self, page):
        assert page("risks/file/pdf/").content.startswith(b"%PDF")
        assert "Flood" in text(page("risks/file/csv/"))
        assert "Flood" not in text(page("risks/file/csv/?as_of=2020-01-01"))

    def test_everybody_who_is_awaited_is_asked(self, client, page, acme, jonas):
        assert "Ask for signatures" in text(page("plan/"))
        client.post(make.url(acme, "plan/ask/"))
        make.signed_in(client, jonas)
        assert "Your signature is asked for: RISK-1 Flood" in text(client.get(make.url(acme, "inbox/")))


class TestSignatures:
    def sign(self, client, acme, risk, **more):
        until = clock.today() + datetime.timedelta(days=90)
        values = {"seen": standings.standing(acme, risk).seen, "valid_until": until, "note": "Fine", **more}
        return client.post(make.url(acme, f"risks/{risk.pk}/accept/"), values)

    def test_the_owner_signs_on_the_risks_page(self, client, page, acme, jonas, risk):
        assert 'name="seen"' not in text(page(f"risks/{risk.pk}/"))
        assert self.sign(client, acme, risk).status_code == 403
        make.signed_in(client, jonas)
        assert 'name="seen"' in text(page(f"risks/{risk.pk}/"))
        assert self.sign(client, acme, risk).status_code == 302
        shown = text(page(f"risks/{risk.pk}/"))
        assert "Accepted" in shown
        assert "Fine" in shown
        risks.assess_risk(actor=acme, risk=risk, stage="target", likelihood=3, impact=3)
        assert "What remains rose from 6 to 9." in text(page(f"risks/{risk.pk}/"))

    def test_who_has_a_password_shows_first_that_it_is_them(self, client, page, acme, jonas, risk):
        jonas.membership.person.set_password("correct horse battery")
        jonas.membership.person.save()
        make.signed_in(client, jonas)
        answer = self.sign(client, acme, risk)
        assert answer["Location"].startswith("/account/reauthenticate/")
        assert not Acceptance.objects.exists()

    def test_what_changed_meanwhile_is_not_signed(self, client, page, acme, jonas, risk):
        make.signed_in(client, jonas)
        answer = self.sign(client, acme, risk, seen="0" * 64)
        assert answer.status_code == 422
        assert "changed while this page was open" in text(answer)

    def test_a_signature_is_withdrawn(self, client, page, acme, jonas, risk):
        make.signed_in(client, jonas)
        self.sign(client, acme, risk)
        assert client.post(make.url(acme, f"risks/{risk.pk}/withdraw/"), {"reason": ""}).status_code == 422
        client.post(make.url(acme, f"risks/{risk.pk}/withdraw/"), {"reason": "Facilities object"})
        shown = text(page(f"risks/{risk.pk}/"))
        assert "1 earlier signature" in shown
        assert "Withdrawn: Facilities object" in shown


class TestStandingIn:
    def give(self, client, acme, stand_in, **more):
        today = clock.today()
        values = {"kind": "tasks", "stand_in": stand_in.membership.pk, "starts_on": today, "ends_on": today, **more}
        return client.post(make.url(acme, "me/stand-ins/"), values)

    def test_a_member_lets_a_colleague_stand_in_and_ends_it(self, client, acme, jonas):
        make.signed_in(client, jonas)
        assert "Nobody stands in" in text(client.get(make.url(acme, "me/stand-ins/")))
        assert self.give(client, acme, acme, reason="Holiday").status_code == 302
        shown = text(client.get(make.url(acme, "me/stand-ins/")))
        assert "for Jonas Weber" in shown
        assert "Holiday" in shown
        client.post(make.url(acme, f"me/stand-ins/{Delegation.objects.get().pk}/end/"))
        assert Delegation.objects.get().is_over

    def test_the_stand_in_finds_and_finishes_the_tasks(self, client, acme, jonas):
        lena = make.member(acme, Role.CONTRIBUTOR, "Lena Harbour")
        task = tasks.create_task(actor=acme, title="Water the plants", owner=jonas.membership)
        make.signed_in(client, lena)
        assert client.get(make.url(acme, f"tasks/{task.pk}/")).status_code == 404
        make.signed_in(client, jonas)
        self.give(client, acme, lena)
        make.signed_in(client, lena)
        assert "Water the plants" in text(client.get(make.url(acme, "")))
        assert client.post(make.url(acme, f"tasks/{task.pk}/finish/")).status_code == 302
        task.refresh_from_db()
        assert task.state == "done"

    def test_only_who_keeps_members_gives_it_away_for_others(self, client, acme, jonas):
        lena = make.member(acme, Role.CONTRIBUTOR, "Lena Harbour")
        make.signed_in(client, acme)
        answer = self.give(client, acme, lena, absent=jonas.membership.pk)
        assert "Say why somebody else gives this away" in text(answer)
        assert self.give(client, acme, lena, absent=jonas.membership.pk, reason="Ill").status_code == 302
        make.signed_in(client, lena)
        self.give(client, acme, acme, absent=jonas.membership.pk, reason="Ill")
        assert Delegation.objects.filter(absent=jonas.membership).count() == 1  # it was taken as Lena's own
