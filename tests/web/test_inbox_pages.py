"""The inbox."""

import pytest

from annexa.organizations.roles import Role
from annexa.tasks import notices, services
from annexa.webhooks import services as webhooks
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def jonas(acme):
    return make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")


@pytest.fixture
def page(client, acme, jonas):
    services.create_task(actor=acme, title="Write the policy", owner=jonas.membership)
    return make.signed_in(client, jonas)


def test_it_lists_what_concerns_the_person(page, acme):
    content = page.get(make.url(acme, "inbox/")).content.decode()
    assert "A task for you: Write the policy" in content
    assert "1 unread" in content


def test_opening_a_notice_reads_it_and_leads_to_its_subject(page, acme, jonas):
    notice = notices.inbox(jonas).get()
    answer = page.get(make.url(acme, f"inbox/{notice.pk}/"))
    assert answer["Location"] == make.url(acme, f"tasks/{notice.subject_id}/")
    assert notices.unread(jonas) == 0
    assert "Write the policy" not in page.get(make.url(acme, "inbox/?show=unread")).content.decode()


@pytest.mark.parametrize("kind", notices.Kind)
def test_every_kind_of_notice_shows_and_leads_somewhere(page, acme, jonas, kind):
    endpoint, _secret = webhooks.add_webhook(actor=acme, url="https://hooks.example.com/in", events=["*"])
    with make.inside(acme):
        notices.tell(acme, [jonas.membership], kind, endpoint, key="odd", title="Zebra", due="2026-03-04")
    assert "Zebra" in page.get(make.url(acme, "inbox/")).content.decode()
    notice = notices.inbox(jonas).get(key="odd")
    assert page.get(make.url(acme, f"inbox/{notice.pk}/"))["Location"] == make.url(acme, f"webhooks/{endpoint.pk}/")


def test_everything_can_be_read_at_once(page, acme, jonas):
    page.post(make.url(acme, "inbox/read/"))
    assert notices.unread(jonas) == 0


def test_somebody_elses_notice_is_not_found(page, acme, client, jonas):
    notice = notices.inbox(jonas).get()
    make.signed_in(client, acme)
    assert client.get(make.url(acme, f"inbox/{notice.pk}/")).status_code == 404
    assert notices.unread(jonas) == 1


NEVER_TOLD = (
    "webhook_off", "risk_treated", "acceptance_asked", "acceptance_ended", "evidence_answered", "evidence_returned",
    "evidence_expires",
)  # fmt: skip


def test_preferences_are_saved_and_shown_again(page, acme, jonas):
    address = make.url(acme, "inbox/preferences/")
    assert page.get(address).status_code == 200
    ways = {f"{kind}_{verb}": "inbox" for kind, verb in (("task", "due"), ("task", "late"), ("task", "escalated"))}
    ways |= {"task_given": "at_once", "review_asked": "digest", "review_returned": "digest", "review_approved": "inbox"}
    ways |= dict.fromkeys(NEVER_TOLD, "inbox")
    answer = page.post(address, {**ways, "digest_hour": "6", "quiet_from": "21:00", "quiet_to": "21:00"})
    assert answer.status_code == 302
    choice = notices.choice_of(jonas.membership)
    assert (choice.mail_at_once, choice.in_digest) == (["task.given"], ["review.asked", "review.returned"])
    assert not choice.has_quiet_hours
    assert "digest at 6:00" in page.get(make.url(acme, "inbox/")).content.decode()


def test_odd_preferences_come_back_with_the_field_named(page, acme):
    answer = page.post(make.url(acme, "inbox/preferences/"), {"digest_hour": "25", "quiet_from": "night"})
    assert answer.status_code == 422
    assert b"digest_hour" in answer.content


def test_an_empty_inbox_says_what_will_come(client, acme):
    make.signed_in(client, acme)
    assert b"appear here at once" in client.get(make.url(acme, "inbox/")).content
