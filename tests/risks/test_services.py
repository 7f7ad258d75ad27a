"""Risks are described, read, decided and closed; a new method reads them anew and keeps what was."""

import datetime
import json
import uuid

import pytest
from django.db import Error, transaction

from annexa.activity.models import TrailEntry
from annexa.assets.services import assets
from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.catalog.models import Requirement
from annexa.lib import clock
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.roles import Role
from annexa.risks.errors import MethodChanged, MethodFrozen, MethodWrong, NoMethod, RiskClosed, SamePerson
from annexa.risks.models import Method, Reading, Risk
from annexa.risks.queries import methods as method_queries
from annexa.risks.queries import risks as queries
from annexa.risks.services import methods, risks
from tests.factories import organizations as make
from tests.factories import risks as some


@pytest.fixture
def scope(acme):
    return organizations.scope_for(acme)


@pytest.fixture
def method(acme):
    return some.method(acme)


@pytest.fixture
def risk(acme, scope):
    return risks.add_risk(actor=acme, scope=scope, title="Lost laptop")


def assess(actor, risk, stage="current", likelihood=3, note="", impact=None, **impacts):
    return risks.assess_risk(
        actor=actor, risk=risk, stage=stage, likelihood=likelihood, impacts=impacts, impact=impact, note=note
    )


class TestMethod:
    def test_who_chooses_what_ships_may_approve_it_and_who_changes_it_may_not(self, acme):
        first = methods.start_method(actor=acme, template="three")
        methods.approve_method(actor=acme, method=first, seen_hash=method_queries.hash_of(first))
        second = methods.start_method(actor=acme)
        methods.change_method(actor=acme, method=second, terms={"appetite": 3})
        with pytest.raises(SamePerson):
            methods.approve_method(actor=acme, method=second, seen_hash=method_queries.hash_of(second))
        boss = make.member(acme, Role.TOP_MANAGEMENT, "Ruth Calder")
        methods.approve_method(actor=boss, method=second, seen_hash=method_queries.hash_of(second))
        assert method_queries.in_force(acme).number == 2

    def test_it_is_approved_as_it_was_read(self, acme):
        draft = methods.start_method(actor=acme)
        seen = method_queries.hash_of(draft)
        methods.change_method(actor=acme, method=draft, terms={"appetite": 3})
        with pytest.raises(MethodChanged):
            methods.approve_method(actor=make.member(acme, Role.TOP_MANAGEMENT), method=draft, seen_hash=seen)

    def test_an_approved_one_never_changes_not_even_in_the_database(self, acme, method):
        with pytest.raises(MethodFrozen):
            methods.change_method(actor=acme, method=method, terms={"appetite": 3})
        with pytest.raises(Error, match="never changes"), transaction.atomic():
            Method.objects.filter(pk=method.pk).update(number=7)

    def test_what_cannot_be_applied_is_refused_by_its_place(self, acme):
        draft = methods.start_method(actor=acme)
        with pytest.raises(MethodWrong) as error:
            methods.change_method(actor=acme, method=draft, terms={"impact": [{"name": "One"}]})
        assert error.value.fields == {"impact": "Give 3 to 7 steps."}
        levels = [{**level, "accepted_by": "nobody"} for level in draft.plain["levels"]]
        with pytest.raises(MethodWrong):
            methods.change_method(actor=acme, method=draft, terms={"levels": levels})

    def test_there_is_one_draft_and_it_can_be_thrown_away(self, acme):
        draft = methods.start_method(actor=acme)
        with pytest.raises(UserError, match="a draft of the method already"):
            methods.start_method(actor=acme)
        methods.drop_method(actor=acme, method=draft)
        assert methods.start_method(actor=acme).number == 1

    def test_the_operator_and_the_isms_manager_do_not_approve(self, acme):
        draft = methods.start_method(actor=acme)
        with pytest.raises(NotAllowed):
            methods.approve_method(actor=make.member(acme, Role.ISMS_MANAGER), method=draft, seen_hash="x")

    def test_a_new_one_reads_open_risks_anew_and_keeps_what_was(self, acme, method, risk, scope):
        closed = risks.add_risk(actor=acme, scope=scope, title="Gone")
        for each in (risk, closed):
            assess(acme, each, "inherent", 5, confidentiality=5)
            assess(acme, each, "current", 3, confidentiality=4, availability=2)
        risks.close_risk(actor=acme, risk=closed, reason="Sold")
        three = methods.start_method(actor=acme, template="three")
        assert methods.approve_method(actor=acme, method=three, seen_hash=method_queries.hash_of(three)) == 2
        risk.refresh_from_db()
        assert (risk.current_likelihood, risk.confidentiality, risk.availability, risk.current_score) == (2, 3, 2, 6)
        kept = [(each.method.number, each.score, each.carried) for each in queries.readings(risk)]
        assert sorted(kept) == [(1, 12, False), (1, 25, False), (2, 6, True), (2, 9, True)]
        closed.refresh_from_db()
        assert closed.current_score == 12


