"""Read the inventory."""

import re
import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from annexa.assets.models import Asset, Dependency, Inventory, State
from annexa.assets.worth import DIMENSIONS, Edge, Values, path, sources
from annexa.lib import clock
from annexa.lib.database import scope as row_scope
from annexa.lib.errors import NotFound
from annexa.lib.ids import is_uuid
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope


@dataclass(frozen=True)
class Flow:
    """Where one dimension of an asset's worth comes from: the assets it passed through, the source first.

    None stands for one that lies in a scope the reader does not see.
    """

    dimension: str
    own: int | None
    worth: int | None
    way: list[Asset | None]

    @property
    def is_inherited(self) -> bool:
        return len(self.way) > 1


def inventory(actor: Actor) -> Inventory:
    """Return the terms of the organisation's inventory, the usual ones before somebody changed them."""
    found = Inventory.objects.filter(organization_id=actor.organization_id).first()
    return found or Inventory(organization=actor.organization)


def visible_to(actor: Actor) -> QuerySet[Asset]:
    """Return the assets the actor may see: those of their scope and of the whole organisation."""
    found = Asset.objects.filter(organization_id=actor.organization_id)
    if actor.scope_id:
        found = found.filter(Q(scope=None) | Q(scope=actor.scope_id))
    return found


def listed(actor: Actor, scope: Scope | None = None) -> QuerySet[Asset]:
    """Return assets as lists show them, with their people; of one scope when it is given."""
    found = visible_to(actor).select_related("owner__person", "custodian__person", "scope")
    return found.filter(Q(scope=None) | Q(scope=scope)) if scope else found


def narrowed(
    actor: Actor,
    *,
    text: str = "",
    kind: str | None = None,
    state: str | None = None,
    classification: str = "",
    tag: str = "",
    mine: bool = False,
    review_late: bool = False,
) -> QuerySet[Asset]:
    """Return the visible assets that have every word, and what else is asked for."""
    found = listed(actor)
    for word in text.split():
        found = found.filter(Q(name__icontains=word) | Q(own_id__icontains=word) | Q(location__icontains=word))
    for name, value in (("kind", kind), ("state", state), ("classification", classification)):
        found = found.filter(**{name: value}) if value else found
    found = found.filter(tags__contains=[tag]) if tag else found
    found = found.filter(owner=actor.membership) if mine else found
    return due_for_review(found) if review_late else found


def due_for_review(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Keep assets whose review date has passed."""
    return assets.exclude(state=State.RETIRED).filter(review_due__lt=clock.today())


def asset_for(actor: Actor, wanted: uuid.UUID | str) -> Asset:
    """Return an asset by its id or by its reference, as ASSET-12; raises NotFound."""
    if named := re.fullmatch(r"(?i)asset-(\d{1,9})", str(wanted)):
        found = listed(actor).filter(number=int(named.group(1))).first()
    else:
        found = listed(actor).filter(pk=wanted).first() if is_uuid(str(wanted)) else None
    if found is None:
        raise NotFound(_("There is no such asset."))
    return found


def counts(actor: Actor) -> dict[str, int]:
    """Return what the head of the inventory says: in use, without an owner, never valued, late for review."""
    live = ~Q(state=State.RETIRED)
    return visible_to(actor).aggregate(
        every=Count("id"),
        total=Count("id", filter=live),
        personal=Count("id", filter=live & Q(personal_data=True)),
        unowned=Count("id", filter=live & Q(owner=None)),
        unvalued=Count(
            "id", filter=live & Q(worth_confidentiality=None, worth_integrity=None, worth_availability=None)
        ),
        late=Count("id", filter=live & Q(review_due__lt=clock.today())),
    )


def tags(actor: Actor) -> list[str]:
    """Return the tags in use, in order."""
    found: set[str] = set()
    for each in visible_to(actor).exclude(tags=[]).values_list("tags", flat=True):
        found |= set(each)
    return sorted(found, key=str.casefold)


def across_scopes(actor: Actor) -> AbstractContextManager[None]:
    """See the assets of all scopes: what something is worth does not end where a member's sight does."""
    return row_scope.within(actor.organization_id, actor.person_id)


def edges(actor: Actor) -> list[Edge[uuid.UUID]]:
    """Return every dependency; values of retired assets are passed on no more."""
    found = Dependency.objects.filter(organization_id=actor.organization_id)
    found = found.exclude(asset__state=State.RETIRED)
    return [Edge(asset, needed, (c, i, a)) for asset, needed, c, i, a in found.values_list(
        "asset_id", "needed_id", *DIMENSIONS)]  # fmt: skip


def values_of(actor: Actor, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Values]:
    """Return what was said of some assets themselves."""
    found = Asset.objects.filter(organization_id=actor.organization_id, pk__in=set(keys))
    return {key: (c, i, a) for key, c, i, a in found.values_list("pk", *DIMENSIONS)}


def needs_of(actor: Actor, asset: Asset) -> list[Dependency]:
    """Return what an asset needs."""
    found = Dependency.objects.filter(organization_id=actor.organization_id, asset=asset, needed__in=visible_to(actor))
    return list(found.select_related("needed").order_by("needed__name"))


def needed_by(actor: Actor, asset: Asset) -> list[Dependency]:
    """Return what needs an asset."""
    found = Dependency.objects.filter(organization_id=actor.organization_id, needed=asset, asset__in=visible_to(actor))
    return list(found.select_related("asset").order_by("asset__name"))


def flows(actor: Actor, asset: Asset) -> list[Flow]:
    """Return where each dimension of an asset's worth comes from."""
    with across_scopes(actor):
        lines = edges(actor)
        values = values_of(actor, {key for edge in lines for key in (edge.asset, edge.needed)} | {asset.pk})
    from_whom = sources(values, lines)[asset.pk]
    ways = [
        path(_flowing(lines, number), source, asset.pk) if source else [] for number, source in enumerate(from_whom)
    ]
    known = {each.pk: each for each in visible_to(actor).filter(pk__in={key for way in ways for key in way})}
    return [
        Flow(
            name,
            getattr(asset, name),
            getattr(asset, f"worth_{name}"),
            [known.get(key) for key in way],
        )
        for name, way in zip(DIMENSIONS, ways, strict=True)
    ]


def _flowing(lines: list[Edge[uuid.UUID]], dimension: int) -> list[Edge[uuid.UUID]]:
    return [edge for edge in lines if edge.flows[dimension]]


def choices(actor: Actor, without: Asset | None = None) -> list[tuple[Any, str]]:
    """Return the assets that can be chosen as what another one needs."""
    found = visible_to(actor).exclude(state=State.RETIRED).order_by("name", "number")
    found = found.exclude(pk=without.pk) if without else found
    return [(key, f"{name} · ASSET-{number}") for key, name, number in found.values_list("pk", "name", "number")]
