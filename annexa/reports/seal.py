"""What ties a printed report to the trail, so that a reader can ask `annexa verify` about it later."""

from django.utils.translation import gettext as _

from annexa.activity import queries as activity
from annexa.organizations.access import Actor


def fact(actor: Actor) -> tuple[str, str]:
    """Return the newest entry of the trail with the first half of its hash, as a fact of the title page."""
    last = next(iter(activity.recent(actor.organization_id, 1)), None)
    if last is None:
        return _("Trail"), _("No entry yet")
    return _("Trail"), _("Entry %(seq)s, %(hash)s") % {"seq": last.seq, "hash": bytes(last.hash).hex()[:32]}
