from datetime import date, timedelta
from decimal import Decimal

import pytest

from annexa.activity import queries as trail
from annexa.lib import clock
from annexa.lib.errors import Conflict, NotAllowed, NotFound, UserError
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.tasks import services as tasks
from annexa.tasks.models import Task
from annexa.treatment.errors import AssessmentClosed
from annexa.treatment.models import GapAssessment, GapRating, Measure
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap
from tests.factories import organizations as make
from tests.factories import treatment

pytestmark = pytest.mark.usefixtures("frozen_time")


@pytest.fixture
def round_one(acme):
    return treatment.assessment(acme)


@pytest.fixture
def jonas(acme):
    return make.member(acme)


def test_an_assessment_starts_with_every_requirement_and_control(acme, round_one):
    rows = list(queries.ratings(round_one))
    assert [row.requirement.kind for row in rows].count("requirement") == 30
    assert [row.requirement.kind for row in rows].count("control") == 93
    assert {row.conformity for row in rows} == {"not_assessed"}
    assert len(queries.documents(round_one)) == 16
    assert queries.overall(rows).percent == 0


def test_only_one_assessment_of_a_scope_is_open(acme, round_one):
    with pytest.raises(UserError, match="Close it first"):
        treatment.assessment(acme)


def test_a_copy_brings_findings_evidence_and_open_tasks(acme, round_one):
    row = treatment.rate(acme, round_one, "9.2.1", conformity="partial", maturity=2, action="Audit", due=clock.today())
    gap.add_evidence(actor=acme, rating=row, title="Plan", dated=clock.today(), url="https://example.com/plan")
    gap.close_assessment(actor=acme, assessment=round_one)
    copied = treatment.row(treatment.assessment(acme, copy_from=round_one), "9.2.1")
    assert (copied.conformity, copied.maturity, copied.action, copied.evidence_count) == ("partial", 2, "Audit", 1)
    assert Task.objects.get().source_id == copied.pk


def test_a_copy_leaves_out_what_is_done(acme, round_one):
    treatment.rate(acme, round_one, "9.2.1", conformity="partial", action="Audit", effort=Decimal(2))
    tasks.finish_task(actor=acme, task=Task.objects.get())
    gap.close_assessment(actor=acme, assessment=round_one)
    copied = treatment.row(treatment.assessment(acme, copy_from=round_one), "9.2.1")
    assert (copied.conformity, copied.action, copied.effort) == ("partial", "", None)


def test_a_closed_assessment_stays_as_it_is(acme, round_one):
    row = treatment.row(round_one, "4.1")
    gap.close_assessment(actor=acme, assessment=round_one)
    with pytest.raises(AssessmentClosed):
        gap.rate_requirement(actor=acme, rating=row, values={"conformity": "partial"})


def test_rows_of_a_closed_assessment_do_not_slip_in_with_open_ones(acme, round_one):
    closed = treatment.row(round_one, "4.1")
    gap.close_assessment(actor=acme, assessment=round_one)
    open_one = treatment.row(treatment.assessment(acme, title="Winter"), "4.1")
    gap.rate_requirements(actor=acme, ratings=[open_one, closed], values={"conformity": "partial"})
    assert treatment.row(round_one, "4.1").conformity == "not_assessed"


def test_a_clause_is_never_not_applicable(acme, round_one):
    with pytest.raises(UserError, match="always apply"):
        treatment.rate(acme, round_one, "4.1", conformity="not_applicable")
    assert treatment.rate(acme, round_one, "A.7.1", conformity="not_applicable").conformity == "not_applicable"


@pytest.mark.parametrize(
    "values", [{"maturity": 6}, {"target": None}, {"effort": "0"}, {"conformity": "green"}, {"owner": "me"}, {"pk": 1}]
)
def test_values_that_make_no_sense_are_refused(acme, round_one, values):
    with pytest.raises(UserError):
        treatment.rate(acme, round_one, "4.1", **values)


def test_a_newer_value_is_not_overwritten(acme, round_one):
    seen = treatment.row(round_one, "4.1")
    treatment.rate(acme, round_one, "4.1", conformity="partial")
    with pytest.raises(Conflict) as conflict:
        gap.rate_requirement(
            actor=acme, rating=seen, values={"conformity": "conforming"}, seen={"conformity": seen.conformity}
        )
    assert (conflict.value.theirs, conflict.value.yours) == ("partial", "conforming")
    assert treatment.row(round_one, "4.1").conformity == "partial"


