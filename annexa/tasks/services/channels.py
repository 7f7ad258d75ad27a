"""Add, test, switch and remove the chats that a member is told in."""

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.jobs import queue
from annexa.lib import crypto
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.lib.text import one_line
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.tasks import chat, notices
from annexa.tasks.models import Channel
from annexa.tasks.models.channel import PURPOSE

MOST = 5  # chats of one member


@access.command(Permission.TASK_WORK)
def add_channel(*, actor: access.Actor, address: str, name: str = "") -> Channel:
    """Add a chat by its Apprise address; the usual kinds of notice go there from now on, if none was chosen before."""
    if actor.membership is None:
        raise NotAllowed(_("A member adds chats of their own."))
    service = chat.service_of(address)
    lock(actor.membership)
    if Channel.objects.filter(organization=actor.organization, membership=actor.membership).count() >= MOST:
        raise UserError(_("A member has at most %(most)s chats.") % {"most": MOST})
    channel = Channel.objects.create(
        organization=actor.organization,
        membership=actor.membership,
        service=service,
        name=one_line(name)[:80] or chat.SERVICES[service].name,
        address_box=crypto.encrypt(address.strip(), PURPOSE),
    )
    activity.note(channel, service=service, name=channel.name, member=str(actor.membership.pk))
    choice = notices.choice_of(actor.membership)
    if not choice.chat_at_once:
        if choice._state.adding:
            choice.save()
        activity.change(choice, chat_at_once=sorted(notices.AT_ONCE))
    return channel


@access.command(Permission.TASK_WORK)
def try_channel(*, actor: access.Actor, channel: Channel) -> None:
    """Send a message to a chat, to see whether it arrives; one that was switched off is switched on again."""
    _check_own(actor, channel)
    activity.change(channel, state=Channel.State.ACTIVE, failures=0, last_error="")
    queue.defer("tasks.try_channel", organization_id=actor.organization_id, channel_id=channel.pk)


@access.command(Permission.TASK_WORK)
def remove_channel(*, actor: access.Actor, channel: Channel) -> None:
    """Forget a chat and its address."""
    _check_own(actor, channel)
    activity.note(channel, removed=channel.name)
    channel.delete()


def _check_own(actor: access.Actor, channel: Channel) -> None:
    lock(channel)
    if actor.membership is None or channel.membership_id != actor.membership.pk:
        raise NotAllowed(_("This chat is somebody else's."))
