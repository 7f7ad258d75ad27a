from annexa.records.models.export import Export
from annexa.records.models.retention import Disposal, Hold, Rule, Tombstone

__all__ = ["Disposal", "Export", "Hold", "Rule", "Tombstone"]
