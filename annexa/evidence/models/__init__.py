from annexa.evidence.models.evidence import Edition, Evidence, EvidenceControl, EvidenceRisk
from annexa.evidence.models.finding import Finding, FindingStep, Scan, Severity
from annexa.evidence.models.request import EvidenceRequest

__all__ = [
    "Edition",
    "Evidence",
    "EvidenceControl",
    "EvidenceRequest",
    "EvidenceRisk",
    "Finding",
    "FindingStep",
    "Scan",
    "Severity",
]
