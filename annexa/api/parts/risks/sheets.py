"""A register that was kept elsewhere."""

from ninja import Field, File, Query, Router
from ninja.files import UploadedFile

from annexa.api.access import Request, reads, scope_of
from annexa.api.downloads import content_of
from annexa.api.fields import Line
from annexa.api.sheets import ImportOut, ImportQuery, refuse, told
from annexa.lib import sheets
from annexa.organizations.permissions import Permission
from annexa.risks.queries import sheet as sheets_of_risks
from annexa.treatment.services import risk_import

router = Router(tags=["Risks"])


class RiskImportQuery(ImportQuery):
    """Which register, which sheet of the workbook, and whether to look first."""

    scope: Line = Field("", description="Slug of the ISMS scope; the default one if left out.")


class RisksImported(ImportOut):
    """What an import did, or would do."""

    readings: int = Field(description="Readings that differ from the newest of their stage.")


@router.post("import", response=RisksImported)
@reads(Permission.RISK_EDIT)
def import_risks(request: Request, query: Query[RiskImportQuery], file: File[UploadedFile]) -> RisksImported:
    """Bring in a sheet (XLSX, ODS or CSV), all of it or nothing; every problem names its cell.

    Rows are matched by their own id, else by our reference, else by title. No reading is overwritten.
    """
    actor, scope = request.actor, scope_of(request, query.scope)
    book = sheets.read(content_of(file, sheets.MOST_BYTES), file.name or "")
    opened = sheets_of_risks.open_sheet(sheets_of_risks.terms_of(actor), book, query.sheet)
    found = sheets_of_risks.read(actor, scope, opened)
    if found.stops and not query.preview:
        refuse(found.outcome.problems, sheets_of_risks.sentence)
    if not query.preview:
        risk_import.import_risks(actor=actor, scope=scope, outcome=found.outcome, columns=opened.remembered)
    return RisksImported(
        applied=not query.preview,
        new=found.new,
        changed=found.changed,
        same=found.same,
        readings=found.readings,
        columns=opened.remembered,
        problems=told(found.outcome.problems, sheets_of_risks.sentence),
    )
