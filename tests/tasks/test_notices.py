"""Who is told what, once, and by which way."""

import datetime
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from annexa.lib import clock, tracing
from annexa.lib.errors import UserError
from annexa.organizations import access
from annexa.organizations import queries as organizations
from annexa.organizations import services as people
from annexa.organizations.models import Membership
from annexa.organizations.roles import Role
from annexa.tasks import jobs, notices, services, words
from annexa.tasks.models import Kind, Notice, Task
from annexa.treatment.services import statements
from tests.factories import organizations as make
from tests.factories import statements as soa

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def noon(frozen_time):
    return frozen_time


@pytest.fixture
def jonas(acme):
    return make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")


def _told(actor):
    return [words.sentence(each) for each in notices.inbox(actor)]


def test_the_owner_of_a_task_is_told_when_somebody_gives_it(acme, jonas):
    services.create_task(actor=acme, title="Write the policy", owner=jonas.membership)
    assert _told(jonas) == ["A task for you: Write the policy"]
    assert _told(acme) == []


def test_nobody_is_told_what_they_did_themselves(acme):
    services.create_task(actor=acme, title="Mine")
    assert _told(acme) == []


def test_many_tasks_of_one_request_are_one_notice_that_counts(acme, jonas):
    with tracing.named("one-request"):
        for number in range(12):
            services.create_task(actor=acme, title=f"Task {number}", owner=jonas.membership)
    assert _told(jonas) == ["12 tasks for you"]


def test_a_task_handed_over_is_told_to_the_new_owner(acme, jonas):
    task = services.create_task(actor=acme, title="Restore test")
    services.update_task(actor=acme, task=task, title=task.title, due=None, note="", owner=jonas.membership)
    assert _told(jonas) == ["A task for you: Restore test"]


def test_what_is_rolled_back_was_never_told(acme, jonas):
    with pytest.raises(ZeroDivisionError), make.inside(acme):
        services.create_task(actor=acme, title="Undone", owner=jonas.membership)
        raise ZeroDivisionError
    assert _told(jonas) == []


class TestReminders:
    def _due(self, actor, days, owner):
        return services.create_task(
            actor=actor, title=f"In {days}", owner=owner, due=TODAY + datetime.timedelta(days=days)
        )

    def test_an_owner_is_reminded_once_before_and_once_after_the_date(self, acme, jonas):
        self._due(acme, 3, jonas.membership)
        self._due(acme, 4, jonas.membership)
        self._due(acme, -1, jonas.membership)
        Notice.objects.all().delete()
        jobs.remind.func(0)
        jobs.remind.func(0)
        assert sorted(_told(jonas)) == ["Due soon: In 3", "Late: In -1"]

    def test_what_is_late_by_a_week_goes_to_whoever_runs_the_isms(self, acme, jonas):
        self._due(acme, -7, jonas.membership)
        jobs.remind.func(0)
        assert _told(acme) == ["Late by a week: In -7"]
        assert "Jonas Weber" in words.detail(notices.inbox(acme).get())

    def test_a_member_of_another_scope_is_not_told(self, acme, jonas):
        here, there = organizations.scopes(acme)[0], people.create_scope(actor=acme, name="Lab")
        limited = make.member(acme, Role.ISMS_MANAGER, "Lena Limited", scope=there)
        task = self._due(acme, -7, jonas.membership)
        whole = self._due(acme, -8, jonas.membership)
        Task.objects.filter(pk=task.pk).update(scope=here)
        jobs.remind.func(0)
        assert _told(limited) == [f"Late by a week: {whole.title}"]

    def test_what_is_done_is_not_mentioned(self, acme, jonas):
        task = self._due(acme, -2, jonas.membership)
        services.finish_task(actor=acme, task=task)
        Notice.objects.all().delete()
        jobs.remind.func(0)
        assert _told(jonas) == []

    def test_every_organisation_is_worked_through_and_none_sees_anothers(self, two_organisations):
        ours, theirs = two_organisations
        for actor in (ours, theirs):
            with make.inside(actor):
                member = make.member(actor, Role.CONTRIBUTOR)
                self._due(actor, 1, member.membership)
        jobs.remind.func(0)
        for actor in (ours, theirs):
            with make.inside(actor):
                assert Notice.objects.filter(kind=Kind.TASK_DUE).count() == 1


