"""What a statement says of each control."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads
from annexa.api.fields import Done, Line, OfScope, Text, owner_of
from annexa.api.paging import Page, Paging, page_of
from annexa.api.parts.soa.statements import statement_of
from annexa.api.schema import Schema
from annexa.lib.errors import UserError, about
from annexa.organizations.access import Actor
from annexa.organizations.permissions import Permission
from annexa.treatment.models import Statement, StatementRow
from annexa.treatment.queries import statements as queries
from annexa.treatment.queries.statements import Line as Told
from annexa.treatment.services import statements
from annexa.ui import sources

router = Router(tags=["Statement of Applicability"])
MOST = 1000
Reason = Literal["risk", "legal", "contract", "baseline"]
Progress = Literal["not_started", "planned", "in_progress", "implemented"]
SORTS = {
    "control": lambda entry: entry.position,
    "owner": lambda entry: entry.line.owner.casefold(),
    "changed": lambda entry: entry.changed,
}


class Link(Schema):
    """A document or page that shows a control at work."""

    title: str
    url: str


class RowOut(Schema):
    """What a statement says of one control; of an approved version as it was frozen."""

    id: uuid.UUID
    ref: str
    title: str
    theme: str
    is_new: bool = Field(description="New in 2022.")
    applicable: bool | None = Field(description="Null until somebody has decided.")
    reasons: list[Reason]
    justification: str
    status: Progress
    implementation: str
    owner: str
    links: list[Link]
    conformity: str = Field(description="What the newest gap analysis says; empty when it says nothing.")
    proposal: str = Field(description="Why the profile proposes to leave it out; else empty.")
    decision_needed: str = Field(description="What was carried over from the 2013 edition and waits for a decision.")
    problems: list[str]
    changed: datetime | None


class LinkIn(Schema):
    """A document or page that shows a control at work."""

    url: Text = Field(max_length=1000, examples=["https://docs.example.com/access"])
    title: Line = ""


class RowChange(Schema):
    """What to change; what is left out stays, null empties."""

    applicable: bool | None = None
    reasons: list[Reason] | None = Field(None, max_length=4)
    justification: Text | None = None
    status: Progress | None = None
    implementation: Text | None = None
    owner: uuid.UUID | None = None
    links: list[LinkIn] | None = Field(None, max_length=50)


class SeenChange(RowChange):
    """A change of one row; with `seen`, a field that somebody else has changed since is refused with 409."""

    seen: RowChange | None = None


class NamedChange(RowChange):
    """A change of one row among many."""

    id: uuid.UUID


class Changes(Schema):
    """Changes of many rows: all or none."""

    rows: list[NamedChange] = Field(min_length=1, max_length=MOST)


class Exclusion(Schema):
    """Why a control is not needed, in your own words."""

    justification: Text


class RowFilters(OfScope):
    """Which controls; named as on the page."""

    q: Line = Field("", description="Words of id, title, justification or implementation.")
    theme: list[Line] = Field([], max_length=10)
    applicable: list[Literal["yes", "no", "undecided"]] = Field([], max_length=3)
    reason: list[Reason] = Field([], max_length=4)
    status: list[Progress] = Field([], max_length=4)
    owner: Line = Field("", description="Name of the owner, or `nobody`.")
    new: bool = Field(False, description="Only those that are new in 2022.")
    contradicted: bool = Field(False, description="Only those that do not add up.")
    proposals: bool = Field(False, description="Only those that the profile proposes to leave out.")
    mine: bool = False


class Entry:
    """A control of a statement with what the list filters and sorts by."""

    def __init__(self, position: int, line: Told, row: StatementRow | None = None, problems: Iterable[str] = ()):
        self.position, self.line, self.row, self.problems = position, line, row, list(problems)

    @property
    def pk(self) -> str:
        return self.line.row_id

    @property
    def changed(self) -> datetime | None:
        return self.row.changed_at if self.row and self.row.changed_by_id else None


@router.get("statements/{int:number}/rows", response=Page[RowOut])
@reads(Permission.SOA_READ)
def list_rows(request: Request, number: int, filters: Query[RowFilters], paging: Query[Paging]) -> dict[str, object]:
    """List what a statement says, control by control."""
    entries = _entries(request.actor, statement_of(request, filters, number))
    return page_of(_narrowed(request.actor, entries, filters), paging, SORTS, "control", show)


@router.post("statements/{int:number}/rows/bulk", response=Done)
@reads(Permission.SOA_EDIT)
def change_rows(request: Request, number: int, of: Query[OfScope], payload: Changes) -> Done:
    """Change many controls, all or none; an error names the row and the field."""
    statement = statement_of(request, of, number)
    known = {row.pk: row for row in queries.rows(statement).filter(pk__in=[each.id for each in payload.rows])}
    rows = []
    for change in payload.rows:
        with about(change.id):
            if change.id not in known:
                raise UserError("There is no such row.", {"id": "There is no such row."})
            rows.append((known[change.id], values_of(request.actor, change)))
    return Done(changed=statements.decide_each(actor=request.actor, statement=statement, rows=rows))


@router.get("rows/{row_id}", response=RowOut)
@reads(Permission.SOA_READ)
def read_row(request: Request, response: HttpResponse, row_id: uuid.UUID) -> RowOut:
    """Read one control of a statement."""
    return etags.tagged(response, show_row(queries.row_for(request.actor, row_id)))


@router.patch("rows/{row_id}", response=RowOut)
@reads(Permission.SOA_EDIT_OWN)
def change_row(request: Request, response: HttpResponse, row_id: uuid.UUID, payload: SeenChange) -> RowOut:
    """Decide a control of a draft; its owner keeps status, implementation and links."""
    actor = request.actor
    found = etags.current(request, StatementRow, row_id, lambda: queries.row_for(actor, row_id), show_row, payload)
    seen = values_of(actor, payload.seen) if payload.seen else None
    statements.decide_control(actor=actor, row=found, values=values_of(actor, payload), seen=seen)
    return etags.tagged(response, show_row(queries.row_for(actor, row_id)))


@router.post("rows/{row_id}/confirm", response=RowOut)
@reads(Permission.SOA_EDIT)
def confirm_row(request: Request, row_id: uuid.UUID) -> RowOut:
    """Keep what was carried over from the 2013 edition as it stands."""
    statements.confirm_control(actor=request.actor, row=queries.row_for(request.actor, row_id))
    return show_row(queries.row_for(request.actor, row_id))


@router.post("rows/{row_id}/exclusion", response=RowOut)
@reads(Permission.SOA_EDIT)
def accept_exclusion(request: Request, row_id: uuid.UUID, payload: Exclusion) -> RowOut:
    """Leave a control out as the profile proposed, with your own justification."""
    found = queries.row_for(request.actor, row_id)
    statements.accept_exclusion(actor=request.actor, row=found, justification=payload.justification)
    return show_row(queries.row_for(request.actor, row_id))


@router.post("rows/{row_id}/links", response={201: RowOut})
@reads(Permission.SOA_EDIT_OWN)
def add_link(request: Request, row_id: uuid.UUID, payload: LinkIn) -> Status[RowOut]:
    """Link a control to a document or page."""
    found = queries.row_for(request.actor, row_id)
    statements.add_link(actor=request.actor, row=found, url=payload.url, title=payload.title)
    return Status(201, show_row(queries.row_for(request.actor, row_id)))


@router.delete("rows/{row_id}/links", response=RowOut)
@reads(Permission.SOA_EDIT_OWN)
def remove_link(request: Request, row_id: uuid.UUID, url: str) -> RowOut:
    """Take a link away from a control."""
    statements.remove_link(actor=request.actor, row=queries.row_for(request.actor, row_id), url=url)
    return show_row(queries.row_for(request.actor, row_id))


def values_of(actor: Actor, payload: RowChange) -> dict[str, Any]:
    """Return the values that a change gives, with the member for the owner's id."""
    given = {name: value for name, value in payload.model_dump(exclude_unset=True).items() if name in WRITTEN}
    empty: dict[str, Any] = {"justification": "", "implementation": "", "reasons": [], "links": []}
    given = {name: empty.get(name) if value is None else value for name, value in given.items()}
    if given.get("status", "") is None:
        del given["status"]
    if "owner" in given:
        given["owner"] = owner_of(actor, given["owner"])
    return given