def test_the_same_value_twice_is_no_conflict(acme, round_one):
    seen = treatment.row(round_one, "4.1")
    treatment.rate(acme, round_one, "4.1", conformity="partial")
    gap.rate_requirement(actor=acme, rating=seen, values={"conformity": "partial"}, seen={"conformity": "not_assessed"})


def test_many_rows_change_together_or_not_at_all(acme, round_one):
    rows = queries.ratings(round_one)
    with pytest.raises(UserError):
        gap.rate_requirements(actor=acme, ratings=rows, values={"conformity": "not_applicable"})
    assert not queries.ratings(round_one).filter(conformity="not_applicable").exists()
    assert treatment.rate_all(acme, round_one, "partial") == 93
    assert treatment.rate_all(acme, round_one, "partial") == 0


def test_an_owner_rates_only_what_they_own(acme, round_one, jonas):
    treatment.rate(acme, round_one, "A.8.13", owner=jonas.membership)
    assert treatment.rate(jonas, round_one, "A.8.13", conformity="partial").changed_by == jonas.membership
    with pytest.raises(NotAllowed):
        treatment.rate(jonas, round_one, "A.8.14", conformity="partial")
    with pytest.raises(NotAllowed, match="somebody else"):
        treatment.rate(jonas, round_one, "A.8.13", owner=acme.membership)


def test_a_reader_rates_nothing(acme, round_one):
    reader = make.member(acme, "reader")
    with pytest.raises(NotAllowed):
        treatment.rate(reader, round_one, "4.1", conformity="partial")


def test_an_action_becomes_a_task_that_follows_it(acme, round_one, jonas):
    due = clock.today() + timedelta(days=9)
    treatment.rate(acme, round_one, "9.3.1", action="Hold the review", owner=jonas.membership, due=due)
    task = Task.objects.get()
    assert (task.title, task.owner, task.due, task.reference) == ("Hold the review", jonas.membership, due, "9.3.1")
    treatment.rate(acme, round_one, "9.3.1", action="")
    assert Task.objects.get().state == "dropped"


def test_the_plan_orders_and_shows_its_figures(acme, round_one):
    treatment.rate(acme, round_one, "A.5.1", conformity="nonconforming", effort=Decimal("0.5"))
    treatment.rate(acme, round_one, "9.3.1", conformity="partial", action="Review", effort=Decimal(5))
    treatment.rate(acme, round_one, "9.2.1", conformity="nonconforming", action="Audit")
    treatment.rate(acme, round_one, "A.7.4", conformity="not_applicable", action="Nothing")
    plan = queries.action_plan(acme, queries.ratings(round_one))
    assert [line.rating.requirement.ref for line in plan] == ["9.2.1", "9.3.1", "A.5.1"]
    assert plan[0].gain.effort_assumed
    assert plan[0].task_state == "open"
    assert plan[0].points == pytest.approx(100 / 122)


def test_lines_with_the_same_words_move_readiness_together(acme, round_one):
    for ref in ("9.2.1", "9.2.2"):
        treatment.rate(acme, round_one, ref, conformity="nonconforming", action="Hold the audit")
    treatment.rate(acme, round_one, "4.1", conformity="nonconforming", action="List issues", effort=Decimal("0.1"))
    first, second = queries.movers(queries.action_plan(acme, queries.ratings(round_one)))
    assert (first.title, first.refs, first.points) == ("Hold the audit", ["9.2.1", "9.2.2"], pytest.approx(200 / 123))
    assert second.refs == ["4.1"]


def test_readiness_by_clause_and_theme_adds_up(acme, round_one):
    treatment.rate(acme, round_one, "6.2", conformity="conforming")
    treatment.rate(acme, round_one, "A.6.3", conformity="partial")
    rows = list(queries.ratings(round_one))
    clauses, themes = queries.by_clause(rows), queries.by_theme(rows)
    assert [group.key for group in clauses] == ["4", "5", "6", "7", "8", "9", "10"]
    assert [group.readiness.total for group in themes] == [37, 8, 14, 34]
    assert sum(group.readiness.total for group in clauses + themes) == 123
    assert {group.key: group.readiness.percent for group in clauses}["6"] == 20


def test_a_change_is_measured_once_a_day(acme, round_one):
    treatment.rate(acme, round_one, "4.1", conformity="conforming")
    treatment.rate(acme, round_one, "4.2", conformity="conforming")
    measure = Measure.objects.get(kind=Measure.READY)
    assert (measure.count, measure.total) == (2, 123)


