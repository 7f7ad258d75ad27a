"""The Statement of Applicability as a report."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annexa.lib.text import file_name
from annexa.organizations.access import Actor
from annexa.reports import seal
from annexa.reports.document import Column, Group, Report, Section, Table
from annexa.treatment.models import Reason, Statement, Status
from annexa.treatment.queries import statements as queries
from annexa.treatment.queries.statements import Line
from annexa.ui import dates


def statement_report(actor: Actor, statement: Statement) -> Report:
    """Return a draft, or an approved version as it was frozen, as a report."""
    content = statement.content if statement.is_approved else None
    scope = content["scope"] if content else {"name": statement.scope.name, "statement": statement.scope.statement}
    organization = content["organization"] if content else actor.organization.legal_name or actor.organization.name
    lines = queries.lines(statement)
    title = _("Statement of Applicability")
    return Report(
        title=title,
        subtitle=f"{organization} · {scope['name']} · {statement}",
        facts=[*_facts(statement, organization, scope, lines), seal.fact(actor)],
        notices=notices(statement),
        sections=[Section(_("Controls"), table=_table(lines))],
        language=get_language() or "en",
        footer=" · ".join([organization, title, str(statement), *notices(statement)[:1]]),
        landscape=True,
        words={"page": _("Page"), "of": _("of"), "about": _("About")},
    )


def report_name(actor: Actor, statement: Statement) -> str:
    """Return the file name of a statement's exports, without its ending."""
    return file_name(actor.organization.slug, "statement-of-applicability", str(statement))


def notices(statement: Statement) -> list[str]:
    """Return what every export must say aloud."""
    draft = [] if statement.is_approved else [_("Not approved: this is a draft.")]
    return [*warnings(statement), *draft]


def warnings(statement: Statement) -> list[str]:
    """Return what page and exports must say aloud."""
    found = []
    if statement.preliminary:
        found.append(_("Preliminary: not derived from risk treatment."))
    if statement.four_eyes_relaxed:
        reason = {"reason": statement.four_eyes_relaxed}
        found.append(_("Approved by somebody who also changed it; the four-eyes rule is relaxed: %(reason)s") % reason)
    return found


def _facts(
    statement: Statement, organization: str, scope: dict[str, str], lines: list[Line]
) -> Iterable[tuple[str, str]]:
    yield _("Organisation"), organization
    yield _("Scope"), scope["statement"] or scope["name"]
    yield _("Standard"), (statement.content or {}).get("framework") or statement.framework.title
    yield _("Version"), str(statement)
    yield _("State"), str(Statement.State(statement.state).label)
    if statement.is_approved:
        yield _("Approved by"), str(statement.approved_by)
        yield _("Approved on"), _moment(statement.approved_at)
        if statement.approval_note:
            yield _("Note"), statement.approval_note
        yield _("Content hash (SHA-256)"), statement.content_hash
    else:
        yield _("Last changed"), _moment(statement.changed_at)
    counts = {answer: sum(line.applicable is answer for line in lines) for answer in (True, False, None)}
    facts = {"total": len(lines), "yes": counts[True], "no": counts[False], "open": counts[None]}
    yield _("Controls"), _("%(total)s: %(yes)s apply, %(no)s left out, %(open)s undecided") % facts


def _table(lines: list[Line]) -> Table:
    columns = [
        Column(_("Id"), 0.75),
        Column(_("Control"), 2, wrap=True),
        Column(_("Applicable"), 1),
        Column(_("Reasons"), 1, wrap=True),
        Column(_("Justification"), 3, wrap=True),
        Column(_("Status"), 1.15),
        Column(_("How implemented"), 3, wrap=True),
        Column(_("Owner"), 1.2, wrap=True),
    ]
    themes = theme_names()
    groups = [
        Group(themes.get(theme, theme), [_row(line) for line in members])
        for theme, members in groupby(lines, key=lambda line: line.theme)
    ]
    return Table(columns, groups, _("Statement of Applicability"))


def theme_names() -> dict[str, str]:
    """Return the names of the four themes and of what an organisation adds."""
    return {
        "organizational": _("Organizational controls"),
        "people": _("People controls"),
        "physical": _("Physical controls"),
        "technological": _("Technological controls"),
        "own": _("Own controls"),
    }


def _row(line: Line) -> list[Any]:
    reasons = ", ".join(str(Reason(reason).label) for reason in line.reasons)
    answer = {True: _("Yes"), False: _("No"), None: _("Undecided")}[line.applicable]
    shown = "\n".join([line.implementation, *(f"{link['title']}: {link['url']}" for link in line.links)]).strip()
    status = str(Status(line.status).label)
    return [line.ref, line.title, answer, reasons, line.justification, status, shown, line.owner]


def _moment(moment: Any) -> str:
    return str(dates.moment(moment)) if moment else ""
