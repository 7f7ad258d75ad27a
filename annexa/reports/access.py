"""The access review (A.5.18): who may do what, since when, until when, and how well their sign-in is protected."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from annexa.lib import clock
from annexa.lib.text import file_name
from annexa.organizations import queries
from annexa.organizations.access import Actor
from annexa.organizations.models import Membership
from annexa.reports import seal
from annexa.reports.document import Column, Group, Report, Section, Table


def name(actor: Actor) -> str:
    """Return the file name, without its ending."""
    return file_name(actor.organization.slug, "access-review", clock.today().isoformat())


def report(actor: Actor) -> Report:
    """Return every member the actor works with, as they stand now."""
    columns = (
        Column(_("Person"), 1.4), Column(_("E-mail"), 1.8), Column(_("Role"), 1.2), Column(_("Scope"), 1.2),
        Column(_("State"), 0.9), Column(_("Since"), 0.9), Column(_("Ends"), 0.9), Column(_("Last signed in"), 0.9),
        Column(_("Second factor"), 0.7), Column(_("API tokens"), 0.6),
    )  # fmt: skip
    table = Table(columns, [Group("", _rows(actor))], name="access")
    asked = _("yes") if actor.organization.second_factor_required else _("no")
    return Report(
        title=_("Access review"),
        subtitle=actor.organization.legal_name or actor.organization.name,
        facts=[
            (_("As of"), clock.today().isoformat()),
            (_("Second factor required"), asked),
            seal.fact(actor),
        ],
        sections=[Section(_("Members"), table=table)],
        language=actor.organization.language,
        footer=f"{actor.organization.name} · {_('Access review')}",
        landscape=True,
        words={"page": _("Page"), "of": _("of"), "about": _("Summary")},
    )


def _rows(actor: Actor) -> Sequence[Sequence[Any]]:
    members = list(queries.members(actor))
    protected = queries.with_second_factor([member.person_id for member in members])
    live = Counter(token.membership_id for token in queries.tokens(actor) if token.is_live)
    return [_row(member, member.person_id in protected, live[member.pk]) for member in members]


def _row(member: Membership, is_protected: bool, tokens: int) -> Sequence[Any]:
    active = _("active") if member.is_active() else _("expired")
    seen = member.person.last_login
    return [
        str(member.person),
        member.person.email,
        member.role_name,
        member.scope.name if member.scope else _("All"),
        _("deactivated") if member.deactivated_at else active,
        timezone.localdate(member.created_at),
        member.expires_on,
        timezone.localdate(seen) if seen else None,
        _("yes") if is_protected else _("no"),
        tokens,
    ]
