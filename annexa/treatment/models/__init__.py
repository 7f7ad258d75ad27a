from annexa.treatment.models.gap import Conformity, DocumentState, GapAssessment, GapDocument, GapEvidence, GapRating
from annexa.treatment.models.measure import Measure
from annexa.treatment.models.statement import Reason, Statement, StatementRow, Status

__all__ = [
    "Conformity",
    "DocumentState",
    "GapAssessment",
    "GapDocument",
    "GapEvidence",
    "GapRating",
    "Measure",
    "Reason",
    "Statement",
    "StatementRow",
    "Status",
]
