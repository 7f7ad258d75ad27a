from annexa.records.models.export import Export

__all__ = ["Export"]
