"""What is due on which day, and what a calendar program reads."""

import datetime

import pytest
from icalendar import Calendar

from annexa.organizations import services as people
from annexa.organizations.roles import Role
from annexa.tasks import calendar, queries, services
from annexa.tasks.models import CalendarFeed
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 2)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(frozen_time):
    return frozen_time


@pytest.fixture
def jonas(acme):
    return make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")


def days(actor, first=TODAY, last=TODAY + 400 * DAY, **which):
    found = calendar.entries(actor, first, last, **{"only_mine": True} | which)
    return [(entry.day, entry.task.title, entry.expected) for entry in found]


def read(actor, **which):
    stream = calendar.feed(
        actor, name="Acme: tasks", base_url="https://annexa.example.org", **{"only_mine": True} | which
    )
    return Calendar.from_ical(stream)


def test_a_task_stands_on_its_day_and_one_that_repeats_on_those_to_come(acme):
    services.create_task(actor=acme, title="Once", due=TODAY + DAY)
    services.create_task(actor=acme, title="Restore", due=datetime.date(2026, 3, 31), rhythm="quarterly")
    assert days(acme, last=datetime.date(2026, 12, 31)) == [
        (TODAY + DAY, "Once", False),
        (datetime.date(2026, 3, 31), "Restore", False),
        (datetime.date(2026, 6, 30), "Restore", True),
        (datetime.date(2026, 9, 30), "Restore", True),
        (datetime.date(2026, 12, 31), "Restore", True),
    ]


def test_no_day_is_foreseen_in_the_past(acme):
    services.create_task(actor=acme, title="Weekly", due=TODAY - 30 * DAY, rhythm="weekly")
    found = days(acme, first=TODAY - 40 * DAY, last=TODAY + 12 * DAY)
    assert found == [
        (TODAY - 30 * DAY, "Weekly", False),
        (TODAY + 5 * DAY, "Weekly", True),
        (TODAY + 12 * DAY, "Weekly", True),
    ]


def test_what_is_done_stays_on_its_day_without_coming_again_twice(acme):
    task = services.create_task(actor=acme, title="Monthly", due=TODAY, rhythm="monthly")
    services.finish_task(actor=acme, task=task)
    found = days(acme, last=TODAY + 40 * DAY)
    assert found == [(TODAY, "Monthly", False), (datetime.date(2026, 4, 2), "Monthly", False)]


def test_mine_are_mine_and_all_are_what_i_may_see(acme, jonas):
    services.create_task(actor=acme, title="Hers", due=TODAY)
    services.create_task(actor=acme, title="His", owner=jonas.membership, due=TODAY)
    assert [title for _day, title, _expected in days(acme)] == ["Hers"]
    assert sorted(title for _day, title, _expected in days(acme, only_mine=False)) == ["Hers", "His"]
    assert [title for _day, title, _expected in days(jonas, only_mine=False)] == ["His"]


def test_a_calendar_program_reads_days_with_ids_that_stay(acme):
    task = services.create_task(
        actor=acme,
        title="Restore; test, of\nmail\r\nATTENDEE:x",
        due=TODAY + DAY,
        rhythm="monthly",
        note="Ümläut ✓ " * 30,
    )
    first = read(acme)
    events = first.walk("VEVENT")
    assert first["x-wr-calname"] == "Acme: tasks"
    assert len(events) == 13
    assert events[0]["uid"] == f"{task.pk}@annexa.example.org"
    assert events[0]["dtstart"].dt == TODAY + DAY
    assert events[0]["dtend"].dt == TODAY + 2 * DAY
    assert events[0]["summary"] == "Restore; test, of mail ATTENDEE:x"
    assert all("attendee" not in event for event in events)
    assert events[0]["url"] == f"https://annexa.example.org/o/{acme.organization.slug}/tasks/{task.pk}/"
    services.update_task(actor=acme, task=task, title="Restore", due=TODAY + 2 * DAY, note="")
    again = read(acme).walk("VEVENT")
    assert again[0]["uid"] == events[0]["uid"]
    assert again[0]["dtstart"].dt == TODAY + 2 * DAY
    assert len({event["uid"] for event in again}) == len(again) == 12  # a year ahead


def test_lines_are_no_longer_than_the_standard_says(acme):
    services.create_task(actor=acme, title="ü" * 290, due=TODAY, note="é" * 900)
    stream = calendar.feed(acme, only_mine=True, name="n", base_url="https://annexa.example.org")
    assert max(len(line) for line in stream.split(b"\r\n")) <= 75


class TestAddress:
    def get(self, client, text):
        return client.get(f"/calendar/{text}.ics")

    def test_it_is_read_without_a_session_by_its_secret_alone(self, client, acme, jonas):
        services.create_task(actor=acme, title="Hers", due=TODAY)
        services.create_task(actor=acme, title="His", owner=jonas.membership, due=TODAY)
        feed, text = services.publish_calendar(actor=jonas, only_mine=False)
        assert text not in CalendarFeed.objects.get().token_hash
        answer = self.get(client, text)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert [str(event["summary"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")] == ["His"]
        feed.refresh_from_db()
        assert feed.last_used_at is not None

    def test_what_did_not_change_is_not_sent_again(self, client, acme):
        services.create_task(actor=acme, title="Hers", due=TODAY)
        _feed, text = services.publish_calendar(actor=acme)
        tag = self.get(client, text)["ETag"]
        again = client.get(f"/calendar/{text}.ics", headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")

    def test_a_new_address_a_withdrawn_one_and_a_guess_read_nothing(self, client, acme):
        _feed, old = services.publish_calendar(actor=acme)
        _feed, text = services.publish_calendar(actor=acme)
        assert self.get(client, old).status_code == 404
        assert self.get(client, text).status_code == 200
        services.withdraw_calendar(actor=acme)
        guess = text[:-3] + "abc"
        assert [self.get(client, each).status_code for each in (text, guess, "x", "annexa_x_y")] == [404] * 4

    def test_who_has_left_reads_nothing(self, client, acme, jonas):
        _feed, text = services.publish_calendar(actor=jonas)
        people.deactivate_membership(actor=acme, membership=jonas.membership)
        assert self.get(client, text).status_code == 404

    def test_it_lets_nobody_into_the_rest_interface(self, client, acme):
        _feed, text = services.publish_calendar(actor=acme)
        answer = client.get("/api/v1/tasks/", headers={"authorization": f"Bearer {text}"})
        assert answer.status_code == 401

    def test_nobody_else_learns_who_has_one(self, acme, jonas):
        services.publish_calendar(actor=jonas)
        assert queries.calendar_feed(acme) is None