WRITTEN = set(RowChange.model_fields)


def _entries(actor: Actor, statement: Statement) -> list[Entry]:
    if statement.is_approved:
        return [Entry(at, line) for at, line in enumerate(queries.lines(statement))]
    picture = queries.picture(actor, statement)
    told: dict[uuid.UUID, list[str]] = {}
    for each in picture.contradictions:
        told.setdefault(each.row_id, []).append(each.sentence)
    return [Entry(at, picture.lines[row.pk], row, told.get(row.pk, ())) for at, row in enumerate(picture.rows)]


def _narrowed(actor: Actor, entries: list[Entry], filters: RowFilters) -> Iterable[Entry]:
    found = sources.search(entries, filters.q, [f"line__{name}" for name in SEARCHED])
    mine = actor.membership.pk if actor.membership else None
    for entry in found:
        line, row = entry.line, entry.row
        if (
            (not filters.theme or line.theme in filters.theme)
            and (not filters.applicable or ANSWERS[line.applicable] in filters.applicable)
            and (not filters.reason or set(filters.reason) & set(line.reasons))
            and (not filters.status or line.status in filters.status)
            and filters.owner in ("", line.owner or "nobody")
            and (not filters.new or line.is_new)
            and (not filters.contradicted or entry.problems)
            and (not filters.proposals or (row and row.proposal and row.applicable is None))
            and (not filters.mine or (row and row.owner_id == mine))
        ):
            yield entry


ANSWERS = {True: "yes", False: "no", None: "undecided"}
SEARCHED = ("ref", "title", "justification", "implementation")


def show_row(row: StatementRow) -> RowOut:
    """Show a row of a working statement."""
    problems = [sentence for sentence, _stops in queries.problems_of(row, ())]
    return show(Entry(0, queries.line_of(row), row, problems))


def show(entry: Entry) -> RowOut:
    """Show a control of a statement."""
    line, row = entry.line, entry.row
    names = ("ref", "title", "theme", "is_new", "applicable", "reasons", "justification", "status", "implementation")
    return RowOut(
        id=line.row_id,  # type: ignore[arg-type]
        owner=line.owner,
        links=[Link(title=each["title"], url=each["url"]) for each in line.links],
        conformity=queries.conformity_of(row) if row else "",
        proposal=row.proposal.get("because", "") if row else "",
        decision_needed=row.decision_needed if row else "",
        problems=entry.problems,
        changed=entry.changed,
        **{name: getattr(line, name) for name in names},
    )
