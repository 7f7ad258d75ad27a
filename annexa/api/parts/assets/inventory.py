"""How the inventory is kept; sheets and changes of many assets."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Query, Router
from ninja.files import UploadedFile

from annexa.api import etags
from annexa.api.access import Request, reads, scope_named
from annexa.api.downloads import content_of
from annexa.api.fields import Done, Line, owner_of, whole
from annexa.api.parts.assets.access import values_of
from annexa.api.parts.assets.schemas import (
    NULLABLE,
    ManyAssets,
    TermsChange,
    TermsOut,
)
from annexa.api.schema import Schema
from annexa.api.sheets import ImportOut, ImportQuery, refuse, told
from annexa.assets import checks
from annexa.assets.models import Inventory
from annexa.assets.queries import assets as queries
from annexa.assets.queries import sbom as bills
from annexa.assets.queries import sheet as sheets_of_assets
from annexa.assets.services import assets as services
from annexa.assets.services import imports, terms
from annexa.lib import sheets
from annexa.lib.errors import UserError
from annexa.organizations.permissions import Permission

router = Router(tags=["Assets"])


class BillQuery(Schema):
    """Whose new assets are, where they lie, and whether to look first."""

    owner: uuid.UUID | None = None
    scope: Line = Field("", description="Slug of the scope of new assets; empty for the whole organisation.")
    preview: bool = Field(False, description="Only say what would change.")


@router.get("inventory", response=TermsOut)
@reads(Permission.ASSET_READ)
def read_terms(request: Request, response: HttpResponse) -> TermsOut:
    """Read the classification scheme and the own fields."""
    return etags.tagged(response, _terms(queries.inventory(request.actor)))


@router.patch("inventory", response=TermsOut)
@reads(Permission.ASSET_EDIT)
def change_terms(request: Request, response: HttpResponse, payload: TermsChange) -> TermsOut:
    """Change the classification scheme or the own fields."""
    etags.check(request, _terms(queries.inventory(request.actor)), payload)
    changed = terms.describe_inventory(actor=request.actor, **payload.model_dump(exclude_none=True))
    return etags.tagged(response, _terms(changed))


@router.post("bulk", response=Done)
@reads(Permission.ASSET_EDIT_OWN)
def change_many(request: Request, payload: ManyAssets) -> Done:
    """Change several assets alike, all or none."""
    found = list(queries.listed(request.actor).filter(pk__in=payload.ids))
    if len(found) < len(set(payload.ids)):
        sentence = _("Some of these assets are not there.")
        raise UserError(sentence, {"ids": sentence})
    values = values_of(request, whole(payload.change, *NULLABLE))
    return Done(changed=services.change_assets(actor=request.actor, assets=found, values=values))


@router.post("import", response=ImportOut)
@reads(Permission.ASSET_EDIT)
def import_assets(request: Request, query: Query[ImportQuery], file: File[UploadedFile]) -> ImportOut:
    """Bring in a sheet (XLSX, ODS or CSV), all of it or nothing; every problem names its cell.

    Rows are matched by their own id, else by our reference, else by name.
    """
    actor, kept = request.actor, queries.inventory(request.actor)
    book = sheets.read(content_of(file, sheets.MOST_BYTES), file.name or "")
    opened = sheets_of_assets.open_sheet(kept, book, query.sheet)
    found = sheets_of_assets.read(actor, kept, opened, checks.extra_value)
    if found.stops and not query.preview:
        refuse(found.outcome.problems, sheets_of_assets.sentence)
    if not query.preview:
        imports.import_assets(actor=actor, outcome=found.outcome, columns=opened.remembered)
    return ImportOut(
        applied=not query.preview,
        new=found.new,
        changed=found.changed,
        same=found.same,
        columns=opened.remembered,
        problems=told(found.outcome.problems, sheets_of_assets.sentence),
    )


@router.post("sbom", response=ImportOut)
@reads(Permission.ASSET_EDIT)
def import_bill(request: Request, query: Query[BillQuery], file: File[UploadedFile]) -> ImportOut:
    """Bring in a bill of materials (CycloneDX 1.2 to 1.7, JSON), all of it or nothing.

    Components are matched by their package URL without version.
    """
    actor, bill = request.actor, bills.parse(content_of(file, sheets.MOST_BYTES))
    scope = scope_named(request, query.scope)
    found = bills.read(actor, bill, owner=owner_of(actor, query.owner), scope=scope)
    if found.stops and not query.preview:
        refuse(found.outcome.problems, bills.sentence)
    if not query.preview:
        imports.import_assets(actor=actor, outcome=found.outcome)
    return ImportOut(
        applied=not query.preview,
        new=found.new,
        changed=found.changed,
        same=found.same,
        columns={},
        problems=told(found.outcome.problems, bills.sentence),
    )


def _terms(kept: Inventory) -> TermsOut:
    return TermsOut(classifications=kept.classifications, fields=kept.fields)
