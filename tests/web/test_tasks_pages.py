"""Tasks: list, one task, done and reopened."""

import datetime
import re

import pytest

from annexa.lib import clock
from annexa.organizations.roles import Role
from annexa.tasks import services
from annexa.tasks.models import Task
from tests.factories import everything
from tests.factories import organizations as make
from tests.web.bounds import FEW


@pytest.fixture
def harbour(db):
    return everything.organization("Harbour")


@pytest.fixture
def task(harbour):
    with make.inside(harbour):
        return Task.objects.get(title="Begin")


def again(harbour, task):
    with make.inside(harbour):
        return Task.objects.get(pk=task.pk)


def test_every_page_answers_with_few_queries(client, harbour, task, django_assert_max_num_queries):
    make.signed_in(client, harbour)
    for page in ("tasks/", "tasks/?mine=yes&late=yes&state=open&sort=owner", "tasks/add/", f"tasks/{task.pk}/"):
        client.get(make.url(harbour, page))
        with django_assert_max_num_queries(FEW):
            assert client.get(make.url(harbour, page)).status_code == 200


def test_a_task_is_added_changed_finished_and_reopened(client, harbour):
    make.signed_in(client, harbour)
    client.post(make.url(harbour, "tasks/add/"), {"title": "Book the audit", "due": "2026-12-01"})
    with make.inside(harbour):
        task = Task.objects.get(title="Book the audit")
    one = make.url(harbour, f"tasks/{task.pk}/")
    assert client.post(one, {"title": "Book stage 1", "note": "By mail", "due": ""}).status_code == 302
    assert (again(harbour, task).title, again(harbour, task).due) == ("Book stage 1", None)
    client.post(f"{one}finish/")
    assert again(harbour, task).state == Task.State.DONE
    client.post(f"{one}reopen/")
    assert again(harbour, task).state == Task.State.OPEN


def test_open_tasks_stand_before_finished_ones(client, harbour, task):
    with make.inside(harbour):
        services.finish_task(actor=harbour, task=task)
        services.create_task(actor=harbour, title="Second")
    text = make.signed_in(client, harbour).get(make.url(harbour, "tasks/")).content.decode()
    assert text.index("Second") < text.index("Begin<")


def test_the_late_ones_can_be_singled_out(client, harbour):
    with make.inside(harbour):
        services.create_task(actor=harbour, title="Late", due=clock.today() - datetime.timedelta(days=1))
    text = make.signed_in(client, harbour).get(make.url(harbour, "tasks/?late=yes")).content.decode()
    assert text.count("data-row") == 1
    assert "1 day late" in text


def test_an_empty_list_offers_the_first_task(client, acme):
    text = make.signed_in(client, acme).get(make.url(acme, "tasks/")).content.decode()
    assert "No tasks yet" in text


@pytest.mark.parametrize(
    "data", [{}, {"title": "  "}, {"title": "x" * 301}, {"title": "x", "due": "soon"}, {"title": "x", "owner": "42"}]
)
def test_bad_input_is_explained(client, harbour, data):
    answer = make.signed_in(client, harbour).post(make.url(harbour, "tasks/add/"), {"note": "", **data})
    assert answer.status_code == 422


class TestOthersTasks:
    @pytest.fixture
    def employee(self, harbour):
        with make.inside(harbour):
            return make.member(harbour, Role.EMPLOYEE)

    def test_cannot_be_seen_or_touched(self, client, harbour, task, employee):
        make.signed_in(client, employee)
        assert "Begin" not in client.get(make.url(harbour, "tasks/")).content.decode()
        for verb in ("", "finish/", "reopen/"):
            assert client.post(make.url(harbour, f"tasks/{task.pk}/{verb}"), {"title": "Mine"}).status_code == 404

    def test_cannot_be_made(self, client, harbour, employee):
        make.signed_in(client, employee)
        owner = str(harbour.membership.pk)
        client.post(make.url(harbour, "tasks/add/"), {"title": "For you", "owner": owner})
        with make.inside(harbour):
            assert Task.objects.get(title="For you").owner_id == employee.membership.pk

    def test_of_another_organisation_are_not_there(self, client, harbour, task):
        stranger = make.organization("Stranger")
        make.signed_in(client, stranger)
        assert client.get(make.url(harbour, "tasks/")).status_code == 404
        assert client.get(make.url(stranger, f"tasks/{task.pk}/")).status_code == 404

    def test_are_not_for_an_external_auditor(self, client, harbour):
        with make.inside(harbour):
            auditor = make.member(harbour, Role.EXTERNAL_AUDITOR)
        assert make.signed_in(client, auditor).get(make.url(harbour, "tasks/")).status_code == 403


def test_looking_finishes_nothing(client, harbour, task):
    assert make.signed_in(client, harbour).get(make.url(harbour, f"tasks/{task.pk}/finish/")).status_code == 405


def test_a_task_is_given_to_somebody_else(client, harbour):
    with make.inside(harbour):
        colleague = make.member(harbour).membership
    make.signed_in(client, harbour)
    client.post(make.url(harbour, "tasks/add/"), {"title": "For you", "owner": str(colleague.pk)})
    with make.inside(harbour):
        assert Task.objects.get(title="For you").owner_id == colleague.pk


def test_the_feed_on_home_links_the_thing_and_not_the_sentence(client, harbour):
    make.signed_in(client, harbour)
    client.post(make.url(harbour, "tasks/add/"), {"title": "Water the <plants>"})
    shown = client.get(make.url(harbour, "")).content.decode()
    assert re.search(r'created the task <a href="[^"]+">Water the &lt;plants&gt;</a>', shown)


class TestCalendar:
    def test_a_month_shows_its_days_and_turns(self, client, harbour):
        with make.inside(harbour):
            services.create_task(actor=harbour, title="Restore test", due=datetime.date(2026, 3, 5), rhythm="monthly")
        make.signed_in(client, harbour)
        text = client.get(make.url(harbour, "tasks/calendar/?month=2026-03")).content.decode()
        assert "March 2026" in text
        assert text.count("Restore test") >= 2  # in the grid and in the list
        assert "?month=2026-02" in text
        assert "?month=2026-04" in text
        assert "Nothing is due" in client.get(make.url(harbour, "tasks/calendar/?month=1999-01")).content.decode()

    @pytest.mark.parametrize("month", ["2026-13", "0000-01", "9999-12", "x", "", "2026-1-1", "²026-01"])
    def test_a_month_that_is_none_is_this_one(self, client, harbour, month):
        make.signed_in(client, harbour)
        answer = client.get(make.url(harbour, "tasks/calendar/"), {"month": month})
        assert answer.status_code == 200
        assert f"{clock.today():%B %Y}" in answer.content.decode()

    def test_an_address_is_shown_once(self, client, harbour):
        make.signed_in(client, harbour)
        page = make.url(harbour, "tasks/calendar/address/")
        made = client.post(page, {"which": "all"})
        (address,) = re.findall(r"/calendar/(annexa_[^\"]+)\.ics", made.content.decode())
        assert made.status_code == 201
        assert client.get(f"/calendar/{address}.ics").status_code == 200
        again = client.get(page).content.decode()
        assert address not in again
        assert "all tasks that you may see" in again
        client.post(make.url(harbour, "tasks/calendar/withdraw/"))
        assert client.get(f"/calendar/{address}.ics").status_code == 404
