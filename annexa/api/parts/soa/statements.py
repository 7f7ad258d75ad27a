"""Statements of Applicability: drafts and approved versions."""

import uuid
from datetime import datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, File, Query, Router, Status
from ninja.files import UploadedFile

from annexa.api import etags
from annexa.api.access import Request, reads, scope_of
from annexa.api.downloads import REPORT, content_of, send_report
from annexa.api.fields import Done, Line, OfScope, Text
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.lib import sheets
from annexa.lib.errors import UserError
from annexa.organizations.permissions import Permission
from annexa.reports.export import export
from annexa.reports.soa import report_name, statement_report
from annexa.treatment.models import Statement
from annexa.treatment.queries import statement_sheet
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import statement_import, statements

router = Router(tags=["Statement of Applicability"])
SORTS = {"number": "number", "changed": "changed_at", "approved": "approved_at"}
Format = Literal["pdf", "docx", "xlsx", "csv"]
StatementState = Literal["draft", "in_review", "approved"]


class StatementOut(Schema):
    """A draft, or an approved version, which never changes."""

    id: uuid.UUID
    number: int
    scope: str
    state: StatementState
    changed: datetime
    submitted: datetime | None
    submitted_by: str
    submitted_hash: str = Field(description="Of the content that review was asked for.")
    returned_note: str
    approved: datetime | None
    approved_by: str
    approval_note: str
    content_hash: str
    preliminary: bool


class ProblemOut(Schema):
    """Something that does not add up."""

    row: uuid.UUID
    ref: str
    sentence: str
    stops: bool = Field(description="Whether it stops approval.")


class Return(Schema):
    """Why a statement goes back to draft, and what was read."""

    submitted_hash: Line = Field(description="That of the statement you read.")
    note: Text = ""


class FieldChange(Schema):
    """One field before and after."""

    field: str
    before: Any
    after: Any


class ChangeOut(Schema):
    """What differs in one control between two versions."""

    ref: str
    title: str
    kind: Literal["added", "removed", "changed"]
    fields: list[FieldChange]


class StatementImportQuery(OfScope):
    """Which scope, and which sheet of the workbook."""

    sheet: Line = Field("", description="Name of the sheet; the likeliest one if left out.")
    preview: bool = Field(False, description="Only say how many would change.")


@router.get("statements/", response=Page[StatementOut])
@reads(Permission.SOA_READ)
def list_statements(request: Request, of: Query[OfScope], paging: Query[Paging]) -> dict[str, object]:
    """List the statements of a scope, the working one and all approved versions."""
    return page(queries.statements(request.actor, scope_of(request, of.scope)), paging, SORTS, "-number", show)


@router.post("statements/", response={201: StatementOut})
@reads(Permission.SOA_EDIT)
def start_statement(request: Request, response: HttpResponse, of: Query[OfScope]) -> Status[StatementOut]:
    """Start a draft: from the last version, or from the profile."""
    scope = scope_of(request, of.scope)
    made = statements.start_statement(actor=request.actor, scope=scope)
    response["Location"] = f"/api/v1/soa/statements/{made.number}?scope={scope.slug}"
    return Status(201, etags.tagged(response, show(made)))


@router.get("statements/{int:number}", response=StatementOut)
@reads(Permission.SOA_READ)
def read_statement(request: Request, response: HttpResponse, number: int, of: Query[OfScope]) -> StatementOut:
    """Read a statement by its number; 0 is the current one."""
    return etags.tagged(response, show(statement_of(request, of, number)))


@router.get("statements/{int:number}/problems", response=list[ProblemOut])
@reads(Permission.SOA_READ)
def list_problems(request: Request, number: int, of: Query[OfScope]) -> list[ProblemOut]:
    """List what does not add up in a working statement, what stops approval first."""
    statement = statement_of(request, of, number)
    found = [] if statement.is_approved else queries.contradictions(request.actor, statement)
    return [ProblemOut(row=each.row_id, ref=each.ref, sentence=each.sentence, stops=each.stops) for each in found]