class TestRead:
    def test_nothing_is_read_without_a_method(self, acme, risk):
        with pytest.raises(NoMethod):
            assess(acme, risk, confidentiality=3)

    def test_the_worst_dimension_and_the_method_make_the_score(self, acme, method, risk):
        reading = assess(acme, risk, likelihood=3, confidentiality=4, integrity=2)
        assert (reading.impact, reading.score, reading.level, reading.method) == (4, 12, 2, method)
        risk.refresh_from_db()
        assert (risk.current_score, risk.confidentiality, risk.integrity, risk.availability) == (12, 4, 2, None)
        assert risk.review_due > clock.today() + datetime.timedelta(days=150)

    def test_the_same_reading_gives_the_same_level(self, acme, method, risk, scope):
        other = risks.add_risk(actor=acme, scope=scope, title="Other")
        pair = [assess(acme, each, likelihood=2, availability=5) for each in (risk, other)]
        assert pair[0].score == pair[1].score

    def test_a_reading_is_added_never_changed(self, acme, method, risk):
        assess(acme, risk, likelihood=5, confidentiality=5)
        assess(acme, risk, likelihood=2, confidentiality=5)
        assert [each.score for each in queries.readings(risk)] == [25, 10]
        for act in (lambda: Reading.objects.update(score=1), lambda: Reading.objects.all().delete()):
            with pytest.raises(Error, match="never changed or removed"), transaction.atomic():
                act()

    def test_an_impact_without_dimensions_will_do(self, acme, method, risk):
        assert assess(acme, risk, likelihood=1, impact=3).score == 3

    @pytest.mark.parametrize(
        ("values", "field"),
        [({"likelihood": 6, "confidentiality": 1}, "likelihood"), ({"likelihood": 0, "integrity": 1}, "likelihood"),
         ({"confidentiality": 9}, "confidentiality"), ({}, "impact"), ({"stage": "later", "integrity": 1}, "stage"),
         ({"likelihood": True, "integrity": 1}, "likelihood")],
    )  # fmt: skip
    def test_steps_outside_the_scale_are_refused(self, acme, method, risk, values, field):
        with pytest.raises(UserError) as error:
            assess(acme, risk, **values)
        assert field in error.value.fields
        assert not Reading.objects.exists()

    def test_an_owner_reads_their_own_risk_and_no_other(self, acme, method, risk, scope):
        jonas = make.member(acme, Role.CONTRIBUTOR)
        with pytest.raises(NotAllowed):
            assess(jonas, risk, confidentiality=1)
        risks.change_risk(actor=acme, risk=risk, owner=jonas.membership)
        assert assess(jonas, risk, confidentiality=1).by == jonas.membership


class TestDescribe:
    def test_each_risk_gets_the_next_reference_over_all_scopes(self, acme, risk):
        berlin = people.create_scope(actor=acme, name="Berlin")
        assert risks.add_risk(actor=acme, scope=berlin, title="Flood").reference == "RISK-2"
        limited = make.member(acme, Role.ISMS_MANAGER, scope=risk.scope)
        with make.inside(limited):
            assert risks.add_risk(actor=limited, scope=risk.scope, title="Fire").number == 3

    def test_it_is_about_assets_of_its_scope_or_of_the_whole_organisation(self, acme, scope):
        laptop = assets.add_asset(actor=acme, name="Laptops", kind="hardware")
        berlin = people.create_scope(actor=acme, name="Berlin")
        there = assets.add_asset(actor=acme, name="Berlin server", kind="hardware", scope=berlin)
        risk = risks.add_risk(actor=acme, scope=scope, title="Lost", assets=[laptop])
        assert [link.asset for link in risk.assets.all()] == [laptop]
        with pytest.raises(UserError, match="Berlin server: of another scope"):
            risks.change_risk(actor=acme, risk=risk, assets=[there])
        risks.change_risk(actor=acme, risk=risk, assets=[])
        assert not risk.assets.exists()

    def test_a_title_is_needed_and_an_own_id_is_given_once(self, acme, scope):
        with pytest.raises(UserError) as error:
            risks.add_risk(actor=acme, scope=scope, title=" ")
        assert "title" in error.value.fields
        risks.add_risk(actor=acme, scope=scope, title="One", own_id="R1")
        with pytest.raises(UserError, match="RISK-1 has this id"):
            risks.add_risk(actor=acme, scope=scope, title="Two", own_id="R1")

    def test_the_trail_says_what_was_added(self, acme, risk):
        body = json.loads(TrailEntry.objects.get(command="risks.add_risk").body)
        assert (body["reference"], body["after"]["title"]) == ("RISK-1", "Lost laptop")

    def test_a_copy_has_assets_and_controls_but_no_reading(self, acme, method, risk):
        assess(acme, risk, confidentiality=3)
        risks.change_risk(actor=acme, risk=risk, assets=[assets.add_asset(actor=acme, name="L", kind="hardware")])
        copy = risks.duplicate_risk(actor=acme, risk=risk)
        assert (copy.title, copy.current_score, copy.assets.count()) == ("Lost laptop (copy)", None, 1)

    def test_another_part_raises_a_risk_once_and_then_updates_it(self, acme, scope):
        cause = {"source_kind": "finding", "source_id": uuid.uuid4()}
        first = risks.raise_risk(actor=acme, scope=scope, title="Old TLS", **cause)
        risks.close_risk(actor=acme, risk=first, reason="Fixed")
        again = risks.raise_risk(actor=acme, scope=scope, title="Old TLS again", **cause)
        assert (again.pk, again.is_open, Risk.objects.count()) == (first.pk, True, 1)


