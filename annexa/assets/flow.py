"""Keep in step what assets are worth; called inside the commands that change values or dependencies."""

import uuid
from collections.abc import Iterable

from annexa.assets.models import Asset
from annexa.assets.queries import assets as queries
from annexa.assets.worth import DIMENSIONS, worths
from annexa.organizations import access

WORTHS = tuple(f"worth_{name}" for name in DIMENSIONS)
AT_ONCE = 1000


def settle(actor: access.Actor, changed: Iterable[uuid.UUID]) -> None:
    """Work out anew the worth of these assets and of everything that dependencies connect; the inventory is locked."""
    with queries.across_scopes(actor):
        edges = queries.edges(actor)
        keys = {key for edge in edges for key in (edge.asset, edge.needed)} | set(changed)
        wanted = worths(queries.values_of(actor, keys), edges)
        found = Asset.objects.filter(organization=actor.organization, pk__in=keys)
        behind = []
        for asset in found.only("pk", *WORTHS).order_by("pk"):
            worth = wanted[asset.pk]
            if worth != tuple(getattr(asset, name) for name in WORTHS):
                for name, value in zip(WORTHS, worth, strict=True):
                    setattr(asset, name, value)
                behind.append(asset)
        Asset.objects.bulk_update(behind, WORTHS, batch_size=AT_ONCE)
