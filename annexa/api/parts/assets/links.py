"""What assets need."""

from typing import Any

from ninja import Router, Status

from annexa.api.access import Request, reads
from annexa.api.fields import Word
from annexa.api.parts.assets.schemas import AssetLink, AssetLinks, Flows, Need
from annexa.assets.models import Asset
from annexa.assets.queries import assets as queries
from annexa.assets.services import dependencies
from annexa.lib.errors import NotFound, UserError
from annexa.organizations.permissions import Permission

router = Router(tags=["Assets"])


@router.get("{asset_id}/links", response=AssetLinks)
@reads(Permission.ASSET_READ)
def read_links(request: Request, asset_id: Word) -> AssetLinks:
    """Read what an asset needs and what needs it."""
    return _links(request, queries.asset_for(request.actor, asset_id))


@router.post("{asset_id}/needs", response=AssetLinks)
@reads(Permission.ASSET_EDIT)
def link_assets(request: Request, asset_id: Word, payload: Need) -> AssetLinks:
    """Say that an asset needs another one; a circle is refused with its path."""
    actor = request.actor
    asset, needed = queries.asset_for(actor, asset_id), _needed(request, payload.needed)
    dependencies.link_assets(actor=actor, asset=asset, needed=needed, flows=payload.model_dump(exclude={"needed"}))
    return _links(request, asset)


@router.delete("{asset_id}/needs/{needed_id}", response={204: None})
@reads(Permission.ASSET_EDIT)
def unlink_assets(request: Request, asset_id: Word, needed_id: Word) -> Status[None]:
    """Say that an asset needs another one no more."""
    actor = request.actor
    asset, needed = queries.asset_for(actor, asset_id), queries.asset_for(actor, needed_id)
    dependencies.unlink_assets(actor=actor, asset=asset, needed=needed)
    return Status(204, None)


def _links(request: Request, asset: Asset) -> AssetLinks:
    needs, needed_by = queries.needs_of(request.actor, asset), queries.needed_by(request.actor, asset)
    return AssetLinks(
        needs=[_link(each, each.needed) for each in needs], needed_by=[_link(each, each.asset) for each in needed_by]
    )


def _link(edge: Any, end: Asset) -> AssetLink:
    flows = {name: getattr(edge, name) for name in Flows.model_fields}
    return AssetLink(id=end.pk, reference=end.reference, name=end.name, **flows)


def _needed(request: Request, wanted: str) -> Asset:
    try:
        return queries.asset_for(request.actor, wanted)
    except NotFound as error:
        raise UserError(error.sentence, {"needed": error.sentence}) from error
