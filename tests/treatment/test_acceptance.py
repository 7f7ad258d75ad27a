"""Owners sign for what remains, with the figures as they were; what gets worse reopens it."""

import datetime

import pytest
from django.db import Error, transaction

from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.catalog.models import Requirement
from annexa.lib import clock
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.access import system
from annexa.organizations.roles import Role
from annexa.risks.services import risks
from annexa.tasks.models import Kind, Notice
from annexa.treatment import jobs
from annexa.treatment.errors import ChangedWhileRead, NotReady, NotYoursToSign
from annexa.treatment.models import Acceptance
from annexa.treatment.queries import acceptance as queries
from annexa.treatment.queries import necessary
from annexa.treatment.services import acceptance, plan, statements
from annexa.treatment.services.risks import treat_risk
from tests.factories import organizations as make
from tests.factories import risks as some
from tests.factories import statements as soa


@pytest.fixture
def scope(acme):
    return organizations.scope_for(acme)


@pytest.fixture
def jonas(acme):
    return make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")


@pytest.fixture
def ruth(acme):
    return make.member(acme, Role.TOP_MANAGEMENT, "Ruth Calder")


@pytest.fixture
def risk(acme, scope, jonas):
    """A risk of Jonas that is mitigated: 16 now, 6 once treated, which is medium."""
    catalog.adopt_framework(actor=acme, framework_id=library.ISO_27001)
    some.method(acme)
    made = risks.add_risk(actor=acme, scope=scope, title="Flood", owner=jonas.membership)
    read(acme, made, "current", 4, 4)
    read(acme, made, "target", 2, 3)
    treat_risk(actor=acme, risk=made, decision="mitigate", treating=[_control("A.7.5")])
    plan.add_action(actor=acme, scope=scope, title="Move the servers", risks=[made], due=datetime.date(2026, 6, 1))
    return made


def _control(ref):
    return Requirement.objects.get(framework__slug=library.ISO_27001, ref=ref)


def read(actor, risk, stage, likelihood, impact):
    risks.assess_risk(actor=actor, risk=risk, stage=stage, likelihood=likelihood, impact=impact)


def sign(actor, risk, **more):
    seen = queries.standing(actor, risk).seen
    return acceptance.accept_risk(actor=actor, risk=risk, seen=seen, **more)


def standing(actor, risk):
    return queries.standing(actor, risk)


class TestSigning:
    def test_the_owner_signs_and_the_figures_stay_as_they_were(self, acme, jonas, risk):
        [made] = sign(jonas, risk, note="Agreed with facilities")
        found = standing(acme, risk)
        assert found.is_accepted
        assert made.valid_until == datetime.date(clock.today().year + 1, clock.today().month, clock.today().day)
        assert made.figures["residual"]["score"] == 6
        assert made.figures["actions"][0]["reference"] == "ACTION-1"
        assert made.figures_hash == found.seen
        read(acme, risk, "current", 3, 4)
        made.refresh_from_db()
        assert made.figures["current"]["score"] == 16

    def test_nobody_else_signs(self, acme, risk, ruth):
        for other in (acme, ruth):
            with pytest.raises(NotYoursToSign, match="Jonas Weber owns this risk"):
                sign(other, risk)
        with pytest.raises(NotAllowed, match="A person signs"):
            sign(system(acme.organization), risk)

    def test_what_was_seen_is_what_is_signed(self, acme, jonas, risk):
        seen = standing(acme, risk).seen
        treat_risk(actor=acme, risk=risk, decision="mitigate", treating=[_control("A.7.5"), _control("A.8.14")])
        with pytest.raises(ChangedWhileRead):
            acceptance.accept_risk(actor=jonas, risk=risk, seen=seen)

    def test_a_role_signs_in_addition_where_the_method_names_one(self, acme, jonas, ruth, risk):
        read(acme, risk, "target", 3, 4)  # 12: high
        sign(jonas, risk)
        found = standing(acme, risk)
        assert (found.role, found.awaited, found.is_accepted) == ("top_management", ["role"], False)
        assert Notice.objects.get(kind=Kind.ACCEPTANCE_ASKED).membership == ruth.membership
        [made] = sign(ruth, risk)
        assert made.capacity == "role"
        assert standing(acme, risk).is_accepted
        assert not Notice.objects.filter(kind=Kind.ACCEPTANCE_ASKED, read_at=None).exists()

    def test_an_owner_who_holds_the_role_signs_once(self, acme, ruth, risk):
        risks.change_risk(actor=acme, risk=risk, owner=ruth.membership)
        read(acme, risk, "target", 3, 4)
        sign(ruth, risk)
        assert standing(acme, risk).is_accepted

    def test_what_is_accepted_as_it_is_remains_as_it_is(self, acme, jonas, risk):
        treat_risk(actor=acme, risk=risk, decision="accept", note="Below what a move would cost", treating=[])
        assert standing(acme, risk).figures["residual"]["score"] == 16

    def test_a_day_of_ones_own_is_earlier_than_the_methods(self, jonas, risk):
        soon = clock.today() + datetime.timedelta(days=30)
        assert sign(jonas, risk, valid_until=soon)[0].valid_until == soon
        for wrong in (clock.today(), clock.today() + datetime.timedelta(days=800)):
            with pytest.raises(UserError) as refused:
                sign(jonas, risk, valid_until=wrong)
            assert "valid_until" in refused.value.fields

    def test_a_new_signature_takes_the_place_of_the_old_one(self, acme, jonas, risk):
        [first] = sign(jonas, risk)
        sign(jonas, risk)
        first.refresh_from_db()
        assert first.ended_because == [["signed_anew", {}]]
        assert [each.ended_at is None for each in queries.signed(acme, risk)] == [True, False]

    def test_it_says_what_is_missing(self, acme, scope, jonas, risk):
        bare = risks.add_risk(actor=acme, scope=scope, title="Bare", owner=jonas.membership)
        assert standing(acme, bare).lacking == ["current", "decision"]
        with pytest.raises(NotReady, match="Nobody has read where it stands"):
            acceptance.accept_risk(actor=jonas, risk=bare, seen="")
        lone = risks.add_risk(actor=acme, scope=scope, title="Lone")
        with pytest.raises(NotYoursToSign, match="Nobody owns this risk yet"):
            acceptance.accept_risk(actor=jonas, risk=lone, seen="")

    def test_a_closed_risk_is_not_signed(self, acme, jonas, risk):
        seen = standing(acme, risk).seen
        risks.close_risk(actor=acme, risk=risk, reason="Sold the cellar")
        with pytest.raises(UserError, match="closed"):
            acceptance.accept_risk(actor=jonas, risk=risk, seen=seen)


