"""Give a member's calendar an address, and take it away."""

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib.errors import NotAllowed
from annexa.lib.tokens import token_hash
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.organizations.tokens import new_text
from annexa.tasks.models import CalendarFeed


@access.command(Permission.TASK_WORK)
def publish_calendar(*, actor: access.Actor, only_mine: bool = True) -> tuple[CalendarFeed, str]:
    """Give the actor's calendar a new secret address and return it with its secret, which is stored nowhere.

    An address that it had before is worthless from then on.
    """
    if actor.membership is None:
        raise NotAllowed(_("A calendar belongs to a member."))
    _remove(actor)
    text = new_text(actor.organization_id)
    feed = CalendarFeed.objects.create(
        organization=actor.organization, membership=actor.membership, token_hash=token_hash(text), only_mine=only_mine
    )
    activity.note(feed, member=str(actor.membership.pk), only_mine=only_mine)
    return feed, text


@access.command(Permission.TASK_WORK)
def withdraw_calendar(*, actor: access.Actor) -> None:
    """Make the address of the actor's calendar worthless."""
    _remove(actor)


def _remove(actor: access.Actor) -> None:
    found = CalendarFeed.objects.filter(organization=actor.organization, membership=actor.membership)
    for feed in found.select_for_update(no_key=True):
        activity.note(feed, withdrawn=True)
        feed.delete()