@router.post("statements/{int:number}/own-controls", response=Done)
@reads(Permission.SOA_EDIT)
def add_own_controls(request: Request, number: int, of: Query[OfScope]) -> Done:
    """Bring own controls that came later into the draft."""
    statement = statement_of(request, of, number)
    return Done(changed=statements.add_own_controls(actor=request.actor, statement=statement))


@router.post("statements/{int:number}/submit", response=StatementOut)
@reads(Permission.SOA_EDIT)
def submit_statement(request: Request, number: int, of: Query[OfScope]) -> StatementOut:
    """Ask for review; a person approves it on its page, never a program."""
    statements.submit_statement(actor=request.actor, statement=statement_of(request, of, number))
    return show(statement_of(request, of, number))


@router.post("statements/{int:number}/return", response=StatementOut)
@reads(Permission.SOA_READ)
def return_statement(request: Request, number: int, of: Query[OfScope], payload: Return) -> StatementOut:
    """Take a statement back to draft."""
    statements.return_statement(
        actor=request.actor,
        statement=statement_of(request, of, number),
        seen_hash=payload.submitted_hash,
        note=payload.note,
    )
    return show(statement_of(request, of, number))


@router.get("statements/{int:number}/compare", response=list[ChangeOut])
@reads(Permission.SOA_READ)
def compare_statements(request: Request, number: int, of: Query[OfScope], since: Query[int] = 1) -> list[ChangeOut]:
    """List what differs between an earlier version (`since`, its number) and this one."""
    before, after = (statement_of(request, of, each) for each in (since, number))
    return [
        ChangeOut(
            ref=each.ref,
            title=each.title,
            kind=each.kind,  # type: ignore[arg-type]
            fields=[FieldChange(field=name, before=one, after=two) for name, one, two in each.fields],
        )
        for each in queries.compare(before, after)
    ]


@router.get("statements/{int:number}/report/{format}", openapi_extra=REPORT)
@reads(Permission.SOA_READ)
def read_report(request: Request, number: int, format: Format, of: Query[OfScope]) -> HttpResponse:
    """Read a draft or version as a file."""
    statement = statement_of(request, of, number)
    report = statement_report(request.actor, statement)
    return send_report(export(report, format, report_name(request.actor, statement)))


@router.post("statements/{int:number}/import", response=Done)
@reads(Permission.SOA_EDIT)
def import_sheet(request: Request, number: int, query: Query[StatementImportQuery], file: File[UploadedFile]) -> Done:
    """Bring an existing statement (XLSX, ODS or CSV) into the draft, all of it or nothing; a problem names its cell."""
    statement = statement_of(request, query, number)
    book = sheets.read(content_of(file, sheets.MOST_BYTES), file.name or "")
    outcome = statement_sheet.read(request.actor, statement, statement_sheet.open_sheet(book, query.sheet))
    if outcome.stops:
        raise UserError("\n".join(statement_sheet.sentence(problem) for problem in outcome.problems))
    if query.preview:
        return Done(changed=len(outcome.changes))
    return Done(changed=statement_import.import_statement(actor=request.actor, statement=statement, outcome=outcome))


def statement_of(request: Request, of: OfScope, number: int) -> Statement:
    """Return the statement of a number in a scope; 0 is the current one. Raises NotFound."""
    return queries.statement_for(request.actor, scope_of(request, of.scope), number or None)


def show(statement: Statement) -> StatementOut:
    """Show a statement."""
    names = ("number", "state", "submitted_hash", "returned_note", "approval_note", "content_hash", "preliminary")
    return StatementOut(
        id=statement.pk,
        scope=statement.scope.slug,
        changed=statement.changed_at,
        submitted=statement.submitted_at,
        submitted_by=str(statement.submitted_by or ""),
        approved=statement.approved_at,
        approved_by=str(statement.approved_by or ""),
        **{name: getattr(statement, name) for name in names},
    )
