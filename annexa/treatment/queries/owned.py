"""What a member still answers for: tasks, actions of gap assessments and of the plan, controls, assets, risks."""

from django.db.models import QuerySet

from annexa.assets.models import Asset, State
from annexa.organizations.access import Actor
from annexa.organizations.models import Membership
from annexa.risks.models import Risk
from annexa.tasks.models import Task
from annexa.treatment.models import Action, GapRating, Statement, StatementRow


def tasks(actor: Actor, membership: Membership) -> QuerySet[Task]:
    """Return the member's open tasks."""
    return Task.objects.filter(organization_id=actor.organization_id, owner=membership, state=Task.State.OPEN)


def ratings(actor: Actor, membership: Membership) -> QuerySet[GapRating]:
    """Return what the member owns in gap assessments that are not closed."""
    found = GapRating.objects.filter(organization_id=actor.organization_id, owner=membership)
    return found.filter(assessment__closed_at=None).select_related("assessment")


def controls(actor: Actor, membership: Membership) -> QuerySet[StatementRow]:
    """Return the member's controls in drafts; a statement in review or approved stays as it was sent."""
    found = StatementRow.objects.filter(organization_id=actor.organization_id, owner=membership)
    return found.filter(statement__state=Statement.State.DRAFT).select_related("statement")


def assets(actor: Actor, membership: Membership) -> QuerySet[Asset]:
    """Return the assets that the member answers for."""
    found = Asset.objects.filter(organization_id=actor.organization_id, owner=membership)
    return found.exclude(state=State.RETIRED)


def risks(actor: Actor, membership: Membership) -> QuerySet[Risk]:
    """Return the member's open risks."""
    return Risk.objects.filter(organization_id=actor.organization_id, owner=membership, closed_at=None)


def actions(actor: Actor, membership: Membership) -> QuerySet[Action]:
    """Return the member's open actions of the treatment plan."""
    return Action.objects.filter(organization_id=actor.organization_id, owner=membership, ended_at=None)
