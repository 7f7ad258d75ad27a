"""Somebody is asked for evidence: they get a task, answer, and what they give is taken or given back."""

import datetime

import pytest

from annexa.evidence.contents import Content
from annexa.evidence.models import EvidenceRequest
from annexa.evidence.queries import evidence as pieces
from annexa.evidence.queries import requests as queries
from annexa.evidence.services import evidence as evidence_services
from annexa.evidence.services import requests as services
from annexa.lib import clock
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations import services as people
from annexa.organizations.roles import Role
from annexa.tasks import notices, words
from annexa.tasks.models import Task
from tests.factories import everything
from tests.factories import organizations as make

WEEK = datetime.timedelta(days=7)


@pytest.fixture
def harbour(db):
    actor = everything.organization("Harbour")
    with make.inside(actor):
        yield actor


@pytest.fixture
def hugo(harbour):
    return make.member(harbour, Role.EMPLOYEE, "Hugo Prado")


@pytest.fixture
def asked(harbour, hugo):
    (control,) = pieces.requirements_named(harbour, "A.7.2")
    return services.ask_for_evidence(
        actor=harbour, title="Photo of the gate", owner=hugo.membership, due=clock.today() + WEEK, requirement=control
    )


def task(asked):
    return Task.objects.get(source_kind="evidence_request", source_id=asked.pk)


def told(actor):
    return [words.sentence(each) for each in notices.inbox(actor)]


def test_who_is_asked_gets_a_task_and_is_told(asked, hugo):
    assert (task(asked).owner, task(asked).due, task(asked).reference) == (hugo.membership, asked.due, "A.7.2")
    assert told(hugo) == ["A task for you: Evidence: Photo of the gate"]
    assert list(queries.visible_to(hugo)) == [asked]


def test_an_employee_answers_with_something_new_and_it_is_taken(asked, harbour, hugo):
    made = services.answer_with(actor=hugo, request=asked, content=Content(text="It was locked"), note="At noon")
    asked.refresh_from_db()
    assert (asked.state, asked.evidence, made.owner) == ("answered", made, hugo.membership)
    assert task(asked).state == "dropped"
    assert "Evidence is there: Photo of the gate" in told(harbour)
    services.accept_answer(actor=harbour, request=asked)
    (control,) = pieces.requirements_named(harbour, "A.7.2")
    assert [each for each, by, _relation in pieces.showing(harbour, control) if not by] == [made]


def test_what_does_not_show_it_comes_back_with_a_reason(asked, harbour, hugo):
    services.answer_with(actor=hugo, request=asked, content=Content(text="It was locked"))
    with pytest.raises(UserError):
        services.return_answer(actor=harbour, request=asked, reason=" ")
    services.return_answer(actor=harbour, request=asked, reason="A photo, please")
    asked.refresh_from_db()
    assert (asked.state, asked.reason, task(asked).state) == ("returned", "A photo, please", "open")
    assert "Evidence comes back: Photo of the gate" in told(hugo)
    services.answer_with(actor=hugo, request=asked, content=Content(url="https://example.com/photo"))
    services.accept_answer(actor=harbour, request=asked)
    assert asked.state == "accepted"


def test_evidence_that_is_there_already_answers(asked, harbour):
    made = evidence_services.add_evidence(actor=harbour, title="Gate", content=Content(text="x"))
    services.answer_request(actor=harbour, request=asked, evidence=made)
    assert EvidenceRequest.objects.get(pk=asked.pk).evidence == made


def test_others_neither_see_nor_answer_it(asked, harbour):
    stranger = make.member(harbour, Role.EMPLOYEE, "Eve Other")
    with pytest.raises(NotFound):
        queries.request_for(stranger, asked.pk)
    with pytest.raises(NotAllowed):
        services.answer_with(actor=stranger, request=asked, content=Content(text="x"))
    with pytest.raises(NotAllowed):
        services.ask_for_evidence(actor=stranger, title="x", owner=stranger.membership, due=clock.today())


def test_a_stand_in_answers(asked, harbour, hugo):
    rosa = make.member(harbour, Role.CONTRIBUTOR, "Rosa Calder")
    days = {"starts_on": clock.today(), "ends_on": clock.today() + WEEK}
    people.delegate(actor=hugo, kind="tasks", stand_in=rosa.membership, **days)
    services.answer_with(actor=rosa, request=asked, content=Content(text="Locked"))
    assert EvidenceRequest.objects.get(pk=asked.pk).state == "answered"


def test_steps_out_of_order_are_refused(asked, harbour, hugo):
    with pytest.raises(UserError, match="no answer"):
        services.accept_answer(actor=harbour, request=asked)
    services.withdraw_request(actor=harbour, request=asked)
    assert task(asked).state == "dropped"
    with pytest.raises(UserError, match="does not wait"):
        services.answer_with(actor=hugo, request=asked, content=Content(text="x"))


@pytest.mark.parametrize("given", [{"title": ""}, {"owner": None}, {"due": None}, {"due": datetime.date(2020, 1, 1)}])
def test_bad_requests_are_explained(harbour, hugo, given):
    usual = {"title": "Gate", "owner": hugo.membership, "due": clock.today()}
    with pytest.raises(UserError):
        services.ask_for_evidence(actor=harbour, **usual | given)
