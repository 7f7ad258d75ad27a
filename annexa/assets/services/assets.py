"""Keep the inventory: add, change, review and retire assets."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.assets import checks
from annexa.assets.errors import AssetRetired
from annexa.assets.flow import begin_with_own, settle
from annexa.assets.models import Asset, State
from annexa.assets.register import locked_inventory, next_number
from annexa.lib import clock
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError, about
from annexa.organizations import access
from annexa.organizations.permissions import Permission

OWNERS_MAY = {"description", "location", "tags", "recovery_time", "recovery_point", "custodian"}


@access.command(Permission.ASSET_EDIT)
def add_asset(*, actor: access.Actor, **values: Any) -> Asset:
    """Add an asset with the fields of `checks.FIELDS`; it gets the next reference."""
    terms = locked_inventory(actor)
    clean = checks.fields(actor, terms, values, whole=True)
    checks.own_id_is_free(actor, clean["own_id"])
    asset = Asset(organization=actor.organization, number=next_number(actor), **clean)
    begin_with_own(asset)
    asset.save(force_insert=True)
    given = {name: value for name, value in clean.items() if name in values}
    activity.note(asset, after={name: checks.plain(value) for name, value in given.items()}, reference=asset.reference)
    settle(actor, [asset.pk])
    asset.refresh_from_db()
    return asset


@access.command(Permission.ASSET_EDIT_OWN)
def change_asset(*, actor: access.Actor, asset: Asset, **values: Any) -> None:
    """Change fields of an asset; its owner alone may change those of OWNERS_MAY."""
    change_assets(actor=actor, assets=[asset], values=values)
    asset.refresh_from_db()


@access.command(Permission.ASSET_EDIT_OWN)
def change_assets(*, actor: access.Actor, assets: Iterable[Asset], values: Mapping[str, Any]) -> int:
    """Change the same fields of many assets, all or none; returns how many differed."""
    terms = locked_inventory(actor)
    changed = []
    for asset in assets:
        with about(asset.pk):
            lock(asset)
            _check_may_change(actor, asset, values)
            clean = checks.fields(actor, terms, values, before=asset)
            if clean.get("own_id", asset.own_id) != asset.own_id:
                checks.own_id_is_free(actor, clean["own_id"])
            if activity.change(asset, **clean):
                changed.append(asset.pk)
    settle(actor, changed)
    return len(changed)


@access.command(Permission.ASSET_EDIT_OWN)
def review_asset(*, actor: access.Actor, asset: Asset, next_review: date | None) -> None:
    """Say that an asset's entry was looked at and is right, and when to look again."""
    lock(asset)
    _check_may_change(actor, asset, {})
    if asset.is_retired:
        raise AssetRetired(asset.name)
    if next_review is not None and next_review <= clock.today():
        raise UserError(_("Choose a day that is still to come."), {"next_review": _("In the future")})
    activity.change(asset, reviewed_on=clock.today(), review_due=next_review)


@access.command(Permission.ASSET_EDIT)
def retire_asset(*, actor: access.Actor, asset: Asset, reason: str = "") -> None:
    """Take an asset out of use; it stays on record, and passes no value on any more."""
    lock(asset)
    if activity.change(asset, state=State.RETIRED, review_due=None):
        if reason.strip():
            activity.note(asset, reason=reason.strip()[:2000])
        settle(actor, [asset.pk])


@access.command(Permission.ASSET_EDIT)
def restore_asset(*, actor: access.Actor, asset: Asset) -> None:
    """Put a retired asset back in use."""
    lock(asset)
    if activity.change(asset, state=State.IN_USE):
        settle(actor, [asset.pk])


def _check_may_change(actor: access.Actor, asset: Asset, values: Mapping[str, Any]) -> None:
    if actor.can(Permission.ASSET_EDIT):
        return
    if not actor.owns(asset):
        raise NotAllowed(_("You can change only the assets you own."))
    if set(values) - OWNERS_MAY:
        raise NotAllowed(_("An owner keeps the description up to date; the ISMS manager changes the rest."))
