"""Registers as they stood, what changed between two dates, and the versions of one row."""

import datetime

import pytest

from annexa.organizations import queries as organizations
from annexa.organizations import services
from annexa.organizations.models import Membership
from annexa.organizations.roles import Role
from annexa.reports.history import registers
from annexa.tasks import services as tasks
from tests.factories import everything
from tests.factories import organizations as make
from tests.factories import statements as soa
from tests.web.bounds import FEW

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def told(acme, client):
    """An owner with a finished and an open task, signed in."""
    done = tasks.create_task(actor=acme, title="Write the policy")
    tasks.finish_task(actor=acme, task=done)
    tasks.create_task(actor=acme, title="Test the restore")
    make.signed_in(client, acme)
    return acme, done


def test_a_register_shows_how_it_stands_today(client, told):
    answer = client.get(make.url(told[0], "history/tasks/"))
    assert answer.status_code == 200
    assert b"Write the policy" in answer.content
    assert b"Test the restore" in answer.content


def test_a_register_was_empty_before_anything_happened(client, told):
    answer = client.get(make.url(told[0], "history/tasks/?as_of=2020-01-01"))
    assert b"Write the policy" not in answer.content
    assert b"Nothing stood here then" in answer.content


def test_a_register_of_the_past_comes_as_a_spreadsheet(client, told):
    answer = client.get(make.url(told[0], "history/tasks/?format=csv"))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Row,State,Owner,Due")
    assert any(line.startswith("Write the policy,Done") for line in lines)


def test_what_changed_names_the_field_with_both_values(client, told):
    acme, done = told
    tasks.update_task(actor=acme, task=done, title="Write the ISMS policy", owner=done.owner, due=None, note="")
    answer = client.get(make.url(acme, f"history/tasks/{done.pk}/"))
    assert b"<del>Write the policy</del>" in answer.content
    assert b"<ins>Write the ISMS policy</ins>" in answer.content
    assert b"Olga Owner" in answer.content


def test_the_changes_of_a_month_list_what_came(client, told):
    answer = client.get(make.url(told[0], "history/tasks/changes/"))
    assert answer.status_code == 200
    assert answer.content.count(b"Added") == 2


@pytest.mark.parametrize("format", ["pdf", "docx", "xlsx", "csv"])
def test_the_changes_come_as_a_file(client, told, format):
    answer = client.get(make.url(told[0], f"history/tasks/changes/?format={format}"))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert len(answer.content) > 100


@pytest.mark.parametrize("asked", ["as_of=yesterday", "as_of=9999-99-99", "as_of=" + "9" * 5000])
def test_a_date_that_is_none_is_refused_with_how_to_write_one(client, told, asked):
    answer = client.get(make.url(told[0], f"history/tasks/?{asked}"))
    assert answer.status_code == 400
    assert b"2026-05-01" in answer.content


def test_a_day_to_come_is_today(client, told):
    assert client.get(make.url(told[0], "history/tasks/?as_of=9999-12-31")).status_code == 200


def test_dates_the_wrong_way_round_are_refused(client, told):
    answer = client.get(make.url(told[0], "history/tasks/changes/?since=2026-06-01&until=2026-05-01"))
    assert answer.status_code == 400
    assert b"must lie before" in answer.content


def test_every_register_opens(client, db):
    actor = everything.organization("Acme")
    make.signed_in(client, actor)
    for key in registers.REGISTERS:
        assert client.get(make.url(actor, f"history/{key}/")).status_code == 200, key
        assert client.get(make.url(actor, f"history/{key}/changes/")).status_code == 200, key


def test_an_unknown_register_is_not_found(client, told):
    assert client.get(make.url(told[0], "history/secrets/")).status_code == 404


def test_a_register_that_the_role_cannot_read_is_refused(client, acme):
    reader = make.member(acme, Role.EMPLOYEE)
    make.signed_in(client, reader)
    assert client.get(make.url(acme, "history/soa/")).status_code == 403
    assert client.get(make.url(acme, "history/")).status_code == 302


def test_an_employee_sees_the_past_of_their_own_tasks_only(client, told):
    acme, done = told
    make.signed_in(client, make.member(acme, Role.EMPLOYEE))
    assert b"Write the policy" not in client.get(make.url(acme, "history/tasks/")).content
    assert client.get(make.url(acme, f"history/tasks/{done.pk}/")).status_code == 404


def test_the_past_of_another_organisation_is_not_found(client, two_organisations):
    ours, theirs = two_organisations
    with make.inside(ours):
        task = tasks.create_task(actor=ours, title="Ours alone")
    make.signed_in(client, theirs)
    assert client.get(make.url(ours, "history/tasks/")).status_code == 404
    assert client.get(make.url(theirs, f"history/tasks/{task.pk}/")).status_code == 404


def test_the_statement_shows_the_decision_of_then_and_of_now(client, acme):
    draft = soa.draft(acme)
    row = soa.decide(acme, draft, "A.5.1", applicable=True, reasons=["legal"], justification="The law says so.")
    soa.decide(acme, draft, "A.5.1", justification="The contract says so.")
    make.signed_in(client, acme)
    assert b"The contract says so." in client.get(make.url(acme, "history/soa/?q=A.5.1")).content
    story = client.get(make.url(acme, f"history/soa/{row.pk}/")).content
    assert b"<del>The law says so.</del>" in story
    assert b"<ins>The contract says so.</ins>" in story


def test_somebody_elses_role_of_then_is_shown(client, acme):
    auditor = make.member(acme, Role.INTERNAL_AUDITOR)
    Membership.objects.filter(pk=auditor.membership.pk).update(role=Role.READER)
    make.signed_in(client, acme)
    content = client.get(make.url(acme, f"history/people/{auditor.membership.pk}/")).content
    assert b"<del>Internal auditor</del>" in content


def test_the_pages_cost_few_queries(client, told, django_assert_max_num_queries):
    for path in ("history/tasks/", "history/tasks/changes/"):
        with django_assert_max_num_queries(FEW):
            client.get(make.url(told[0], path))


def test_a_moment_without_a_local_time_is_refused_in_words(client, told):
    answer = client.get(make.url(told[0], "history/tasks/?as_of=0001-01-01T00:00%2B14:00"))
    assert answer.status_code == 400


def test_a_member_of_one_scope_reads_nothing_of_people_in_another(client, acme):
    here, there = organizations.scopes(acme)[0], services.create_scope(actor=acme, name="Lab")
    make.member(acme, Role.CONTRIBUTOR, "Kim Colleague", scope=here)
    stranger = make.member(acme, Role.CONTRIBUTOR, "Sam Stranger", scope=there).membership
    make.signed_in(client, make.member(acme, Role.ISMS_MANAGER, "Lena Limited", scope=here))
    for page in ("", "changes/"):
        shown = client.get(make.url(acme, f"history/people/{page}")).content
        assert b"Kim Colleague" in shown
        assert b"Sam Stranger" not in shown
    assert client.get(make.url(acme, f"history/people/{stranger.pk}/")).status_code == 404