def test_two_assessments_are_compared_row_by_row(acme, round_one):
    gap.close_assessment(actor=acme, assessment=round_one)
    later = treatment.assessment(acme, title="Winter", copy_from=round_one)
    treatment.rate(acme, later, "A.8.13", conformity="conforming", maturity=3)
    (difference,) = queries.compare(round_one, later)
    assert (difference.ref, difference.before.conformity, difference.after.maturity) == ("A.8.13", "not_assessed", 3)


def test_evidence_is_a_link_or_a_file_from_no_later_than_today(acme, round_one):
    row = treatment.row(round_one, "4.1")
    today = clock.today()
    for terms in (
        {"dated": today},
        {"dated": today, "url": "https://example.com", "sha256": "0" * 64},
        {"dated": today + timedelta(days=1), "url": "https://example.com"},
        {"dated": today, "url": "javascript:alert(1)"},
        {"dated": today, "url": "https://example.com/" + "a" * 1000},
    ):
        with pytest.raises(UserError):
            gap.add_evidence(actor=acme, rating=row, title="Proof", **terms)
    evidence = gap.add_evidence(actor=acme, rating=row, title="Proof", dated=today, url="https://example.com/a")
    assert queries.evidence_in(row, evidence.pk) == evidence
    gap.remove_evidence(actor=acme, evidence=evidence)
    assert queries.evidence_of(row) == []


def test_the_trail_says_what_happened_to_a_row(acme, round_one):
    row = treatment.rate(acme, round_one, "4.1", conformity="partial")
    gap.add_evidence(actor=acme, rating=row, title="Proof", dated=date(2026, 1, 1), url="https://example.com/a")
    commands = [entry.command for entry in trail.of_subject(acme.organization_id, row)]
    assert commands == ["treatment.add_evidence", "treatment.rate_requirements"]


def test_a_mandatory_document_has_a_state_and_a_place(acme, round_one):
    document = queries.document_for(acme, round_one, "policy")
    gap.set_document(actor=acme, document=document, state="present", url="https://wiki.example.com/policy")
    assert queries.document_for(acme, round_one, "policy").state == "present"
    for state, url in (("lost", ""), ("draft", "ftp://example.com")):
        with pytest.raises(UserError):
            gap.set_document(actor=acme, document=document, state=state, url=url)


def test_a_row_of_another_assessment_is_not_found(acme, round_one):
    row = treatment.row(round_one, "4.1")
    gap.close_assessment(actor=acme, assessment=round_one)
    later = treatment.assessment(acme, title="Winter")
    with pytest.raises(NotFound):
        queries.rating_in(later, row.pk)


def test_other_organizations_see_nothing(acme, round_one):
    other = make.organization("Other")
    with make.inside(other):
        assert not GapRating.objects.exists()
        with pytest.raises(NotFound):
            queries.assessment_for(other, organizations.scope_for(other))


def test_an_assessment_that_was_closed_meanwhile_is_not_closed_again(acme, round_one):
    read_before = GapAssessment.objects.get(pk=round_one.pk)
    gap.close_assessment(actor=acme, assessment=round_one)
    with pytest.raises(AssessmentClosed):
        gap.close_assessment(actor=acme, assessment=read_before)
    assert len(trail.of_subject(acme.organization_id, round_one)) == 2


def test_who_lost_a_row_meanwhile_adds_no_evidence_to_it(acme, round_one, jonas):
    read_before = treatment.rate(acme, round_one, "A.5.1", owner=jonas.membership)
    treatment.rate(acme, round_one, "A.5.1", owner=acme.membership)
    with pytest.raises(NotAllowed, match="only what you own"):
        gap.add_evidence(actor=jonas, rating=read_before, title="Late", dated=clock.today(), url="https://example.com")


def test_evidence_that_was_removed_meanwhile_is_not_removed_again(acme, round_one):
    row = treatment.row(round_one, "A.5.1")
    evidence = gap.add_evidence(
        actor=acme, rating=row, title="Policy", dated=clock.today(), url="https://example.com/policy"
    )
    read_before = queries.evidence_in(row, evidence.pk)
    gap.remove_evidence(actor=acme, evidence=evidence)
    with pytest.raises(NotFound):
        gap.remove_evidence(actor=acme, evidence=read_before)


def test_a_copy_into_another_scope_takes_its_tasks_along(acme, round_one):
    treatment.rate(acme, round_one, "A.5.1", action="Write it down")
    second = people.create_scope(actor=acme, name="Second site")
    copy = gap.start_assessment(actor=acme, scope=second, copy_from=round_one)
    task = Task.objects.get(title="Write it down")
    assert (task.source_id, task.scope) == (treatment.row(copy, "A.5.1").pk, second)
