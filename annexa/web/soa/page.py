"""What every page around one statement shows: state, figures, table, and what stops approval."""

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annexa.evidence.queries import status
from annexa.evidence.queries.status import Light
from annexa.organizations import queries as organizations
from annexa.organizations.permissions import Permission
from annexa.reports.soa import warnings
from annexa.treatment.models import Statement
from annexa.treatment.queries import necessary
from annexa.treatment.queries import statements as queries
from annexa.treatment.queries.statements import Picture
from annexa.web.request import Request, scope_of
from annexa.web.soa import entries, notes
from annexa.web.soa.forms import BulkForm, NoteForm
from annexa.web.soa.links import link, scope_query
from annexa.web.soa.tables import StatementTable

EXPORTS = (("pdf", "PDF", "file-type-pdf"), ("docx", "Word", "file-type-docx"), ("xlsx", "Excel", "file-type-xls"),
           ("csv", "CSV", "file-type-csv"))  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A statement with its neighbours and, while it is worked on, what the rest of the ISMS says."""

    statement: Statement
    known: list[Statement]
    picture: Picture | None
    entries: list[entries.Entry]

    @property
    def before(self) -> Statement | None:
        """Return the approved version before this one."""
        older = (each for each in self.known if each.is_approved and each.number < self.statement.number)
        return next(older, None)

    @property
    def stops(self) -> list[queries.Contradiction]:
        """Return what stops approval."""
        return self.picture.stops if self.picture else []


def load(request: Request, number: int | None = None) -> Page | None:
    """Return the current statement of the scope, or the numbered one; None when there is none."""
    known = list(queries.statements(request.actor, scope_of(request)))
    statement = next((each for each in known if number in (None, each.number)), None)
    if statement is None:
        return None
    if statement.is_approved:
        return Page(statement, known, None, entries.of_lines(queries.lines(statement)))
    picture = queries.picture(request.actor, statement)
    return Page(statement, known, picture, entries.of_picture(picture, _lights(request, picture)))


def _lights(request: Request, picture: Picture) -> dict[uuid.UUID, Light]:
    if not request.actor.can(Permission.EVIDENCE_READ):
        return {}
    return status.lights(request.actor, {row.requirement_id: row.requirement.ref for row in picture.rows})


def context(request: Request, page: Page, opened: str = "") -> dict[str, Any]:
    """Return the variables of the page's template."""
    statement, actor = page.statement, request.actor
    table = StatementTable(page.entries, request, statement, opened or request.GET.get("open", ""))
    editable = statement.is_draft and actor.can(Permission.SOA_EDIT)
    return {
        "page_title": _("Statement of Applicability"),
        "statement": statement,
        "before": page.before,
        "working": next((each for each in page.known if not each.is_approved), None),
        "is_current": page.known[0] == statement,
        "notices": [*warnings(statement), *_differs(request, page)],
        "stops": page.stops,
        "figures": _figures(page, table),
        "table": table,
        "bulk": BulkForm(members=organizations.members(actor)) if editable else None,
        "note": NoteForm(initial={"note": notes.kept(request, statement)}),
        "can_edit": actor.can(Permission.SOA_EDIT),
        "can_approve": actor.can(Permission.SOA_APPROVE),
        "same_person": statement.state == Statement.State.IN_REVIEW and queries.has_changed(actor, statement),
        "exports": [(label, symbol, link(request, "export", statement.number, key)) for key, label, symbol in EXPORTS],
        "scope_query": scope_query(request),
    }


def _differs(request: Request, page: Page) -> list[str]:
    """Say how the approved version in force differs from what risk treatment needs by now."""
    if not page.statement.is_approved or page.known[0] != page.statement:
        return []
    missing, spare = necessary.differences(request.actor, page.statement)
    sentences = []
    if missing:
        sentences.append(
            _("Differs from treatment: risks need %(refs)s, which it leaves out.") % {"refs": ", ".join(missing)}
        )
    if spare:
        sentences.append(_("Differs from treatment: no risk needs %(refs)s any more.") % {"refs": ", ".join(spare)})
    return sentences


def _figures(page: Page, table: StatementTable) -> list[dict[str, Any]]:
    """Return the figures over the table, each with the link to its rows."""
    answers = Counter(entry.answer for entry in page.entries)
    tally = Counter(entry.line.status for entry in page.entries if entry.line.applicable is not False)
    shown = [
        (_("Controls"), len(page.entries), _("%(n)s left out") % {"n": answers["no"]}, {}),
        (_("Undecided"), answers["undecided"], _("%(n)s decided") % {"n": answers["yes"] + answers["no"]},
         {"applicable": "undecided"}),
        (_("Implemented"), tally["implemented"], _("of %(n)s") % {"n": tally.total()}, {"status": "implemented"}),
        (_("In progress"), tally["in_progress"], _("%(n)s planned") % {"n": tally["planned"]},
         {"status": "in_progress"}),
    ]  # fmt: skip
    if page.picture:
        problems = sum(bool(entry.problems) for entry in page.entries)
        stopping = len({each.row_id for each in page.stops})
        shown.append((_("Do not add up"), problems, _("%(n)s stop approval") % {"n": stopping}, {"contradicted": "1"}))
    base = {"q": None, **{each.name: None for each in table.filters}}
    return [
        {"label": label, "value": value, "note": note, "url": table.link(**{**base, **change})}
        for label, value, note, change in shown
    ]
