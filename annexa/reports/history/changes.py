"""What differs in a register between two moments, and what happened to one of its rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from annexa.lib.database import history
from annexa.lib.errors import UserError
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.reports import seal
from annexa.reports.document import Column, Group, Report, Section, Table
from annexa.reports.history import registers
from annexa.reports.history.registers import Register
from annexa.ui import dates


@dataclass(frozen=True)
class Change:
    """One row that came, went or changed: what of it, by whom and when it took the shape it has at the end."""

    name: str
    kind: str  # added, removed or changed
    fields: list[tuple[str, str, str]]
    by: str
    with_command: str
    at: datetime
    row_id: Any


def between(register: Register, actor: Actor, scope: Scope, since: datetime, until: datetime) -> list[Change]:
    """Return what differs between two moments, in the register's order; raises UserError when the first is later."""
    if since >= until:
        sentence = _("The first date must lie before the second.")
        raise UserError(sentence, {"since": sentence})
    before, after = (_kept(register, actor, scope, moment) for moment in (since, until))
    wanted = {kept for key, kept in before.items() if after.get(key) != kept}
    wanted |= {kept for key, kept in after.items() if before.get(key) != kept}
    found = {each.kept_id: each for each in registers.versions(register, actor, scope).filter(kept_id__in=wanted)}
    changes = [
        _change(register, found.get(before.get(key, 0)), found[kept]) for key, kept in after.items() if kept in found
    ]
    changes += [_gone(register, found[kept]) for key, kept in before.items() if key not in after]
    return [each for each in changes if each.kind != "changed" or each.fields]


def of_row(register: Register, found: Iterable[history.Version]) -> list[Change]:
    """Return what happened to a row, newest first."""
    story: list[Change] = []
    before = None
    for version in found:
        change = _change(register, before, version)
        if before is None or change.fields:
            story.append(change)
        before = version
    if before is not None and before.valid_to is not None:
        story.append(_gone(register, before))
    return story[::-1]


def report(register: Register, actor: Actor, scope: Scope, since: datetime, until: datetime) -> Report:
    """Return the differences as a report."""
    labels = (_("What"), _("Change"), _("Field"), _("Before"), _("After"), _("When"))
    columns = [Column(label, width, wrap=True) for label, width in zip(labels, (2.4, 1, 1.2, 3, 3, 1.4), strict=True)]
    lines = [
        [each.name, kind_word(each.kind), field, old, new, str(dates.moment(each.at))]
        for each in between(register, actor, scope, since, until)
        for field, old, new in each.fields or [("", "", "")]
    ]
    title = _("%(register)s: what changed") % {"register": register.title}
    return Report(
        title=title,
        subtitle=f"{actor.organization.name} · {scope.name}",
        facts=[(_("From"), str(dates.moment(since))), (_("To"), str(dates.moment(until))), seal.fact(actor)],
        sections=[Section(_("Changes"), table=Table(columns, [Group("", lines)], str(register.title)))],
        footer=f"{actor.organization.name} · {title}",
        landscape=True,
        words={"page": _("Page"), "of": _("of"), "about": _("About")},
    )


def kind_word(kind: str) -> str:
    """Say what happened to a row."""
    return {"added": _("Added"), "removed": _("Removed"), "changed": _("Changed")}[kind]


def _kept(register: Register, actor: Actor, scope: Scope, moment: datetime) -> dict[Any, int]:
    found = registers.rows(register, actor, scope, moment)
    return dict(found.values_list(register.identity, "kept_id"))


def _change(register: Register, before: Any, after: Any) -> Change:
    fields = []
    for name, label in register.fields.items():
        old, new = registers.said(before, name) if before else "", registers.said(after, name)
        if old != new:
            fields.append((str(label), old, new))
    kind = "changed" if before else "added"
    return Change(register.name(after), kind, fields, after.began_by, after.began_with, after.valid_from, after.id)


def _gone(register: Register, last: Any) -> Change:
    at = last.valid_to or last.valid_from
    return Change(register.name(last), "removed", [], last.ended_by, last.ended_with, at, last.id)
