"""Harbour Cloud's inventory: begun in spring, completed before the second assessment, looked at again since."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from annexa.assets.models import Asset
from annexa.assets.services import assets, dependencies, terms
from annexa.assets.worth import DIMENSIONS
from annexa.lib import clock
from annexa.organizations.access import Actor

if TYPE_CHECKING:
    from annexa.cli.demo.story import Month

BEGUN, COMPLETED, REVIEWED = 10, 5, 1
LATE = ("gates", "phones", "old-crm")


@cache
def data() -> dict[str, Any]:
    """Return the inventory's lines."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("inventory.yaml").read_text())
    return found


def tell(month: "Month") -> None:
    """Live through one month."""
    if month.months_ago == BEGUN:
        with month.day(4):
            terms.describe_inventory(actor=month.cast["mara"], fields=[{"label": "Cost centre", "kind": "number"}])
        with month.day(6):
            _write_down(month, data()["first"])
    if month.months_ago == COMPLETED:
        with month.day(8):
            _write_down(month, [key for key in data()["assets"] if key not in data()["first"]])
    if month.months_ago == REVIEWED:
        with month.day(12):
            _look_again(month)


def _write_down(month: "Month", keys: list[str]) -> None:
    """Add assets in an order in which what is needed may come later, then link what is there."""
    mara = month.cast["mara"]
    for key in keys:
        name, kind, owner, *worth, classification, _needs = data()["assets"][key][:8]
        further = dict(data()["assets"][key][8]) if len(data()["assets"][key]) > 8 else {}
        values = {name: value or None for name, value in zip(DIMENSIONS, worth, strict=True)}
        responsible = month.cast[owner].membership if owner else None
        due = clock.today() + timedelta(days=120 if key in LATE else 365)
        assets.add_asset(
            actor=mara, name=name, kind=kind, owner=responsible, classification=classification, review_due=due,
            **values, **further,
        )  # fmt: skip
    known = by_key(mara)
    for key in data()["assets"]:
        for needed in data()["assets"][key][7]:
            if key in known and needed in known and (key in keys or needed in keys):
                dependencies.link_assets(actor=mara, asset=known[key], needed=known[needed])


def _look_again(month: "Month") -> None:
    mara, known = month.cast["mara"], by_key(month.cast["mara"])
    assets.retire_asset(actor=mara, asset=known["old-crm"], reason="Moved into the support console and wiped.")
    for key in ("tickets", "orders", "database", "cloud", "keys"):
        next_review = clock.today() + timedelta(days=365)
        assets.review_asset(actor=mara, asset=known[key], next_review=next_review)


def by_key(actor: Actor) -> dict[str, Asset]:
    """Return the assets that were written down so far, by their key in the file."""
    by_name = {asset.name: asset for asset in Asset.objects.filter(organization=actor.organization)}
    return {key: by_name[line[0]] for key, line in data()["assets"].items() if line[0] in by_name}
