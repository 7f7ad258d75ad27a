"""The trail: who did what, when."""

from datetime import datetime
from typing import Any

from ninja import Field, Query, Router

from annexa.activity import queries
from annexa.activity.models import TrailEntry
from annexa.api.access import Request, reads
from annexa.api.fields import Line
from annexa.api.paging import MOST, Page
from annexa.api.schema import Schema
from annexa.organizations.permissions import Permission

router = Router(tags=["Activity"])


class EntryOut(Schema):
    """An entry of the trail; `hash` continues `previous`, so that none can be changed unseen."""

    seq: int
    at: datetime
    actor: str = Field(description="Id of the person; `system` for jobs and the operator.")
    command: str = Field(examples=["treatment.decide_control"])
    subject_type: str
    subject_id: str
    body: dict[str, Any]
    hash: str
    previous: str


class EntryFilters(Schema):
    """Which entries."""

    actor: Line = Field("", description="Id of a person, or `system`.")
    command: Line = ""
    subject_type: Line = Field("", examples=["treatment.gaprating"])
    subject_id: Line = ""
    limit: int = Field(50, ge=1, le=MOST)
    cursor: str = Field("", pattern=r"^\d{0,18}$", description="`next` of the page before; empty for the first.")


@router.get("", response=Page[EntryOut])
@reads(Permission.ACTIVITY_READ)
def list_activity(request: Request, filters: Query[EntryFilters]) -> dict[str, object]:
    """List the trail, newest first."""
    found = queries.page(
        request.actor.organization_id,
        filters.limit + 1,
        before=int(filters.cursor) if filters.cursor else None,
        actor=filters.actor,
        command=filters.command,
        subject=(filters.subject_type, filters.subject_id),
    )
    shown, more = found[: filters.limit], len(found) > filters.limit
    return {"items": [show(entry) for entry in shown], "next": str(shown[-1].seq) if more else ""}


def show(entry: TrailEntry) -> EntryOut:
    """Show an entry."""
    names = ("seq", "at", "actor", "command", "subject_type", "subject_id")
    return EntryOut(
        body=queries.body_of(entry),
        hash=bytes(entry.hash).hex(),
        previous=bytes(entry.previous).hex(),
        **{name: getattr(entry, name) for name in names},
    )
