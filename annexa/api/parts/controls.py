"""Controls of every framework; those of the organisation's own can be changed."""

from functools import reduce
from operator import or_
from typing import Any, Literal

from django.db.models import Q
from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads, scope_of
from annexa.api.fields import Line, OfScope, Text, Word
from annexa.api.paging import Page, Paging, page
from annexa.api.parts.catalog import RequirementOut, show_requirement
from annexa.api.schema import Schema
from annexa.catalog import queries, services
from annexa.catalog.models import OWN, Requirement
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.treatment.queries import controls as decisions
from annexa.treatment.queries import statements
from annexa.ui import sources

router = Router(tags=["Controls"])
SORTS = {"control": "sort_key", "ref": "ref", "title": "title", "theme": "theme", "change": "change"}
ATTRIBUTES = ("control_type", "properties", "concepts", "capabilities", "domains")
Answer = Literal["yes", "no", "open"]
Progress = Literal["not_started", "planned", "in_progress", "implemented"]
Theme = Literal["", "organizational", "people", "physical", "technological"]


class Attributes(Schema):
    """The five attributes of a control (ISO/IEC 27002:2022, Annex A); what is left out stays."""

    control_type: list[Word] | None = Field(None, max_length=20, examples=[["Preventive"]])
    properties: list[Word] | None = Field(None, max_length=20)
    concepts: list[Word] | None = Field(None, max_length=20)
    capabilities: list[Word] | None = Field(None, max_length=20)
    domains: list[Word] | None = Field(None, max_length=20)


class ControlIn(Attributes):
    """A control of the organisation's own."""

    ref: Word = Field(examples=["OWN-1"], description="Short and unique; it stays.")
    title: Line
    theme: Theme = ""
    summary: Text = Field("", max_length=4000)


class ControlChange(Attributes):
    """What to change; what is left out stays."""

    title: Line | None = None
    theme: Theme | None = None
    summary: Text | None = Field(None, max_length=4000)


class ControlFilters(OfScope):
    """Which controls; the scope is the one whose statement says what applies."""

    q: Line = Field("", description="Words of id and title.")
    framework: Word = ""
    theme: Theme = ""
    change: Literal["", "new", "merged", "updated"] = ""
    applicable: Answer | None = Field(None, description="What the newest statement says; needs soa:read.")
    status: Progress | None = Field(None, description="The same of its implementation.")
    control_type: list[Word] = Field([], max_length=20, description="Any of them, such as Preventive.")
    properties: list[Word] = Field([], max_length=20)
    concepts: list[Word] = Field([], max_length=20)
    capabilities: list[Word] = Field([], max_length=20)
    domains: list[Word] = Field([], max_length=20)
    retired: bool = False


@router.get("", response=Page[RequirementOut])
@reads(Permission.CATALOG_READ)
def list_controls(request: Request, filters: Query[ControlFilters], paging: Query[Paging]) -> dict[str, object]:
    """List the controls of every framework, Annex A and own."""
    rows: Any = sources.search(queries.controls(request.actor), filters.q, ("ref", "title"))
    wanted = {"framework__slug": filters.framework, "theme": filters.theme, "change": filters.change}
    rows = rows.filter(retired_at__isnull=not filters.retired, **{k: value for k, value in wanted.items() if value})
    for name in ATTRIBUTES:
        if values := getattr(filters, name):
            rows = rows.filter(reduce(or_, (Q(**{f"attributes__{name}__contains": [value]}) for value in values)))
    return page(_decided(request, rows, filters), paging, SORTS, "control", show_requirement)


@router.post("", response={201: RequirementOut})
@reads(Permission.CATALOG_EDIT)
def create_control(request: Request, response: HttpResponse, payload: ControlIn) -> Status[RequirementOut]:
    """Add a control of the organisation's own."""
    given = {name: value for name, value in payload.model_dump().items() if value is not None}
    made = services.create_control(actor=request.actor, **given)
    response["Location"] = f"/api/v1/controls/{made.ref}"
    return Status(201, etags.tagged(response, show_requirement(made)))


@router.get("{ref}", response=RequirementOut)
@reads(Permission.CATALOG_READ)
def read_control(request: Request, response: HttpResponse, ref: str) -> RequirementOut:
    """Read one of the organisation's own controls."""
    return etags.tagged(response, show_requirement(_own(request, ref)))


@router.patch("{ref}", response=RequirementOut)
@reads(Permission.CATALOG_EDIT)
def change_control(request: Request, response: HttpResponse, ref: str, payload: ControlChange) -> RequirementOut:
    """Change an own control's words and attributes."""
    key = _own(request, ref).pk
    found = etags.current(request, Requirement, key, lambda: _own(request, ref), show_requirement, payload)
    now = {name: getattr(found, name) for name in ("title", "summary", "theme")}
    given = {name: value for name, value in payload.model_dump(exclude_unset=True).items() if value is not None}
    services.update_control(actor=request.actor, control=found, **(now | given))
    return etags.tagged(response, show_requirement(_own(request, ref)))


@router.post("{ref}/retire", response=RequirementOut)
@reads(Permission.CATALOG_EDIT)
def retire_control(request: Request, ref: str) -> RequirementOut:
    """Take an own control out of new statements; what refers to it stays."""
    found = _own(request, ref)
    services.retire_control(actor=request.actor, control=found)
    return show_requirement(found)


@router.post("{ref}/restore", response=RequirementOut)
@reads(Permission.CATALOG_EDIT)
def restore_control(request: Request, ref: str) -> RequirementOut:
    """Bring a retired own control back."""
    found = _own(request, ref)
    services.retire_control(actor=request.actor, control=found, retired=False)
    return show_requirement(found)


def _own(request: Request, ref: str) -> Requirement:
    return queries.requirement_for(request.actor, OWN, ref)


def _decided(request: Request, rows: Any, filters: ControlFilters) -> Any:
    """Narrow by what the newest statement says."""
    if not (filters.applicable or filters.status):
        return rows
    access.require(request.actor, Permission.SOA_READ)
    statement = statements.current(request.actor, scope_of(request, filters.scope))
    if filters.applicable:
        rows = decisions.with_applicability(rows, statement, [filters.applicable])
    return decisions.with_status(rows, statement, [filters.status]) if filters.status else rows