class TestDecide:
    @pytest.fixture
    def control(self, acme):
        catalog.adopt_framework(actor=acme, framework_id=library.ISO_27001)
        return Requirement.objects.get(ref="A.8.24")

    def decide(self, actor, risk, decision, note="", **controls):
        risks.decide_risk(actor=actor, risk=risk, decision=decision, note=note, **controls)

    def test_mitigation_names_a_control(self, acme, risk, control):
        with pytest.raises(UserError, match="at least one control"):
            self.decide(acme, risk, "mitigate")
        self.decide(acme, risk, "mitigate", treating=[control])
        self.decide(acme, risk, "mitigate", existing=[control], treating=[])
        assert [(link.requirement, link.role) for link in risk.controls.all()] == [(control, "existing")]
        assert queries.of_control(acme, control) == [risk]

    @pytest.mark.parametrize("decision", ["transfer", "avoid", "accept"])
    def test_the_other_decisions_say_why(self, acme, risk, decision):
        with pytest.raises(UserError) as error:
            self.decide(acme, risk, decision)
        assert "decision_note" in error.value.fields
        self.decide(acme, risk, decision, "Cyber policy 4711")
        assert risk.decision == decision

    def test_a_closed_risk_is_not_decided_or_read(self, acme, method, risk):
        with pytest.raises(UserError, match="why it cannot happen"):
            risks.close_risk(actor=acme, risk=risk, reason=" ")
        risks.close_risk(actor=acme, risk=risk, reason="Site sold")
        for act in (lambda: self.decide(acme, risk, "accept", "x"), lambda: assess(acme, risk, integrity=1)):
            with pytest.raises(RiskClosed):
                act()
        risks.reopen_risk(actor=acme, risk=risk)
        assert assess(acme, risk, integrity=1)


class TestQueries:
    def test_cells_counts_and_moves(self, acme, method, scope):
        for title, likelihood, impact in (("High", 5, 5), ("Also", 5, 5), ("Low", 1, 2)):
            each = risks.add_risk(actor=acme, scope=scope, title=title)
            assess(acme, each, "inherent", likelihood, confidentiality=impact)
            assess(acme, each, "current", 1 + (title == "Also"), confidentiality=impact)
        overview = queries.overview(acme, scope, "inherent", method.terms)
        assert overview.cells == {(5, 5): 2, (1, 2): 1}
        counts = overview.counts
        assert (counts["total"], counts["above"], counts["above_at_first"], counts["undecided"]) == (3, 1, 2, 3)
        highest, moved = queries.foremost(acme, scope)
        assert [each.title for each in highest] == ["Also", "High", "Low"]
        assert [each.title for each in moved] == ["High", "Also"]

    def test_the_trend_counts_levels_as_they_were(self, acme, method, risk):
        now = clock.now()
        with clock.at(now - datetime.timedelta(days=60)):
            assess(acme, risk, likelihood=5, confidentiality=5)
        with clock.at(now - datetime.timedelta(days=20)):
            assess(acme, risk, likelihood=1, confidentiality=2)
        moments = [now - datetime.timedelta(days=days) for days in (90, 30, 0)]
        assert queries.level_trend(acme, risk.scope, moments) == [{}, {3: 1}, {0: 1}]

    def test_a_risk_of_another_scope_is_not_there(self, acme, risk):
        berlin = people.create_scope(actor=acme, name="Berlin")
        limited = make.member(acme, Role.OWNER, scope=berlin)
        with make.inside(limited):
            with pytest.raises(NotFound):
                queries.risk_for(limited, risk.reference)
            with pytest.raises(NotFound):
                risks.change_risk(actor=limited, risk=risk, title="Seen")
