from annexa.evidence.models.check import CheckControl, CheckExclusion, CheckResult, ControlCheck
from annexa.evidence.models.evidence import Edition, Evidence, EvidenceControl, EvidenceRisk
from annexa.evidence.models.finding import Finding, FindingStep, Scan, Severity
from annexa.evidence.models.request import EvidenceRequest

__all__ = [
    "CheckControl",
    "CheckExclusion",
    "CheckResult",
    "ControlCheck",
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
