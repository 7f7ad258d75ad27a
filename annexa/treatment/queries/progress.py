"""How far a scope has come on the way to the certificate."""

from annexa.isms import queries as isms
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.treatment.models import Conformity, GapRating, Statement


def done(actor: Actor, scope: Scope) -> set[str]:
    """Return the ids of the checklist's steps that are done: scope described, all rated once, a statement approved."""
    found = set()
    if scope.statement.strip() and isms.chosen_profile(scope):
        found.add("scope")
    rated = GapRating.objects.filter(organization_id=actor.organization_id, assessment__scope=scope)
    if rated.exists() and not rated.filter(conformity=Conformity.NOT_ASSESSED, assessment__closed_at=None).exists():
        found.add("gap")
    approved = Statement.objects.filter(
        organization_id=actor.organization_id, scope=scope, state=Statement.State.APPROVED
    )
    if approved.exists():
        found.add("soa")
    return found


def has_begun(actor: Actor, scope: Scope) -> bool:
    """Whether there is enough to fill a home page: an assessment or a statement."""
    rated = GapRating.objects.filter(organization_id=actor.organization_id, assessment__scope=scope)
    return rated.exclude(conformity=Conformity.NOT_ASSESSED).exists()
