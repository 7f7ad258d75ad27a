"""The action plan, the report as a file, and a filled-in sheet."""

import uuid
from datetime import date
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, File, Query, Router
from ninja.files import UploadedFile

from annexa.api.access import Request, reads
from annexa.api.downloads import REPORT, content_of, send_report
from annexa.api.fields import Member, OfScope, member
from annexa.api.parts.gap.access import assessment_of
from annexa.api.schema import Schema
from annexa.lib import sheets
from annexa.lib.text import file_name
from annexa.organizations.permissions import Permission
from annexa.reports import gap as reports
from annexa.reports.export import export
from annexa.treatment.queries import gap as queries
from annexa.treatment.queries import gap_import as previews
from annexa.treatment.queries.gap import Action
from annexa.treatment.services import gap_import

router = Router(tags=["Gap analysis"])
Format = Literal["pdf", "docx", "xlsx", "csv"]


class ActionOut(Schema):
    """A line of the action plan, with the figures that put it there."""

    rating: uuid.UUID
    ref: str
    title: str
    action: str
    owner: Member | None
    due: date | None
    mandatory: bool
    gain: float
    effort: float
    effort_assumed: bool
    points: float = Field(description="Points of readiness it brings.")
    task: Literal["", "open", "done", "dropped"]


class CellChange(Schema):
    """One value that a sheet would change."""

    ref: str
    field: str
    before: str
    after: str


class Preview(Schema):
    """What importing a sheet would do, or has done."""

    changed: int = Field(description="Rows that were changed; 0 for a preview.")
    changes: list[CellChange]
    unchanged: int
    ignored: list[str] = Field(description="Headings that mean nothing here.")


class GapImportQuery(OfScope):
    """Which scope, and whether to look first."""

    preview: bool = Field(False, description="Only say what would change.")


@router.get("assessments/{int:number}/plan", response=list[ActionOut])
@reads(Permission.GAP_READ)
def read_plan(request: Request, number: int, of: Query[OfScope]) -> list[ActionOut]:
    """Read the action plan in its order: mandatory first, then gain ÷ effort, then due date."""
    rows = list(queries.listed(assessment_of(request, of, number)))
    return [_action(each) for each in queries.action_plan(request.actor, rows)]


@router.get("assessments/{int:number}/report/{format}", openapi_extra=REPORT)
@reads(Permission.GAP_READ)
def read_report(request: Request, number: int, format: Format, of: Query[OfScope]) -> HttpResponse:
    """Read the gap report as a file."""
    found = assessment_of(request, of, number)
    name = file_name(request.actor.organization.slug, "gap", found.title)
    return send_report(export(reports.report(request.actor, found), format, name))


@router.post("assessments/{int:number}/import", response=Preview)
@reads(Permission.GAP_EDIT)
def import_sheet(request: Request, number: int, query: Query[GapImportQuery], file: File[UploadedFile]) -> Preview:
    """Bring in a filled-in sheet (XLSX, ODS or CSV), all of it or nothing; a problem names its cell."""
    actor, assessment = request.actor, assessment_of(request, query, number)
    content, name = content_of(file, sheets.MOST_BYTES), file.name or ""
    found = previews.preview(actor, assessment, content, name)
    changed = 0
    if found.troubles or not query.preview:
        changed = gap_import.import_sheet(actor=actor, assessment=assessment, content=content, name=name)
    changes = [_cell(each.rating.requirement.ref, *field) for each in found.changes for field in each.fields]
    return Preview(changed=changed, changes=changes, unchanged=found.unchanged, ignored=found.ignored)


def _cell(ref: str, field: str, before: Any, after: Any) -> CellChange:
    return CellChange(ref=ref, field=field, before=_said(before), after=_said(after))


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def _action(action: Action) -> ActionOut:
    row, gain = action.rating, action.gain
    return ActionOut(
        rating=row.pk,
        ref=row.requirement.ref,
        title=queries.heading(row.requirement),
        action=row.action,
        owner=member(row.owner),
        due=row.due,
        mandatory=gain.mandatory,
        gain=gain.gain,
        effort=gain.effort,
        effort_assumed=gain.effort_assumed,
        points=action.points,
        task=action.task_state,  # type: ignore[arg-type]
    )
