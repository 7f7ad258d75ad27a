"""The Statement of Applicability: decided row by row, approved by somebody else, then frozen for ever."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from annexa.activity import queries as activity
from annexa.catalog import services as catalog
from annexa.isms import services as isms
from annexa.isms.models import Obligation
from annexa.isms.profiles import Answers
from annexa.lib.errors import Conflict, NotAllowed, NotFound, UserError
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.roles import Role
from annexa.treatment.errors import SamePerson, StatementFrozen, StopsApproval
from annexa.treatment.models import Measure, Statement
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import statements
from tests.factories import organizations as make
from tests.factories import statements as soa
from tests.factories import treatment


def problems(actor, statement, ref):
    return [each.sentence for each in queries.contradictions(actor, statement) if each.ref == ref]


class TestStarting:
    def test_has_the_93_controls_undecided(self, acme):
        rows = list(queries.rows(soa.draft(acme)))
        assert len(rows) == 93
        assert {row.applicable for row in rows} == {None}
        assert [rows[0].requirement.ref, rows[-1].requirement.ref] == ["A.5.1", "A.8.34"]

    def test_has_own_controls_besides(self, acme):
        soa.draft(acme)
        catalog.create_control(actor=acme, ref="H.1", title="Badges are blue", summary="", theme="")
        statement = queries.current(acme, organizations.scope_for(acme))
        assert statements.add_own_controls(actor=acme, statement=statement) == 1
        assert [line.ref for line in queries.lines(statement) if line.theme == "own"] == ["H.1"]

    def test_prefills_what_obligations_name_and_proposes_exclusions_without_deciding(self, acme):
        scope = organizations.scope_for(acme)
        isms.choose_profile(actor=acme, scope=scope, answers=Answers("saas", "small", ("personal_data_eu",)))
        statement = soa.draft(acme)
        named = soa.row(statement, next(iter(Obligation.objects.filter(scope=scope).first().controls)))
        assert named.applicable
        assert named.from_profile
        assert named.reasons
        proposed = soa.row(statement, "A.7.12")
        assert proposed.applicable is None
        assert proposed.proposal["ask"].startswith("Do you")

    def test_refuses_a_second_draft(self, acme):
        soa.draft(acme)
        with pytest.raises(UserError, match="exists already"):
            soa.draft(acme)

    def test_begins_from_the_last_version(self, acme):
        first = soa.approved(acme)
        second = soa.draft(acme)
        assert (second.number, second.based_on, second.editors) == (2, first, [])
        assert queries.compare(first, second) == []


class TestDeciding:
    def test_keeps_the_trail_with_before_and_after(self, acme):
        statement = soa.draft(acme)
        row = soa.decide(acme, statement, "A.5.1", status="planned")
        entry = activity.of_subject(acme.organization_id, row)[0]
        assert activity.body_of(entry)["after"] == {"status": "planned"}
        assert row.changed_by == acme.membership

    def test_a_concurrent_change_shows_both_values(self, acme):
        statement = soa.draft(acme)
        row = soa.decide(acme, statement, "A.5.1", justification="Theirs.")
        with pytest.raises(Conflict) as caught:
            statements.decide_control(
                actor=acme, row=row, values={"justification": "Mine."}, seen={"justification": "Before."}
            )
        assert (caught.value.theirs, caught.value.yours) == ("Theirs.", "Mine.")

    def test_deciding_by_hand_no_longer_counts_as_the_profile(self, acme):
        scope = organizations.scope_for(acme)
        isms.choose_profile(actor=acme, scope=scope, answers=Answers("saas", "small", ("personal_data_eu",)))
        statement = soa.draft(acme)
        ref = queries.rows(statement).filter(from_profile=True).first().requirement.ref
        assert soa.decide(acme, statement, ref, status="planned").from_profile
        assert not soa.decide(acme, statement, ref, justification="Because.").from_profile

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"reasons": ["whim"]}, "Unknown reason"),
            ({"status": "perhaps"}, "Choose a status"),
            ({"applicable": "yes"}, "Say yes or no"),
            ({"links": [{"url": "javascript:alert(1)"}]}, "begins with https"),
            ({"justification": "x" * 20_001}, "at most"),
            ({"proposal": {}}, "cannot be changed"),
        ],
    )
    def test_bad_input_says_what_is_wrong(self, acme, values, sentence):
        with pytest.raises(UserError, match=sentence):
            soa.decide(acme, soa.draft(acme), "A.5.1", **values)

    def test_text_loses_what_the_database_cannot_hold(self, acme):
        assert soa.decide(acme, soa.draft(acme), "A.5.1", implementation="a\x00b\r\nc ").implementation == "ab\nc"

    def test_many_rows_change_together_or_not_at_all(self, acme):
        statement = soa.draft(acme)
        other = make.organization("Other")
        with make.inside(other):
            foreign = soa.row(soa.draft(other), "A.5.1")
        with pytest.raises(NotFound):
            statements.decide_controls(
                actor=acme, rows=[soa.row(statement, "A.5.1"), foreign], values={"status": "planned"}
            )
        assert soa.row(statement, "A.5.1").status == "not_started"

    def test_an_owner_keeps_status_of_own_rows_only(self, acme):
        statement = soa.draft(acme)
        owner = make.member(acme, Role.CONTRIBUTOR)
        soa.decide(acme, statement, "A.5.1", owner=owner.membership)
        assert soa.decide(owner, statement, "A.5.1", status="planned").status == "planned"
        with pytest.raises(NotAllowed, match="An owner keeps"):
            soa.decide(owner, statement, "A.5.1", applicable=True)
        with pytest.raises(NotAllowed, match="you own"):
            soa.decide(owner, statement, "A.5.2", status="planned")

    def test_a_reader_changes_nothing(self, acme):
        statement = soa.draft(acme)
        with pytest.raises(NotAllowed, match="role does not allow"):
            soa.decide(make.member(acme, Role.READER), statement, "A.5.1", status="planned")

    def test_links_come_and_go(self, acme):
        statement = soa.draft(acme)
        statements.add_link(actor=acme, row=soa.row(statement, "A.5.1"), url="https://wiki.example/p", title="Policy")
        assert soa.row(statement, "A.5.1").links == [{"title": "Policy", "url": "https://wiki.example/p"}]
        statements.remove_link(actor=acme, row=soa.row(statement, "A.5.1"), url="https://wiki.example/p")
        assert soa.row(statement, "A.5.1").links == []

    def test_the_days_figure_follows(self, acme):
        statement = soa.draft(acme)
        soa.decide(acme, statement, "A.5.1", applicable=True, reasons=["risk"], status="implemented")
        measure = Measure.objects.get(kind=Measure.IMPLEMENTED)
        assert (measure.count, measure.total) == (1, 1)


class TestProposals:
    @pytest.fixture
    def proposed(self, acme):
        scope = organizations.scope_for(acme)
        isms.choose_profile(actor=acme, scope=scope, answers=Answers("saas", "small", ()))
        return soa.row(soa.draft(acme), "A.7.12")

    @pytest.mark.parametrize("words", ["", "  ", None])
    def test_an_exclusion_needs_own_words(self, acme, proposed, words):
        given = proposed.proposal["because"].upper() if words is None else words
        with pytest.raises(UserError, match="own words"):
            statements.accept_exclusion(actor=acme, row=proposed, justification=given)

    def test_an_accepted_exclusion_is_a_decision(self, acme, proposed):
        statements.accept_exclusion(actor=acme, row=proposed, justification="The landlord runs the cabling.")
        row = soa.row(proposed.statement, "A.7.12")
        assert (row.applicable, row.reasons, row.justification) == (False, [], "The landlord runs the cabling.")
        assert problems(acme, proposed.statement, "A.7.12") == []

    def test_nothing_is_accepted_where_nothing_is_proposed(self, acme, proposed):
        with pytest.raises(UserError, match="Nothing is proposed"):
            statements.accept_exclusion(
                actor=acme, row=soa.row(proposed.statement, "A.5.1"), justification="We do not need it."
            )


class TestContradictions:
    @pytest.mark.parametrize(
        ("values", "sentence", "stops"),
        [
            ({}, "Nobody has decided", True),
            ({"applicable": True}, "no reason says why", True),
            ({"applicable": True, "reasons": ["baseline"]}, "only reason", False),
            ({"applicable": True, "reasons": ["risk"], "status": "implemented"}, "nothing says how", False),
            ({"applicable": False}, "without a justification", True),
            ({"applicable": False, "justification": "No.", "status": "implemented"}, "work on it", False),
        ],
    )
    def test_names_what_does_not_add_up(self, acme, values, sentence, stops):
        statement = soa.draft(acme)
        if values:
            soa.decide(acme, statement, "A.5.1", **values)
        found = [each for each in queries.contradictions(acme, statement) if each.ref == "A.5.1"]
        assert [(sentence in each.sentence, each.stops) for each in found] == [(True, stops)]

    def test_an_exclusion_that_an_obligation_names_stops(self, acme):
        statement = soa.draft(acme)
        isms.add_context_row(
            actor=acme, scope=statement.scope, model=Obligation, title="Cabling Act", kind="legal", controls=["A.7.12"]
        )
        soa.decide(acme, statement, "A.7.12", applicable=False, justification="None here.")
        assert problems(acme, statement, "A.7.12") == ["It is left out, but an obligation names it: Cabling Act."]

    def test_compares_with_the_newest_gap_analysis(self, acme):
        statement = soa.draft(acme)
        assessment = treatment.assessment(acme)
        treatment.rate(acme, assessment, "A.5.1", conformity="nonconforming")
        soa.decide(
            acme, statement, "A.5.1", applicable=True, reasons=["risk"], status="implemented", implementation="So."
        )
        assert "gap analysis says it is not met" in problems(acme, statement, "A.5.1")[0]


class TestReview:
    def test_what_contradicts_stops_it(self, acme):
        with pytest.raises(StopsApproval, match="93 things stop approval"):
            statements.submit_statement(actor=acme, statement=soa.draft(acme))

    def test_nothing_changes_while_it_is_in_review(self, acme):
        statement = soa.in_review(acme)
        with pytest.raises(StatementFrozen):
            soa.decide(acme, statement, "A.5.1", status="planned")

    def test_an_approver_returns_it_with_a_note(self, acme):
        statement, ruth = soa.in_review(acme), soa.approver(acme)
        with pytest.raises(UserError, match="what should change"):
            statements.return_statement(actor=ruth, statement=statement, seen_hash=statement.submitted_hash)
        statements.return_statement(
            actor=ruth, statement=statement, seen_hash=statement.submitted_hash, note="Say more on A.7.12."
        )
        assert soa.again(acme, statement).returned_note == "Say more on A.7.12."

    def test_somebody_else_approves(self, acme, frozen_time):
        ruth = soa.approver(acme)
        statement = soa.approved(acme, by=ruth)
        assert statement.is_approved
        assert (statement.approved_by, statement.approved_at) == (ruth.membership, frozen_time)
        assert statement.preliminary
        assert statement.four_eyes_relaxed == ""

    def test_who_changed_it_cannot_approve_it(self, acme):
        statement = soa.in_review(acme)
        with pytest.raises(SamePerson, match="four eyes"):
            statements.approve_statement(actor=acme, statement=statement, seen_hash=statement.submitted_hash)

    def test_relaxed_four_eyes_stay_on_the_record(self, acme):
        statement = soa.in_review(acme)
        people.relax_four_eyes(actor=acme, relaxed=True, reason="One-person team; reviewed yearly.")
        acme.organization.refresh_from_db()
        statements.approve_statement(actor=acme, statement=statement, seen_hash=statement.submitted_hash)
        assert soa.again(acme, statement).four_eyes_relaxed == "One-person team; reviewed yearly."

    def test_the_operator_of_the_machine_cannot_approve(self, acme):
        statement = soa.in_review(acme)
        with pytest.raises(NotAllowed, match="A person approves"):
            statements.approve_statement(
                actor=make.access.system(acme.organization), statement=statement, seen_hash=statement.submitted_hash
            )

    def test_a_manager_without_the_right_cannot_approve(self, acme):
        statement = soa.in_review(acme)
        with pytest.raises(NotAllowed, match="role does not allow"):
            statements.approve_statement(
                actor=make.member(acme, Role.CONTRIBUTOR), statement=statement, seen_hash=statement.submitted_hash
            )


class TestFrozen:
    def test_says_the_same_when_everything_around_it_changes(self, acme):
        statement = soa.approved(acme)
        before = queries.lines(statement)
        people.update_organization(actor=acme, name="Renamed")
        soa.decide_all(acme, soa.draft(acme), justification="Changed.")
        after = soa.again(acme, statement)
        assert queries.lines(after) == before
        assert statements.content_hash(after.content) == after.content_hash

    @pytest.mark.parametrize(
        "sql",
        [
            "update treatment_statement set content = '{}'",
            "update treatment_statement set state = 'draft'",
            "update treatment_statement set preliminary = false",
            "delete from treatment_statement",
            "update treatment_statementrow set justification = 'x'",
            "delete from treatment_statementrow",
            "insert into treatment_statementrow select * from treatment_statementrow limit 1",
        ],
    )
    def test_holds_against_raw_sql_of_the_application_login(self, acme, sql):
        soa.approved(acme)
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            connection.cursor().execute(sql)

    def test_cannot_be_truncated_by_the_application_login(self, acme):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            connection.cursor().execute("truncate treatment_statementrow")

    def test_rows_cannot_move_into_it(self, acme):
        first = soa.approved(acme)
        own = catalog.create_control(actor=acme, ref="H.1", title="Badges are blue", summary="", theme="")
        soa.draft(acme)
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            connection.cursor().execute(
                "update treatment_statementrow set statement_id = %s where requirement_id = %s", [first.pk, own.pk]
            )


def test_compare_names_what_was_added_and_changed(acme):
    first = soa.approved(acme)
    catalog.create_control(actor=acme, ref="H.1", title="Badges are blue", summary="", theme="")
    second = soa.draft(acme)
    soa.decide(acme, second, "A.5.1", justification="Needed by law.", reasons=["legal"])
    found = {change.ref: change for change in queries.compare(first, second)}
    assert [field[0] for field in found["A.5.1"].fields] == ["reasons", "justification"]
    assert found["H.1"].kind == "added"
    assert set(found) == {"A.5.1", "H.1"}


def test_another_organisation_sees_nothing(acme):
    statement = soa.draft(acme)
    row = soa.row(statement, "A.5.1")
    other = make.organization("Other")
    with make.inside(other):
        assert not Statement.objects.exists()
        with pytest.raises(NotFound):
            queries.row_for(other, row.pk)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_approve_once():
    actor = make.organization("Race")
    with make.inside(actor):
        statement = soa.in_review(actor)
        approvers = [soa.approver(actor, "Ruth Calder"), soa.approver(actor, "Ida Berg")]
    outcomes, start = [], threading.Barrier(2)

    def approve(who):
        start.wait()
        try:
            statements.approve_statement(actor=who, statement=statement, seen_hash=statement.submitted_hash)
            outcomes.append("approved")
        except UserError as error:
            outcomes.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=[who]) for who in approvers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["This statement is approved already.", "approved"]