class TestStandingIn:
    @pytest.fixture
    def sam(self, acme):
        return make.member(acme, Role.CONTRIBUTOR, "Sam Stand-in")

    def delegate(self, actor, stand_in, **more):
        today = clock.today()
        days = {"starts_on": today, "ends_on": today + datetime.timedelta(days=14)}
        return people.delegate(
            actor=actor, kind="acceptance", stand_in=stand_in.membership, **{**days, **more}
        )  # fmt: skip

    def test_a_stand_in_signs_for_the_owner_and_it_says_so(self, acme, jonas, sam, risk):
        given = self.delegate(jonas, sam, reason="Holiday")
        [made] = sign(sam, risk)
        assert (made.by, made.stands_in_for) == (sam.membership, jonas.membership)
        assert standing(acme, risk).is_accepted
        people.end_delegation(actor=jonas, delegation=given)
        with pytest.raises(NotYoursToSign):
            sign(sam, risk)

    def test_only_within_its_days_and_its_scope_and_its_kind(self, acme, jonas, sam, risk):
        later = clock.today() + datetime.timedelta(days=2)
        self.delegate(jonas, sam, starts_on=later)
        self.delegate(jonas, sam, scope=people.create_scope(actor=acme, name="Harbour"))
        people.delegate(actor=jonas, kind="tasks", stand_in=sam.membership, starts_on=clock.today(), ends_on=later)
        with pytest.raises(NotYoursToSign):
            sign(sam, risk)

    def test_it_is_not_passed_on(self, acme, jonas, sam, risk):
        third = make.member(acme, Role.CONTRIBUTOR, "Tess Third")
        self.delegate(jonas, sam)
        self.delegate(sam, third)
        with pytest.raises(NotYoursToSign):
            sign(third, risk)


