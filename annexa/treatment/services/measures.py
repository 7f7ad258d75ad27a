"""Keep a figure per day, for trends; called inside the commands that change what is measured."""

from django.db.models import Count, Q

from annexa.lib import clock
from annexa.treatment.models import Conformity, GapAssessment, GapRating, Measure, Statement, StatementRow, Status


def measure_gap(assessment: GapAssessment) -> None:
    """Store today's readiness of the scope."""
    ratings = GapRating.objects.filter(organization_id=assessment.organization_id, assessment=assessment)
    tally = ratings.exclude(conformity=Conformity.NOT_APPLICABLE).aggregate(
        count=Count("id", filter=Q(conformity=Conformity.CONFORMING)), total=Count("id")
    )
    _store(assessment, Measure.READY, tally)


def measure_statement(statement: Statement) -> None:
    """Store how many applicable controls are implemented today."""
    rows = StatementRow.objects.filter(organization_id=statement.organization_id, statement=statement, applicable=True)
    _store(
        statement,
        Measure.IMPLEMENTED,
        rows.aggregate(count=Count("id", filter=Q(status=Status.IMPLEMENTED)), total=Count("id")),
    )


def _store(of: GapAssessment | Statement, kind: str, tally: dict[str, int]) -> None:
    Measure.objects.update_or_create(
        organization_id=of.organization_id, scope_id=of.scope_id, kind=kind, on=clock.today(), defaults=tally
    )
