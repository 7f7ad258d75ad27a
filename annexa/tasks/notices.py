"""Tell members what concerns them: into their inbox at once, by mail and chat as they chose."""

import uuid
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Cast
from django.utils import timezone

from annexa.jobs import queue
from annexa.lib import clock, tracing
from annexa.lib.database import belonging
from annexa.lib.database.listen import CHANNEL
from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor
from annexa.organizations.models import Membership
from annexa.tasks.models import Channel, Kind, Notice, NoticeChoice, Task

AT_ONCE = (Kind.REVIEW_ASKED, Kind.REVIEW_RETURNED, Kind.ACCEPTANCE_ASKED)
IN_DIGEST = (
    Kind.TASK_GIVEN,
    Kind.TASK_DUE,
    Kind.TASK_LATE,
    Kind.TASK_ESCALATED,
    Kind.REVIEW_APPROVED,
    Kind.RISK_TREATED,
    Kind.ACCEPTANCE_ENDED,
    Kind.EVIDENCE_ANSWERED,
    Kind.EVIDENCE_RETURNED,
    Kind.EVIDENCE_EXPIRES,
    Kind.WEBHOOK_OFF,
)


def choice_of(membership: Membership) -> NoticeChoice:
    """Return what a member chose, or the usual."""
    found = NoticeChoice.objects.filter(organization_id=membership.organization_id, membership=membership).first()
    usual = {"mail_at_once": list(AT_ONCE), "in_digest": list(IN_DIGEST)}
    return found or NoticeChoice(organization_id=membership.organization_id, membership=membership, **usual)


def tell(
    actor: Actor, members: Iterable[Membership], kind: Kind, subject: models.Model, *, key: str = "", **facts: Any
) -> None:
    """Put a notice in the inbox of each member who may see the subject, never in the actor's own.

    Called inside a command or a job.
    With a key it is told once for ever; without one, several of a kind from one request become one that counts them.
    """
    together = key or f"{kind}:{tracing.current() or clock.now().isoformat()}"
    scope_id = belonging.scope_of(subject, {})
    for member in {
        each.pk: each
        for each in members
        if not (actor.membership and each.pk == actor.membership.pk)
        and (scope_id is None or each.scope_id in (None, scope_id))
    }.values():
        _tell(member, kind, subject, together, is_new_only=bool(key), facts=facts)


def _tell(member: Membership, kind: Kind, subject: models.Model, key: str, *, is_new_only: bool, facts: Any) -> None:
    about = {"subject_type": subject._meta.label_lower, "subject_id": str(subject.pk), "facts": facts}
    notice, is_new = Notice.objects.get_or_create(
        organization_id=member.organization_id, membership=member, key=key, defaults={"kind": kind, **about}
    )
    if is_new:
        _announce(notice)
    elif not is_new_only:
        Notice.objects.filter(pk=notice.pk).update(number=F("number") + 1)


def _announce(notice: Notice) -> None:
    """Wake open pages, and queue mail and chat, all as part of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, f"inbox {notice.membership_id}"])
    choice = choice_of(notice.membership)
    for job, kinds in (("tasks.mail_notice", choice.mail_at_once), ("tasks.chat_notice", choice.chat_at_once)):
        if notice.kind in kinds:
            told = {"organization_id": notice.organization_id, "notice_id": notice.pk}
            queue.defer(job, at=_after_quiet_hours(choice), **told)


def _after_quiet_hours(choice: NoticeChoice) -> datetime | None:
    """Return the end of the quiet hours that hold now, or None when it is not quiet."""
    now = timezone.localtime(clock.now())
    if not choice.has_quiet_hours or not choice.is_quiet(now.time()):
        return None
    end = timezone.make_aware(datetime.combine(now.date(), choice.quiet_to or time()))
    return end if end > now else end + timedelta(days=1)


def channels(actor: Actor) -> models.QuerySet[Channel]:
    """Return the actor's own chats."""
    return Channel.objects.filter(organization_id=actor.organization_id, membership=actor.membership)


def channel_for(actor: Actor, channel_id: uuid.UUID) -> Channel:
    """Return one chat of the actor's; raises NotFound."""
    found = channels(actor).filter(pk=channel_id).first() if actor.membership else None
    if found is None:
        raise NotFound("There is no such chat.")
    return found


def settle(subject: models.Model, kinds: Iterable[Kind]) -> None:
    """Count what was told of a subject as read by everybody, because it is done."""
    about = {"subject_type": subject._meta.label_lower, "subject_id": str(subject.pk)}
    Notice.objects.filter(kind__in=list(kinds), read_at=None, number=1, **about).update(read_at=clock.now())


def unread(actor: Actor) -> int:
    """Return how many notices the actor has not read."""
    return inbox(actor).filter(read_at=None).count() if actor.membership else 0


def inbox(actor: Actor) -> models.QuerySet[Notice]:
    """Return the actor's notices, newest first; one limited to a scope since then reads of no task in another."""
    found = Notice.objects.filter(organization_id=actor.organization_id, membership=actor.membership)
    if actor.scope_id:
        seen = Task.objects.filter(organization_id=actor.organization_id)
        seen = seen.filter(models.Q(scope=None) | models.Q(scope=actor.scope_id))
        ids = seen.annotate(text=Cast("pk", models.CharField())).values("text")
        found = found.filter(~models.Q(subject_type=Task._meta.label_lower) | models.Q(subject_id__in=ids))
    return found.order_by("-created_at")
