"""Keep in step what assets are worth; called inside the commands that change values or dependencies."""

import uuid
from collections.abc import Iterable

from django.db import connection

from annexa.assets.models import Asset
from annexa.assets.queries import assets as queries
from annexa.assets.worth import DIMENSIONS, worths
from annexa.organizations import access

WORTHS = tuple(f"worth_{name}" for name in DIMENSIONS)


def settle(actor: access.Actor, changed: Iterable[uuid.UUID]) -> None:
    """Work out anew the worth of these assets and of everything that dependencies connect; the inventory is locked."""
    with queries.across_scopes(actor):
        edges = queries.edges(actor)
        keys = {key for edge in edges for key in (edge.asset, edge.needed)} | set(changed)
        wanted = worths(queries.values_of(actor, keys), edges)
        found = Asset.objects.filter(organization=actor.organization, pk__in=keys)
        behind = []
        for asset in found.only("pk", "organization_id", *WORTHS).order_by("pk"):
            worth = wanted[asset.pk]
            if worth != tuple(getattr(asset, name) for name in WORTHS):
                for name, value in zip(WORTHS, worth, strict=True):
                    setattr(asset, name, value)
                behind.append(asset)
        _write(behind)


def begin_with_own(asset: Asset) -> None:
    """Let a new asset be worth what was said of it, until something flows to it."""
    for name, worth in zip(DIMENSIONS, WORTHS, strict=True):
        setattr(asset, worth, getattr(asset, name))


def _write(assets: list[Asset]) -> None:
    """Store what many assets are worth by one statement; Django's own for many rows takes seconds for thousands."""
    if not assets:
        return
    columns = [[getattr(asset, name) for asset in assets] for name in WORTHS]
    with connection.cursor() as cursor:
        cursor.execute(
            "update assets_asset as a set worth_confidentiality = w.c, worth_integrity = w.i, worth_availability = w.a"
            " from unnest(%s::uuid[], %s::smallint[], %s::smallint[], %s::smallint[]) as w(id, c, i, a)"
            " where a.organization_id = %s and a.id = w.id",
            [[asset.pk for asset in assets], *columns, assets[0].organization_id],
        )
