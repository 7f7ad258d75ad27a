"""The context of a scope: issues, interested parties and obligations, each with the same operations."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads, scope_of
from annexa.api.fields import Line, OfScope, Text, Word, whole
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.isms import queries, services
from annexa.isms.models import ContextRow
from annexa.organizations.permissions import Permission

router = Router(tags=["Context"])
SORTS = {"position": "position", "changed": "changed_at"}
Side = Literal["internal", "external"]
Kind = Literal["legal", "regulatory", "contract"]


class ContextRowOut(Schema):
    """What every row of the context has."""

    id: uuid.UUID
    from_profile: bool = Field(description="Whether it still stands as the industry profile brought it.")
    changed: datetime


class IssueIn(Schema):
    """An internal or external issue (clause 4.1)."""

    side: Side
    text: Text = Field(examples=["Two engineers know how deployments work"])


class IssueChange(Schema):
    """What to change; what is left out stays."""

    side: Side | None = None
    text: Text | None = None


class IssueOut(ContextRowOut):
    """An issue."""

    side: Side
    text: str


class PartyIn(Schema):
    """An interested party and what it needs (clause 4.2)."""

    name: Line = Field(examples=["Customers"])
    needs: Text
    addressed: bool = True


class PartyChange(Schema):
    """What to change; what is left out stays."""

    name: Line | None = None
    needs: Text | None = None
    addressed: bool | None = None


class PartyOut(ContextRowOut):
    """An interested party."""

    name: str
    needs: str
    addressed: bool


class ObligationIn(Schema):
    """A law, regulation or contract, and the controls it names (A.5.31)."""

    title: Line = Field(examples=["General Data Protection Regulation"])
    kind: Kind
    why: Text = ""
    controls: list[Word] = Field([], max_length=200, examples=[["A.5.34"]])
    key: Word = ""


class ObligationChange(Schema):
    """What to change; what is left out stays."""

    title: Line | None = None
    kind: Kind | None = None
    why: Text | None = None
    controls: list[Word] | None = Field(None, max_length=200)


class ObligationOut(ContextRowOut):
    """An obligation."""

    title: str
    kind: Kind
    why: str
    controls: list[str]


def _show(out: type[ContextRowOut]) -> Callable[[ContextRow], ContextRowOut]:
    names = [name for name in out.model_fields if name not in ("id", "changed")]

    def show(row: ContextRow) -> ContextRowOut:
        return out(id=row.pk, changed=row.changed_at, **{name: getattr(row, name) for name in names})

    return show


def _read_only(kind: str, noun: str, out: type[ContextRowOut]) -> None:
    show = _show(out)

    @router.get(f"{kind}/", response=Page[out], operation_id=f"list_{kind}", description=f"List the {noun} of a scope.")  # type: ignore[valid-type]
    @reads(Permission.CONTEXT_READ)
    def list_rows(request: Request, of: Query[OfScope], paging: Query[Paging]) -> dict[str, Any]:
        model = queries.KINDS[kind]
        scope = scope_of(request, of.scope)
        rows = model._default_manager.filter(organization_id=request.actor.organization_id, scope=scope)
        return page(rows, paging, SORTS, "position", show)

    @router.get(f"{kind}/{{row_id}}", response=out, operation_id=f"read_{kind}", description=f"Read one of the {noun}.")
    @reads(Permission.CONTEXT_READ)
    def read_row(request: Request, response: HttpResponse, row_id: uuid.UUID) -> Schema:
        return etags.tagged(response, show(queries.row_for(request.actor, kind, row_id)))


def _writing(kind: str, noun: str, new: type[Schema], change: type[Schema], out: type[ContextRowOut]) -> None:
    show, model = _show(out), queries.KINDS[kind]

    @router.post(
        f"{kind}/", response={201: out}, operation_id=f"create_{kind}", description=f"Add one to the {noun} of a scope."
    )
    @reads(Permission.CONTEXT_EDIT)
    def create_row(request: Request, response: HttpResponse, of: Query[OfScope], payload: new) -> Any:  # type: ignore[valid-type]
        values = payload.model_dump()  # type: ignore[attr-defined]
        made = services.add_context_row(actor=request.actor, scope=scope_of(request, of.scope), model=model, **values)
        response["Location"] = f"/api/v1/context/{kind}/{made.pk}"
        return Status(201, etags.tagged(response, show(made)))

    @router.patch(
        f"{kind}/{{row_id}}", response=out, operation_id=f"change_{kind}", description=f"Change one of the {noun}."
    )
    @reads(Permission.CONTEXT_EDIT)
    def change_row(request: Request, response: HttpResponse, row_id: uuid.UUID, payload: change) -> Any:  # type: ignore[valid-type]
        def read() -> ContextRow:
            return queries.row_for(request.actor, kind, row_id)

        found = etags.current(request, model, row_id, read, show, payload)
        services.change_context_row(actor=request.actor, row=found, **whole(payload))
        return etags.tagged(response, show(read()))

    @router.delete(
        f"{kind}/{{row_id}}", response={204: None}, operation_id=f"remove_{kind}",
        description=f"Remove one of the {noun}.",
    )  # fmt: skip
    @reads(Permission.CONTEXT_EDIT)
    def remove_row(request: Request, response: HttpResponse, row_id: uuid.UUID) -> Status[None]:
        services.remove_context_row(actor=request.actor, row=queries.row_for(request.actor, kind, row_id))
        return Status(204, None)


for _kind, _noun, _new, _changed, _out in (
    ("issues", "issues", IssueIn, IssueChange, IssueOut),
    ("parties", "interested parties", PartyIn, PartyChange, PartyOut),
    ("obligations", "obligations", ObligationIn, ObligationChange, ObligationOut),
):
    _read_only(_kind, _noun, _out)
    _writing(_kind, _noun, _new, _changed, _out)
