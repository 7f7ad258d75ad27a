"""Say what an asset needs."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.assets.errors import AssetRetired, GoesInACircle
from annexa.assets.flow import settle
from annexa.assets.models import Asset, Dependency
from annexa.assets.queries import assets as queries
from annexa.assets.register import locked_inventory
from annexa.assets.worth import DIMENSIONS, path
from annexa.lib.errors import NotFound, UserError
from annexa.organizations import access
from annexa.organizations.permissions import Permission


@access.command(Permission.ASSET_EDIT)
def link_assets(
    *, actor: access.Actor, asset: Asset, needed: Asset, flows: Mapping[str, bool] | None = None
) -> Dependency:
    """Say that an asset needs another, and which dimensions flow (all by default); a circle is refused with its path.

    Said again it changes what flows.
    """
    locked_inventory(actor)
    wanted = {name: bool((flows or {}).get(name, True)) for name in DIMENSIONS}
    if not any(wanted.values()):
        raise UserError(_("At least one of confidentiality, integrity and availability flows."), {"flows": _("Needed")})
    for each in (asset, needed):
        each.refresh_from_db()
        if each.is_retired:
            raise AssetRetired(each.name)
    _check_no_circle(actor, asset, needed)
    found = Dependency.objects.filter(organization=actor.organization, asset=asset, needed=needed).first()
    if found:
        activity.change(found, **wanted)
    else:
        found = Dependency.objects.create(organization=actor.organization, asset=asset, needed=needed, **wanted)
        activity.note(asset, needs=needed.reference, flows=[name for name in DIMENSIONS if wanted[name]])
    settle(actor, [asset.pk, needed.pk])
    return found


@access.command(Permission.ASSET_EDIT)
def unlink_assets(*, actor: access.Actor, asset: Asset, needed: Asset) -> None:
    """Say that an asset needs another no more."""
    locked_inventory(actor)
    found = Dependency.objects.filter(organization=actor.organization, asset=asset, needed=needed).first()
    if found is None:
        raise NotFound(_("There is no such link."))
    activity.note(asset, needs_no_more=needed.reference)
    found.delete()
    settle(actor, [asset.pk, needed.pk])


def _check_no_circle(actor: access.Actor, asset: Asset, needed: Asset) -> None:
    if asset.pk == needed.pk:
        raise GoesInACircle([asset.name, asset.name])
    with queries.across_scopes(actor):
        way = path(queries.edges(actor), needed.pk, asset.pk)
    if way:
        known = dict(queries.visible_to(actor).filter(pk__in=way).values_list("pk", "name"))
        elsewhere = _("an asset of another scope")
        raise GoesInACircle([asset.name, *(known.get(key, elsewhere) for key in way)])
