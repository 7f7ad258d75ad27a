"""The inventory as a whole: locked while it changes, and the number of the next asset."""

from django.db.models import Max

from annexa.assets.models import Asset, Inventory
from annexa.assets.queries import assets as queries
from annexa.lib.database.locks import lock
from annexa.organizations import access


def locked_inventory(actor: access.Actor) -> Inventory:
    """Return the terms of the inventory, made when first needed; who changes the inventory waits for others."""
    terms, _made = Inventory.objects.get_or_create(organization=actor.organization)
    lock(terms)
    return terms


def next_number(actor: access.Actor) -> int:
    """Return the number of the next asset; the inventory is locked."""
    with queries.across_scopes(actor):
        last = Asset.objects.filter(organization=actor.organization).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1
