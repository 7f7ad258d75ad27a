"""Everything of the organisation as one file."""

import uuid
from datetime import datetime
from typing import Literal

from django.http import FileResponse, HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api.access import Request, reads
from annexa.api.downloads import ANY_FILE
from annexa.api.fields import Member, member
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.organizations.permissions import Permission
from annexa.records import queries
from annexa.records.models import Export
from annexa.records.services import exports

router = Router(tags=["Complete export"])
SORTS = {"asked": "asked_at"}


class ExportOut(Schema):
    """An export: how far it is and, once it is made, what its file is."""

    id: uuid.UUID
    state: Literal["waiting", "running", "done", "failed"]
    percent: int
    sentence: str = Field(description="What is being written, or how it ended.")
    by: Member | None = Field(description="Nobody for the operator.")
    asked: datetime
    made: datetime | None
    expires: datetime | None = Field(description="Until when the file can be had.")
    is_there: bool = Field(description="Whether the file can be had now.")
    rows: int
    size: int
    sha256: str


@router.get("", response=Page[ExportOut])
@reads(Permission.RECORDS_EXPORT)
def list_exports(request: Request, paging: Query[Paging]) -> dict[str, object]:
    """List the exports."""
    return page(queries.exports(request.actor), paging, SORTS, "-asked", show)


@router.post("", response={202: ExportOut})
@reads(Permission.RECORDS_EXPORT)
def make_export(request: Request, response: HttpResponse) -> Status[ExportOut]:
    """Have everything written to one file by a job; `Location` says where to ask how far it is."""
    made = exports.ask_for_export(actor=request.actor)
    response["Location"] = f"/api/v1/exports/{made.pk}"
    return Status(202, show(queries.export_for(request.actor, made.pk)))


@router.get("{export_id}", response=ExportOut)
@reads(Permission.RECORDS_EXPORT)
def read_export(request: Request, export_id: uuid.UUID) -> ExportOut:
    """Read how far an export is."""
    return show(queries.export_for(request.actor, export_id))


@router.get("{export_id}/file", openapi_extra=ANY_FILE)
@reads(Permission.RECORDS_EXPORT)
def download_export(request: Request, export_id: uuid.UUID) -> FileResponse:
    """Download the file of an export; that is in the trail."""
    export = queries.export_for(request.actor, export_id)
    content = exports.fetch_export(actor=request.actor, export=export).open("rb")
    return FileResponse(content, as_attachment=True, filename=export.file_name, content_type="application/zip")


@router.delete("{export_id}/file", response={204: None})
@reads(Permission.RECORDS_EXPORT)
def remove_export(request: Request, export_id: uuid.UUID) -> Status[None]:
    """Delete the file of an export before its week is over, or stop one that is not made yet."""
    exports.remove_export(actor=request.actor, export=queries.export_for(request.actor, export_id))
    return Status(204, None)


def show(export: Export) -> ExportOut:
    """Show an export."""
    return ExportOut(
        id=export.pk,
        state=export.progress.state,  # type: ignore[arg-type]
        percent=export.progress.percent,
        sentence=export.progress.sentence,
        by=member(export.asked_by),
        asked=export.asked_at,
        made=export.made_at,
        expires=export.expires_at,
        is_there=export.is_there,
        rows=export.rows,
        size=export.size,
        sha256=export.sha256,
    )
