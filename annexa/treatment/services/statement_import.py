"""Bring an existing Statement of Applicability into a draft."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from annexa.lib.errors import UserError
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.treatment.importers import soa_sheet
from annexa.treatment.models import Statement
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import statements


@access.command(Permission.SOA_EDIT)
def import_statement(*, actor: access.Actor, statement: Statement, outcome: soa_sheet.Outcome) -> int:
    """Apply a sheet that was read, all of it or nothing; returns how many rows differed."""
    if outcome.stops:
        raise UserError(_("Nothing was imported: some cells need another look first."))
    rows = {row.requirement.ref: row for row in queries.rows(statement)}
    changes = [(rows[change.ref], _values(change)) for change in outcome.changes]
    return statements.decide_each(actor=actor, statement=statement, rows=changes)


def _values(change: soa_sheet.Change) -> dict[str, Any]:
    if not change.carried:
        return change.values
    # Merged controls that disagree are nobody's decision yet.
    undecided = {"applicable": None} if change.disagree and "applicable" not in change.values else {}
    return {**change.values, **undecided, "decision_needed": "\n".join(_sentences(change))}


def _sentences(change: soa_sheet.Change) -> Iterable[str]:
    yield _("Carried over from the 2013 edition:")
    answers = {True: _("applies"), False: _("does not apply"), None: _("undecided")}
    for said in change.carried:
        facts = {"ref": said.ref, "answer": answers[said.applicable], "why": said.values.get("justification", "")}
        yield (_("%(ref)s: %(answer)s. %(why)s") % facts).strip()
    if change.disagree:
        yield _("They disagree, so nothing was chosen for this control.")
