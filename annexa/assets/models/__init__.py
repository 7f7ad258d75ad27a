from annexa.assets.models.asset import Asset, Dependency, Kind, State, Value
from annexa.assets.models.inventory import Inventory

__all__ = ["Asset", "Dependency", "Inventory", "Kind", "State", "Value"]
