from annexa.risks.models.method import Method
from annexa.risks.models.numbers import Estimate, Simulation
from annexa.risks.models.register import RegisterTerms
from annexa.risks.models.risk import Decision, Knowledge, Nature, Reading, Risk, RiskAsset, RiskControl, Stage

__all__ = [
    "Decision",
    "Estimate",
    "Knowledge",
    "Method",
    "Nature",
    "Reading",
    "RegisterTerms",
    "Risk",
    "RiskAsset",
    "RiskControl",
    "Simulation",
    "Stage",
]
