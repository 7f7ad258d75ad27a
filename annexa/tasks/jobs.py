"""Reminders, escalation, mail about notices, the daily digest; every one bears being repeated."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone, translation
from procrastinate.contrib.django import app

from annexa.activity import queries as activity
from annexa.jobs import queue
from annexa.lib import clock
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.access import member as acting
from annexa.organizations.every import inside
from annexa.organizations.models import Membership
from annexa.organizations.permissions import Permission
from annexa.tasks import notices, queries, words
from annexa.tasks.models import Kind, Notice, Task

SOON, LATE, ESCALATED = timedelta(days=3), timedelta(days=1), timedelta(days=7)


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
        found = Notice.objects.filter(pk=notice_id, read_at=None, mailed_at=None)
        notice = found.select_related("membership__person", "organization").first()
        if notice is None or not notice.membership.is_active() or not _may_read(notice.membership, [notice]):
            return
        _send(notice.membership, [notice], words.sentence(notice))


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
