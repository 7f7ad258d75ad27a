"""Read a sheet that somebody uploaded as a Statement of Applicability, against the statement it shall go into."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from annexa.catalog import library
from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.models import Membership
from annexa.treatment.importers import soa_sheet
from annexa.treatment.models import Statement
from annexa.treatment.queries import statements as queries

Book = Mapping[str, list[list[Any]]]


@dataclass(frozen=True)
class Sheet:
    """One sheet of the upload, the row of its headings, and which column holds what."""

    name: str
    rows: list[list[Any]]
    heading: int
    columns: dict[str, int] = field(default_factory=dict)

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Return index and words of each column that has a heading."""
        row = self.rows[self.heading] if self.rows else []
        return [(index, str(cell)) for index, cell in enumerate(row) if cell not in (None, "")]


def open_sheet(book: Book, name: str = "", columns: Mapping[str, int] | None = None) -> Sheet:
    """Return the named sheet, or the one that looks most like a statement, with its columns guessed."""
    guessed = [_guess(each, rows) for each, rows in book.items() if not name or each == name]
    if not guessed:
        raise UserError(_("There is no such sheet."))
    best = max(guessed, key=lambda sheet: ("ref" in sheet.columns, len(sheet.columns)))
    return best if columns is None else Sheet(best.name, best.rows, best.heading, dict(columns))


def read(actor: Actor, statement: Statement, sheet: Sheet) -> soa_sheet.Outcome:
    """Return what the sheet would change in a statement; raises UserError without a column of ids."""
    if "ref" not in sheet.columns:
        raise UserError(_("Say which column holds the ids of the controls."), {"ref": _("Choose a column.")})
    refs = frozenset(row.requirement.ref for row in queries.rows(statement))
    forward, _back = library.bridge()
    bridge = {old: [pair.target for pair in pairs] for old, pairs in forward.items()}
    known = soa_sheet.Known(refs, bridge, _owners(actor))
    return soa_sheet.read(sheet.rows, sheet.columns, known, sheet.heading + 1)


def sentence(problem: soa_sheet.Problem) -> str:
    """Return a problem with its cell and what to do about it."""
    sentences = {
        "unknown": _(
            "%(cell)s: “%(value)s” is no control of this statement. Correct the id, or add it as an own control."
        ),
        "twice": _("%(cell)s: “%(value)s” stands there twice. Keep one of the rows."),
        "number": _("%(cell)s: “%(value)s” is a number, so 5.1 and 5.10 look alike. Format the column as text."),
        "applicable": _("%(cell)s: “%(value)s” is neither yes nor no."),
        "status": _("%(cell)s: “%(value)s” is no status. Write implemented, in progress, planned or not started."),
        "reasons": _("%(cell)s: “%(value)s” is no reason. Write risk, legal, contract or baseline."),
        "owner": _("%(cell)s: nobody here is called “%(value)s”; the owner stays as it is."),
        "nothing": _("No row of this sheet has the id of a control. Choose another sheet or column."),
    }
    return sentences[problem.kind] % {"cell": problem.cell, "value": problem.value}


def _guess(name: str, rows: list[list[Any]]) -> Sheet:
    heading = soa_sheet.find_heading(rows)
    return Sheet(name, rows, heading, soa_sheet.guess_columns(rows[heading]) if rows else {})


def _owners(actor: Actor) -> dict[str, Membership]:
    """Return members by lower-case name and address; a name that two people share means neither."""
    members = [member for member in organizations.members(actor) if member.is_active()]
    shared = Counter(member.person.name.casefold() for member in members)
    found = {member.person.email.casefold(): member for member in members}
    return found | {name: m for m in members if shared[name := m.person.name.casefold()] == 1}