class TestReview:
    def test_whoever_may_approve_is_asked_and_the_sender_hears_the_outcome(self, acme):
        ruth = soa.approver(acme)
        manager = make.member(acme, Role.ISMS_MANAGER, "Ines Duarte")
        statement = soa.in_review(manager)
        assert _told(ruth) == ["Your approval is asked for: Statement of Applicability, Acme"]
        assert _told(manager) == []  # changed it, so may not approve
        statements.approve_statement(actor=ruth, statement=statement, seen_hash=statement.submitted_hash)
        assert _told(manager) == ["Approved: Statement of Applicability, Acme"]
        assert notices.unread(ruth) == 0  # what was asked is done


class TestMail:
    def _jobs(self):
        return ProcrastinateJob.objects.filter(task_name="tasks.mail_notice")

    def test_what_is_urgent_is_mailed_at_once_and_only_once(self, acme, mailoutbox):
        ruth = soa.approver(acme)
        soa.in_review(make.member(acme, Role.ISMS_MANAGER, "Ines Duarte"))
        notice = notices.inbox(ruth).get()
        assert self._jobs().filter(args__notice_id=str(notice.pk)).exists()
        for _attempt in range(2):
            jobs.mail_notice.func(str(acme.organization_id), str(notice.pk))
        [mail] = mailoutbox
        assert mail.subject == "Your approval is asked for: Statement of Applicability, Acme"
        assert "/inbox/" in mail.body

    def test_what_was_read_is_not_mailed(self, acme, jonas, mailoutbox):
        services.create_task(actor=acme, title="Read already", owner=jonas.membership)
        notice = notices.inbox(jonas).get()
        services.read_notices(actor=jonas)
        jobs.mail_notice.func(str(acme.organization_id), str(notice.pk))
        assert mailoutbox == []

    def test_whoever_is_limited_to_another_scope_since_reads_no_more_of_it(self, acme, jonas, mailoutbox):
        here, there = organizations.scopes(acme)[0], people.create_scope(actor=acme, name="Lab")
        with tracing.named():
            task = services.create_task(actor=acme, title="Hidden now", owner=jonas.membership)
        services.create_task(actor=acme, title="Of all scopes", owner=jonas.membership)
        Task.objects.filter(pk=task.pk).update(scope=here)
        people.change_membership(actor=acme, membership=jonas.membership, role=Role.CONTRIBUTOR, scope=there)
        limited = access.member(Membership.objects.get(pk=jonas.membership.pk))
        assert _told(limited) == ["A task for you: Of all scopes"]
        assert notices.unread(limited) == 1
        with clock.at(datetime.datetime(2026, 3, 3, 8, 0, tzinfo=datetime.UTC)):
            jobs.digest.func(0)
        for notice in Notice.objects.filter(mailed_at=None):
            jobs.mail_notice.func(str(acme.organization_id), str(notice.pk))
        assert "Of all scopes" in mailoutbox[0].body
        assert not any("Hidden now" in each.body for each in mailoutbox)

    def test_a_digest_comes_once_at_the_chosen_hour(self, acme, jonas, mailoutbox):
        services.create_task(actor=acme, title="First", owner=jonas.membership)
        jobs.digest.func(0)
        assert mailoutbox == []  # it is noon; the usual hour is eight
        with clock.at(datetime.datetime(2026, 3, 3, 8, 0, tzinfo=datetime.UTC)):
            jobs.digest.func(0)
            jobs.digest.func(0)
        [mail] = mailoutbox
        assert mail.subject == "Acme: 1 thing waits for you"
        assert "A task for you: First" in mail.body

    def test_a_line_break_in_a_name_stays_out_of_the_subject(self, acme, jonas, mailoutbox):
        people.update_organization(actor=acme, name="Acme\nBcc: all@example.com")
        services.create_task(actor=acme, title="First\r\nSecond", owner=jonas.membership)
        with clock.at(datetime.datetime(2026, 3, 3, 8, 0, tzinfo=datetime.UTC)):
            jobs.digest.func(0)
        [mail] = mailoutbox
        assert mail.subject == "Acme Bcc: all@example.com: 1 thing waits for you"
        assert "A task for you: First Second" in mail.body

    def test_a_mail_that_is_refused_holds_up_nobody_elses(self, acme, jonas, monkeypatch, mailoutbox):
        kim = make.member(acme, Role.CONTRIBUTOR, "Kim Lee")
        for member in (jonas, kim):
            services.create_task(actor=acme, title="First", owner=member.membership)

        def send(subject, body, sender, to):
            if to == [jonas.membership.person.email]:
                raise SMTPRecipientsRefused({})
            mail.send_mail(subject, body, sender, to)

        monkeypatch.setattr(jobs, "send_mail", send)
        at_eight = clock.at(datetime.datetime(2026, 3, 3, 8, 0, tzinfo=datetime.UTC))
        with at_eight, pytest.raises(SMTPRecipientsRefused):
            jobs.digest.func(0)
        assert [each.to for each in mailoutbox] == [[kim.membership.person.email]]
        assert notices.inbox(kim).get().mailed_at is not None

    def test_mail_waits_for_the_end_of_quiet_hours(self, acme, jonas):
        services.choose_notices(
            actor=jonas, mail_at_once=[Kind.TASK_GIVEN], in_digest=[], digest_hour=8,
            quiet_from=datetime.time(20), quiet_to=datetime.time(7),
        )  # fmt: skip
        with clock.at(datetime.datetime(2026, 3, 2, 23, 30, tzinfo=datetime.UTC)):
            services.create_task(actor=acme, title="Late at night", owner=jonas.membership)
        assert self._jobs().latest("id").scheduled_at == datetime.datetime(2026, 3, 3, 7, 0, tzinfo=datetime.UTC)

    @pytest.mark.parametrize(
        ("values", "field"), [({"digest_hour": 24}, "digest_hour"), ({"mail_at_once": ["rumours"]}, "mail_at_once")]
    )
    def test_a_choice_that_does_not_exist_is_refused(self, acme, values, field):
        usual = {
            "mail_at_once": [],
            "in_digest": [],
            "digest_hour": 8,
            "quiet_from": datetime.time(),
            "quiet_to": datetime.time(),
        }
        with pytest.raises(UserError) as refused:
            services.choose_notices(actor=acme, **{**usual, **values})
        assert field in refused.value.fields


class TestRhythm:
    def test_a_task_that_repeats_comes_again_when_it_is_done(self, acme):
        due = TODAY + datetime.timedelta(days=1)
        task = services.create_task(actor=acme, title="Restore test", due=due, rhythm="quarterly")
        services.finish_task(actor=acme, task=task)
        services.finish_task(actor=acme, task=task)  # a second click makes no third one
        again = Task.objects.get(state=Task.State.OPEN)
        assert (again.title, again.due, again.rhythm) == ("Restore test", datetime.date(2026, 6, 3), "quarterly")

    def test_a_rhythm_needs_a_first_date(self, acme):
        with pytest.raises(UserError, match="due first"):
            services.create_task(actor=acme, title="Restore test", rhythm="monthly")

    def test_an_unknown_rhythm_is_refused(self, acme):
        with pytest.raises(UserError, match="how often"):
            services.create_task(actor=acme, title="Restore test", due=TODAY, rhythm="sometimes")
