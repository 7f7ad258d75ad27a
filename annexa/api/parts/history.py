"""Registers as they stood, and what changed."""

import uuid
from datetime import datetime

from ninja import Field, Query, Router

from annexa.api.access import Request, scope_of
from annexa.api.fields import Line
from annexa.api.schema import Schema
from annexa.lib import clock, moments
from annexa.reports.history import changes as differences
from annexa.reports.history import registers
from annexa.reports.history.changes import Change

router = Router(tags=["History"])
MOST = 1000


class Moment(Schema):
    """When, and of which ISMS scope."""

    as_of: Line = Field("", description="`2026-05-01` (its end) or `2026-05-01T14:05`; now if left out.")
    scope: Line = Field("", description="Slug of the ISMS scope; the default one if left out.")
    limit: int = Field(200, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=10_000_000)


class Between(Schema):
    """From when to when, and of which ISMS scope."""

    since: Line = Field(description="The first day, from its beginning.", examples=["2026-05-01"])
    until: Line = Field("", description="The last day, to its end; today if left out.")
    scope: Line = ""


class Row(Schema):
    """One row as it stood, its fields in words."""

    id: uuid.UUID
    name: str
    since: datetime = Field(description="When it took this shape.")
    fields: dict[str, str]


class Rows(Schema):
    """A register as it stood; the past does not move, so pages are by offset."""

    as_of: datetime
    items: list[Row]
    total: int


class PastFieldChange(Schema):
    """One field before and after."""

    field: str
    before: str
    after: str


class PastChangeOut(Schema):
    """A row that came, went or changed."""

    id: uuid.UUID
    name: str
    kind: str = Field(description="added, removed or changed")
    by: str = Field(description="Id of the person; `system` or `operator` where nobody was signed in.")
    command: str
    at: datetime
    fields: list[PastFieldChange]


@router.get("{name}", response=Rows)
def read_register(request: Request, name: str, when: Query[Moment]) -> Rows:
    """Read a register as it stood: soa, gap, tasks, controls, scopes, issues, parties, obligations or people."""
    found = registers.register_for(request.actor, name)
    moment = moments.parse(when.as_of or clock.today().isoformat(), "as_of")
    rows = registers.rows(found, request.actor, scope_of(request, when.scope), moment)
    items = [
        Row(id=row.id, name=found.name(row), since=row.valid_from,
            fields={name: registers.said(row, name) for name in found.fields})
        for row in rows[when.offset : when.offset + when.limit]
    ]  # fmt: skip
    return Rows(as_of=moment, items=items, total=rows.count())


@router.get("{name}/changes", response=list[PastChangeOut])
def list_changes(request: Request, name: str, when: Query[Between]) -> list[PastChangeOut]:
    """List what differs in a register between two days."""
    found = registers.register_for(request.actor, name)
    since = moments.parse(when.since, "since", ends=False)
    until = moments.parse(when.until or clock.today().isoformat(), "until")
    return [
        _show(each) for each in differences.between(found, request.actor, scope_of(request, when.scope), since, until)
    ]


@router.get("{name}/{row_id}", response=list[PastChangeOut])
def list_versions(request: Request, name: str, row_id: uuid.UUID, scope: str = "") -> list[PastChangeOut]:
    """List what happened to one row, newest first."""
    found = registers.register_for(request.actor, name)
    versions = registers.of_row(found, request.actor, scope_of(request, scope), row_id)
    return [_show(each) for each in differences.of_row(found, versions)]


def _show(change: Change) -> PastChangeOut:
    fields = [PastFieldChange(field=field, before=before, after=after) for field, before, after in change.fields]
    return PastChangeOut(
        id=change.row_id, name=change.name, kind=change.kind, by=change.by, command=change.with_command, at=change.at,
        fields=fields,
    )  # fmt: skip
