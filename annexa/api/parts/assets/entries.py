"""Assets, one by one: list, read, change, review, retire."""

from django.http import HttpResponse
from ninja import Query, Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads
from annexa.api.fields import Word, whole
from annexa.api.paging import Page, Paging, page
from annexa.api.parts.assets.access import values_of
from annexa.api.parts.assets.schemas import (
    NULLABLE,
    AssetChange,
    AssetFilters,
    AssetIn,
    AssetOut,
    AssetReview,
    Retirement,
    show,
)
from annexa.assets.models import Asset
from annexa.assets.queries import assets as queries
from annexa.assets.services import assets as services
from annexa.organizations.permissions import Permission

router = Router(tags=["Assets"])
SORTS = {
    "number": "number", "name": "name", "kind": "kind", "review_due": "review_due", "changed": "changed_at",
    "confidentiality": "worth_confidentiality", "integrity": "worth_integrity", "availability": "worth_availability",
}  # fmt: skip


@router.get("", response=Page[AssetOut])
@reads(Permission.ASSET_READ)
def list_assets(request: Request, filters: Query[AssetFilters], paging: Query[Paging]) -> dict[str, object]:
    """List the inventory."""
    asked = filters.model_dump()
    return page(queries.narrowed(request.actor, text=asked.pop("q"), **asked), paging, SORTS, "number", show)


@router.post("", response={201: AssetOut})
@reads(Permission.ASSET_EDIT)
def add_asset(request: Request, response: HttpResponse, payload: AssetIn) -> Status[AssetOut]:
    """Add an asset."""
    made = services.add_asset(actor=request.actor, **values_of(request, payload.model_dump(exclude_unset=True)))
    response["Location"] = f"/api/v1/assets/{made.pk}"
    return Status(201, etags.tagged(response, show(made)))


@router.get("{asset_id}", response=AssetOut)
@reads(Permission.ASSET_READ)
def read_asset(request: Request, response: HttpResponse, asset_id: Word) -> AssetOut:
    """Read one asset, by its id or its reference."""
    return etags.tagged(response, show(queries.asset_for(request.actor, asset_id)))


@router.patch("{asset_id}", response=AssetOut)
@reads(Permission.ASSET_EDIT_OWN)
def change_asset(request: Request, response: HttpResponse, asset_id: Word, payload: AssetChange) -> AssetOut:
    """Change an asset."""

    key = queries.asset_for(request.actor, asset_id).pk

    def read() -> Asset:
        return queries.asset_for(request.actor, key)

    found = etags.current(request, Asset, key, read, show, payload)
    services.change_asset(actor=request.actor, asset=found, **values_of(request, whole(payload, *NULLABLE)))
    return etags.tagged(response, show(read()))


@router.post("{asset_id}/review", response=AssetOut)
@reads(Permission.ASSET_EDIT_OWN)
def review_asset(request: Request, asset_id: Word, payload: AssetReview) -> AssetOut:
    """Say that an entry was looked at and is right, and when to look again."""
    found = queries.asset_for(request.actor, asset_id)
    services.review_asset(actor=request.actor, asset=found, next_review=payload.next_review)
    return show(queries.asset_for(request.actor, asset_id))


@router.post("{asset_id}/retire", response=AssetOut)
@reads(Permission.ASSET_EDIT)
def retire_asset(request: Request, asset_id: Word, payload: Retirement) -> AssetOut:
    """Take an asset out of use; it stays on record."""
    found = queries.asset_for(request.actor, asset_id)
    services.retire_asset(actor=request.actor, asset=found, reason=payload.reason)
    return show(queries.asset_for(request.actor, asset_id))


@router.post("{asset_id}/restore", response=AssetOut)
@reads(Permission.ASSET_EDIT)
def restore_asset(request: Request, asset_id: Word) -> AssetOut:
    """Put a retired asset back in use."""
    services.restore_asset(actor=request.actor, asset=queries.asset_for(request.actor, asset_id))
    return show(queries.asset_for(request.actor, asset_id))
