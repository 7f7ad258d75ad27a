"""Have risks read anew by those who own them (8.2)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.organizations import access
from annexa.organizations.models import Membership
from annexa.organizations.permissions import Permission
from annexa.risks.models import Risk
from annexa.tasks import services as tasks

WITHIN = timedelta(days=14)
MOST_NAMED = 20


@access.command(Permission.RISK_EDIT)
def ask_for_readings(*, actor: access.Actor, risks: Iterable[Risk], due: date | None = None) -> int:
    """Give each owner one task that names the risks to read anew; returns how many were asked."""
    wanted: dict[Membership, list[Risk]] = defaultdict(list)
    for risk in risks:
        if risk.is_open and risk.owner and risk.owner.is_active():
            wanted[risk.owner].append(risk)
    due = due or clock.today() + WITHIN
    for owner, mine in wanted.items():
        words = ngettext("Read %(n)s risk anew", "Read %(n)s risks anew", len(mine)) % {"n": len(mine)}
        named = [f"{risk.reference} {risk.title}" for risk in mine[:MOST_NAMED]]
        more = [_("and %(n)s more") % {"n": len(mine) - MOST_NAMED}] if len(mine) > MOST_NAMED else []
        tasks.create_task(actor=actor, title=words, owner=owner, due=due, note="\n".join([*named, *more]))
        for risk in mine:
            activity.note(risk, asked=str(owner.pk), due=due)
    return len(wanted)
