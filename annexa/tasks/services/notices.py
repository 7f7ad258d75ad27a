"""Read notices, and choose by which way they come."""

import uuid
from collections.abc import Iterable
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.tasks import notices
from annexa.tasks.models import Kind, NoticeChoice


@access.command(Permission.TASK_WORK)
def read_notices(*, actor: access.Actor, notice_ids: Iterable[uuid.UUID] | None = None) -> int:
    """Mark notices of the actor's as read, all of them when none is named; returns how many were not."""
    mine = notices.inbox(actor).filter(read_at=None)
    return (mine if notice_ids is None else mine.filter(pk__in=list(notice_ids))).update(read_at=clock.now())


@access.command(Permission.TASK_WORK)
def choose_notices(
    *,
    actor: access.Actor,
    mail_at_once: Iterable[str],
    in_digest: Iterable[str],
    chat_at_once: Iterable[str] | None = None,
    digest_hour: int,
    quiet_from: time,
    quiet_to: time,
) -> NoticeChoice:
    """Choose which notices come by mail or chat at once, which in the daily digest, and when it is quiet.

    Without a word about chat, that stays as it was.
    """
    if actor.membership is None:
        raise NotAllowed(_("A member chooses for themselves."))
    at_once, digest = sorted(set(mail_at_once)), sorted(set(in_digest) - set(mail_at_once))
    chat = None if chat_at_once is None else sorted(set(chat_at_once))
    if unknown := {*at_once, *digest, *(chat or [])} - set(Kind.values):
        raise UserError(
            _("Unknown: %(names)s.") % {"names": ", ".join(sorted(unknown))}, {"mail_at_once": _("Unknown")}
        )
    if not 0 <= digest_hour <= 23:
        raise UserError(_("An hour goes from 0 to 23."), {"digest_hour": _("From 0 to 23")})
    choice, _is_new = NoticeChoice.objects.get_or_create(organization=actor.organization, membership=actor.membership)
    values: dict[str, Any] = {"digest_hour": digest_hour, "quiet_from": quiet_from, "quiet_to": quiet_to}
    values |= {} if chat is None else {"chat_at_once": chat}
    activity.change(choice, mail_at_once=at_once, in_digest=digest, **values)
    return choice
