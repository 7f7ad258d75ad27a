"""Reminders, escalation, mail and chat about notices, the daily digest; every one bears being repeated."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from annexa.activity import queries as activity
from annexa.jobs import queue
from annexa.lib import clock
from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.access import member as acting
from annexa.organizations.every import inside
from annexa.organizations.models import Membership
from annexa.organizations.permissions import Permission
from annexa.tasks import chat, notices, queries, words
from annexa.tasks.chat import Failed
from annexa.tasks.models import Channel, Kind, Notice, Task

SOON, LATE, ESCALATED = timedelta(days=3), timedelta(days=1), timedelta(days=7)
MOST_FAILURES = 20  # of one chat in a row


@app.periodic(cron="5 5 * * *")
@app.task(name="tasks.remind", queueing_lock="tasks.remind", retry=queue.PATIENT)
def remind(timestamp: int) -> None:
    """Remind owners of what falls due or is late, and whoever runs the ISMS of what is late by a week."""
    for organization_id in activity.organization_ids():
        with inside(organization_id) as actor:
            for task in Task.objects.filter(state=Task.State.OPEN, due__lte=clock.today() + SOON).select_related(
                "owner"
            ):
                _remind(actor, task)


def _remind(actor: Actor, task: Task) -> None:
    assert task.due is not None
    late = clock.today() - task.due
    kind = Kind.TASK_LATE if late >= LATE else Kind.TASK_DUE
    facts = {"title": task.title, "due": task.due.isoformat()}
    notices.tell(actor, queries.doers(actor, task), kind, task, key=f"{kind}:{task.pk}:{task.due}", **facts)
    if late >= ESCALATED:
        heads = [each for each in organizations.who_can(actor, Permission.TASK_EDIT) if each.pk != task.owner_id]
        key = f"{Kind.TASK_ESCALATED}:{task.pk}:{task.due}"
        notices.tell(actor, heads, Kind.TASK_ESCALATED, task, key=key, owner=str(task.owner or ""), **facts)


@app.task(name="tasks.mail_notice", retry=queue.PATIENT)
def mail_notice(organization_id: str, notice_id: str) -> None:
    """Mail one notice, unless it was read or mailed meanwhile."""
    with inside(uuid.UUID(organization_id)):
        if notice := _waiting(notice_id, mailed_at=None):
            _send(notice.membership, [notice], words.sentence(notice))


@app.task(name="tasks.chat_notice", retry=queue.PATIENT)
def chat_notice(organization_id: str, notice_id: str) -> None:
    """Tell one notice in its member's chats, unless it was read or told meanwhile; nothing is held while it is sent.

    A chat that did not take it is asked again; those that did may hear it twice.
    """
    key = uuid.UUID(organization_id)
    with inside(key):
        notice = _waiting(notice_id, chatted_at=None)
        if notice is None:
            return
        told = list(Channel.objects.filter(membership=notice.membership, state=Channel.State.ACTIVE))
        organization, language = notice.organization, notice.membership.person.language
        with translation.override(language):
            title, about = words.sentence(notice), words.detail(notice)
    body = "\n".join(part for part in (about, f"{settings.BASE_URL}/o/{organization.slug}/inbox/{notice.pk}/") if part)
    problems = [each for channel in told if (each := _chat(key, channel, title, body, language))]
    if problems:
        raise problems[0]
    with inside(key):
        Notice.objects.filter(pk=notice_id).update(chatted_at=clock.now())


def _waiting(notice_id: str, **not_yet: None) -> Notice | None:
    """Return a notice that its member may read, has not read, and was not told of in this way."""
    found = Notice.objects.filter(pk=notice_id, read_at=None, **not_yet)
    notice = found.select_related("membership__person", "organization").first()
    if notice is None or not notice.membership.is_active() or not _may_read(notice.membership, [notice]):
        return None
    return notice


@app.task(name="tasks.try_channel")
def try_channel(organization_id: str, channel_id: str) -> None:
    """Send a test message to one chat; what came of it stands on the page."""
    key = uuid.UUID(organization_id)
    with inside(key):
        channel = Channel.objects.filter(pk=channel_id).select_related("membership__person", "organization").first()
        if channel is None or not channel.membership.is_active():
            return
        language = channel.membership.person.language
        with translation.override(language):
            title = _("Annexa can tell you here")
            body = _("Notices of %(organization)s come into this chat.") % {"organization": channel.organization.name}
    _chat(key, channel, title, body, language)


def _chat(key: uuid.UUID, channel: Channel, title: str, body: str, language: str) -> Failed | None:
    """Tell one chat and note what came of it; one that fails too often is switched off."""
    problem, said = None, ""
    with translation.override(language):
        try:
            chat.send(channel.address(), title, body)
        except Failed as error:
            problem, said = error, error.sentence
        except UserError as error:  # an address that is none any more, or that no key opens: no use in asking again
            said = error.sentence
    with inside(key):
        found = Channel.objects.select_for_update(no_key=True).filter(pk=channel.pk).first()
        if found is None:
            return None
        found.failures, found.last_error = (found.failures + 1, said[:300]) if said else (0, "")
        if not said:
            found.last_sent_at = clock.now()
        elif problem is None or found.failures >= MOST_FAILURES:
            found.state = Channel.State.OFF
        found.save(update_fields=["failures", "last_error", "last_sent_at", "state"])
        return problem if found.is_active else None


@app.periodic(cron="0 * * * *")
@app.task(name="tasks.digest", queueing_lock="tasks.digest", retry=queue.PATIENT)
def digest(timestamp: int) -> None:
    """Mail each member at their hour what came and was not read, once a day.

    A mail that cannot be sent holds up nobody else's, here or in another organisation; the job then fails at its end.
    """
    problems: list[Exception] = []
    for organization_id in activity.organization_ids():
        with inside(organization_id):
            hour = timezone.localtime(clock.now()).hour
            waiting = Notice.objects.filter(read_at=None, mailed_at=None).select_related(
                "membership__person", "organization"
            )
            by_member: dict[Membership, list[Notice]] = {}
            for notice in waiting.order_by("created_at"):
                by_member.setdefault(notice.membership, []).append(notice)
            for member, found in by_member.items():
                try:
                    _digest(member, found, hour)
                except (OSError, ValueError) as error:  # of the mail server, and of what is no header
                    problems.append(error)
    if problems:
        raise problems[0]


def _digest(member: Membership, found: list[Notice], hour: int) -> None:
    choice = notices.choice_of(member)
    wanted = [notice for notice in found if notice.kind in choice.in_digest]
    if wanted and choice.digest_hour == hour and member.is_active() and (left := _may_read(member, wanted)):
        _send(member, left, "")


def _may_read(membership: Membership, found: list[Notice]) -> list[Notice]:
    """Keep what the member's inbox still shows."""
    kept = set(
        notices.inbox(acting(membership)).filter(pk__in=[each.pk for each in found]).values_list("pk", flat=True)
    )
    return [each for each in found if each.pk in kept]


def _send(member: Membership, found: list[Notice], subject: str) -> None:
    """Send one mail about notices and remember that; a mail that was sent but not remembered may come twice."""
    organization = found[0].organization
    with translation.override(member.person.language):
        lines = [(words.sentence(notice), words.detail(notice)) for notice in found]
        context = {
            "lines": lines,
            "organization": organization,
            "link": f"{settings.BASE_URL}/o/{organization.slug}/inbox/",
        }
        title = subject or words.digest_subject(organization.name, len(found))
        body = render_to_string("mail/notices.txt", context)
    send_mail(title, body, None, [member.person.email])
    Notice.objects.filter(pk__in=[notice.pk for notice in found]).update(mailed_at=clock.now())
