from annexa.treatment.models.gap import Conformity, DocumentState, GapAssessment, GapDocument, GapEvidence, GapRating
from annexa.treatment.models.measure import Measure
from annexa.treatment.models.plan import Acceptance, Action, ActionControl, ActionRisk
from annexa.treatment.models.statement import Reason, Statement, StatementRow, Status

__all__ = [
    "Acceptance",
    "Action",
    "ActionControl",
    "ActionRisk",
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
