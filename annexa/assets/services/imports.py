"""Bring in an inventory that was kept elsewhere, all of it or nothing."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.assets import checks
from annexa.assets.errors import GoesInACircle
from annexa.assets.flow import begin_with_own, settle
from annexa.assets.importers.asset_sheet import Line, Outcome
from annexa.assets.models import Asset, Dependency
from annexa.assets.queries import assets as queries
from annexa.assets.register import locked_inventory, next_number
from annexa.assets.worth import Edge, cycle
from annexa.lib import clock
from annexa.lib.database import bulk
from annexa.lib.errors import Conflict, UserError
from annexa.organizations import access
from annexa.organizations.permissions import Permission

AT_ONCE = 1000
MOST_REMEMBERED = 300  # headings


@access.command(Permission.ASSET_EDIT)
def import_assets(*, actor: access.Actor, outcome: Outcome, columns: Mapping[str, str] | None = None) -> dict[str, int]:
    """Apply a sheet that was read, all of it or nothing; returns counts of new and changed.

    `columns` (heading in lower case → field) is remembered for the next sheet.
    """
    if outcome.stops:
        raise UserError(_("Nothing was imported: some cells need another look first."))
    terms = locked_inventory(actor)
    known = _known(actor, outcome)
    rows = [known[line.key] if line.key else _new(actor, line) for line in outcome.lines]
    new = [(row, line) for row, line in zip(rows, outcome.lines, strict=True) if line.key is None]
    old = [(row, line) for row, line in zip(rows, outcome.lines, strict=True) if line.key is not None]
    _create(actor, new)
    changed = _update(old)
    linked = _link(actor, rows, outcome.lines)
    settle(actor, [*(row.pk for row, _line in new), *changed, *linked])
    if columns:
        kept = {**terms.columns, **columns}
        activity.change(terms, columns=dict(list(kept.items())[-MOST_REMEMBERED:]))
    return {"new": len(new), "changed": len(set(changed) | linked - {row.pk for row, _line in new})}


def _known(actor: access.Actor, outcome: Outcome) -> dict[Any, Asset]:
    keys = [line.key for line in outcome.lines if line.key is not None]
    found = queries.visible_to(actor).filter(pk__in=keys).select_for_update(of=("self",), no_key=True)
    known = {asset.pk: asset for asset in found}
    if len(known) < len(set(keys)):
        raise Conflict(_("The inventory changed meanwhile; look at the sheet again."), None, None)
    return known


def _new(actor: access.Actor, line: Line) -> Asset:
    values = {"scope_id": actor.scope_id, **line.values} if actor.scope_id else dict(line.values)
    values["extra"] = {key: value for key, value in values.get("extra", {}).items() if value is not None}
    return Asset(organization=actor.organization, **values)


def _create(actor: access.Actor, rows: list[tuple[Asset, Line]]) -> None:
    first = next_number(actor)
    for number, (asset, _line) in enumerate(rows, first):
        asset.number = number
        begin_with_own(asset)
    _check_own_ids(actor, [asset for asset, _line in rows])
    bulk.insert([asset for asset, _line in rows])
    for asset, line in rows:
        after = {name: checks.plain(value) for name, value in line.values.items()}
        activity.note(asset, after=after, reference=asset.reference, imported=True)


def _check_own_ids(actor: access.Actor, assets: list[Asset]) -> None:
    wanted = {asset.own_id for asset in assets if asset.own_id}
    with queries.across_scopes(actor):
        if Asset.objects.filter(organization=actor.organization, own_id__in=wanted).exists():
            raise Conflict(_("The inventory changed meanwhile; look at the sheet again."), None, None)


def _update(rows: list[tuple[Asset, Line]]) -> list[uuid.UUID]:
    behind, names = [], {"changed_at"}
    for asset, line in rows:
        before, after = {}, {}
        for name, value in line.values.items():
            old, new = getattr(asset, name), value
            if name == "extra":
                new = {key: each for key, each in {**old, **value}.items() if each is not None}
            if old != new:
                before[name], after[name] = checks.plain(old), checks.plain(new)
                setattr(asset, name, new)
        if after:
            asset.changed_at = clock.now()
            names |= set(after)
            behind.append(asset)
            activity.note(asset, before=before, after=after, imported=True)
    Asset.objects.bulk_update(behind, sorted(names), batch_size=AT_ONCE)
    return [asset.pk for asset in behind]


def _link(actor: access.Actor, rows: list[Asset], lines: list[Line]) -> set[uuid.UUID]:
    """Add the dependencies that the sheet names; those it does not name stay."""
    wanted = {
        (row.pk, rows[target].pk if place == "line" else target)
        for row, line in zip(rows, lines, strict=True)
        for place, target in line.needs
    }
    if not wanted:
        return set()
    with queries.across_scopes(actor):
        edges = queries.edges(actor)
        there = set(Dependency.objects.filter(organization=actor.organization).values_list("asset_id", "needed_id"))
    missing = sorted(wanted - there)
    _check_no_circle(actor, [*edges, *(Edge(*pair) for pair in missing)])
    bulk.insert([Dependency(organization=actor.organization, asset_id=a, needed_id=n) for a, n in missing])
    known = {each.pk: each for each in Asset.objects.filter(pk__in={key for pair in missing for key in pair})}
    for asset, needed in missing:
        activity.note(known[asset], needs=known[needed].reference, imported=True)
    return {key for pair in missing for key in pair}


def _check_no_circle(actor: access.Actor, edges: list[Edge[uuid.UUID]]) -> None:
    if circle := cycle(edges):
        names = dict(Asset.objects.filter(organization=actor.organization, pk__in=circle).values_list("pk", "name"))
        raise GoesInACircle([names.get(key, _("an asset of another scope")) for key in circle])
