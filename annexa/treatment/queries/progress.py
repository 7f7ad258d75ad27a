"""How far a scope has come on the way to the certificate."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from annexa.isms.models import ChosenProfile
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.treatment.models import Conformity, GapRating, Statement


@dataclass(frozen=True)
class Standing:
    """The ids of the checklist's steps that are done, and whether there is enough to fill a home page."""

    done: frozenset[str]
    has_begun: bool


def standing(actor: Actor, scope: Scope) -> Standing:
    """Return where a scope stands, in one query.

    Done is: the scope described with its profile; everything rated once; a statement approved.
    """
    mine = {"organization_id": actor.organization_id}
    ratings = GapRating.objects.filter(assessment__scope=OuterRef("pk"), **mine)
    unrated = ratings.filter(conformity=Conformity.NOT_ASSESSED)
    approved = Statement.objects.filter(scope=OuterRef("pk"), state=Statement.State.APPROVED, **mine)
    found = (
        Scope.objects.filter(pk=scope.pk, **mine)
        .values(
            profile=Exists(ChosenProfile.objects.filter(scope=OuterRef("pk"), **mine)),
            assessed=Exists(ratings),
            unrated=Exists(unrated.filter(assessment__closed_at=None)),
            rated=Exists(ratings.exclude(conformity=Conformity.NOT_ASSESSED)),
            approved=Exists(approved),
        )
        .get()
    )
    steps = {
        "scope": bool(scope.statement.strip()) and found["profile"],
        "gap": found["assessed"] and not found["unrated"],
        "soa": found["approved"],
    }
    return Standing(frozenset(step for step, is_done in steps.items() if is_done), found["rated"] or found["approved"])