class TestReopening:
    def test_what_gets_worse_is_seen_at_once_and_told_by_the_job(self, acme, jonas, risk):
        sign(jonas, risk)
        read(acme, risk, "target", 2, 4)
        found = standing(acme, risk)
        assert (found.is_accepted, found.is_reopened, found.awaited) == (False, True, ["owner"])
        assert [kind for kind, _ in found.signatures["owner"].changes] == ["residual"]
        jobs.end_acceptances(0)
        with make.inside(acme):
            kept = Acceptance.objects.get()
            assert kept.ended_because == [["residual", {"before": 6, "after": 8}]]
            told = Notice.objects.get(kind=Kind.ACCEPTANCE_ENDED)
            assert told.membership == jonas.membership
        jobs.end_acceptances(0)
        with make.inside(acme):
            assert Notice.objects.filter(kind=Kind.ACCEPTANCE_ENDED).count() == 1

    def test_its_day_passes(self, acme, jonas, risk):
        sign(jonas, risk)
        day_after = clock.now() + datetime.timedelta(days=367)
        with clock.at(day_after):
            assert not standing(acme, risk).is_accepted
            jobs.end_acceptances(0)
        with make.inside(acme):
            assert Acceptance.objects.get().ended_because == [["expired", {}]]

    @pytest.mark.parametrize(
        "change",
        [{"valid_until": datetime.date(2099, 1, 1)}, {"figures": {}}, {"by": None}, {"ended_because": ["x"]}, None],
    )
    def test_the_database_keeps_a_signature_as_it_was_given(self, acme, jonas, risk, change):
        [made] = sign(jonas, risk)
        if change == {"ended_because": ["x"]}:
            acceptance.withdraw_acceptance(actor=jonas, risk=risk, reason="No")
        rows = Acceptance.objects.filter(pk=made.pk)
        with pytest.raises(Error), transaction.atomic():
            rows.delete() if change is None else rows.update(**change)

    def test_a_signature_that_holds_is_left_alone(self, acme, jonas, risk):
        sign(jonas, risk)
        jobs.end_acceptances(0)
        with make.inside(acme):
            assert Acceptance.objects.get().ended_at is None

    def test_a_signature_is_withdrawn_with_a_reason(self, acme, jonas, risk, ruth):
        sign(jonas, risk)
        with pytest.raises(UserError, match="Say why"):
            acceptance.withdraw_acceptance(actor=jonas, risk=risk, reason="")
        with pytest.raises(UserError, match="no signature of yours"):
            acceptance.withdraw_acceptance(actor=ruth, risk=risk, reason="No")
        assert acceptance.withdraw_acceptance(actor=jonas, risk=risk, reason="Facilities object") == 1
        assert standing(acme, risk).signatures == {}


def test_owners_are_asked_once_something_can_be_signed(acme, scope, jonas, risk):
    bare = risks.add_risk(actor=acme, scope=scope, title="Bare", owner=jonas.membership)
    assert acceptance.ask_for_acceptance(actor=acme, risks=[risk, bare]) == 1
    assert Notice.objects.get(kind=Kind.ACCEPTANCE_ASKED).membership == jonas.membership
    sign(jonas, risk)
    assert acceptance.ask_for_acceptance(actor=acme, risks=[risk]) == 0


def test_many_risks_cost_as_many_statements_as_one(acme, scope, jonas, risk, django_assert_num_queries):
    sign(jonas, risk)
    for number in range(20):
        risks.add_risk(actor=acme, scope=scope, title=f"Risk {number}", owner=jonas.membership)
    with django_assert_num_queries(3):
        assert len(queries.standings(acme, scope)) == 21
    assert not queries.is_complete(acme, scope)


class TestStatement:
    def test_it_is_preliminary_until_every_risk_is_signed_for(self, acme, jonas, risk):
        ruth = soa.approver(acme)
        statement = soa.complete(acme)
        soa.decide_all(acme, statement, reasons=["baseline"])
        soa.decide(acme, statement, "A.7.5", reasons=["risk"])
        assert soa_is_preliminary(acme, ruth, statement)
        sign(jonas, risk)
        again = soa.draft(acme)
        assert not soa_is_preliminary(acme, ruth, again)

    def test_an_approved_one_says_how_it_differs_from_treatment(self, acme, ruth, risk):
        statement = soa.complete(acme)
        soa.decide_all(acme, statement, reasons=["baseline"])
        soa.decide(acme, statement, "A.7.5", reasons=["risk"])
        soa.decide(acme, statement, "A.8.14", applicable=False, reasons=[], justification="One site will do.")
        soa_is_preliminary(acme, ruth, statement)
        approved = soa.again(acme, statement)
        assert necessary.differences(acme, approved) == ([], [])
        treat_risk(actor=acme, risk=risk, decision="mitigate", treating=[_control("A.8.14")])
        assert necessary.differences(acme, approved) == (["A.8.14"], ["A.7.5"])


def soa_is_preliminary(acme, approver, statement):
    """Have a statement reviewed and approved, and return whether it is preliminary."""
    statements.submit_statement(actor=acme, statement=soa.again(acme, statement))
    asked = soa.again(acme, statement)
    statements.approve_statement(actor=approver, statement=asked, seen_hash=asked.submitted_hash)
    return soa.again(acme, statement).preliminary
