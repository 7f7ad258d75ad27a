"""The assessment that an address names."""

from annexa.api.access import Request, scope_of
from annexa.api.fields import OfScope
from annexa.treatment.models import GapAssessment
from annexa.treatment.queries import gap as queries


def assessment_of(request: Request, of: OfScope, number: int) -> GapAssessment:
    """Return the assessment of a number in a scope; 0 is the newest. Raises NotFound."""
    return queries.assessment_for(request.actor, scope_of(request, of.scope), number or None)
