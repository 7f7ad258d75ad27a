"""Read the context."""

import uuid
from typing import TypeVar

from annexa.isms.models import ChosenProfile, ContextRow, InterestedParty, Issue, Obligation
from annexa.isms.profiles import Answers
from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope

Row = TypeVar("Row", bound=ContextRow)
KINDS: dict[str, type[ContextRow]] = {"issues": Issue, "parties": InterestedParty, "obligations": Obligation}


def chosen_profile(scope: Scope) -> ChosenProfile | None:
    """Return what the guided start of a scope chose, or None before it."""
    return ChosenProfile.objects.filter(organization_id=scope.organization_id, scope=scope).first()


def answers_for(scope: Scope) -> Answers | None:
    """Return the guided start's answers, or None before it."""
    chosen = chosen_profile(scope)
    return Answers(chosen.profile, chosen.size, tuple(chosen.protects)) if chosen else None


def rows(model: type[Row], scope: Scope) -> list[Row]:
    """Return the issues, parties or obligations of a scope."""
    return list(model._default_manager.filter(organization_id=scope.organization_id, scope=scope))


def row_for(actor: Actor, kind: str, row_id: uuid.UUID | str) -> ContextRow:
    """Return one row of the context; raises NotFound."""
    model = KINDS.get(kind)
    mine = {"organization_id": actor.organization_id, **actor.only_scope("scope_id")}
    found = model._default_manager.filter(pk=row_id, **mine).first() if model else None
    if found is None:
        raise NotFound("There is no such row.")
    return found


def obligations_by_control(scope: Scope) -> dict[str, list[Obligation]]:
    """Return the obligations that name each control or clause."""
    found: dict[str, list[Obligation]] = {}
    for obligation in rows(Obligation, scope):
        for ref in obligation.controls:
            found.setdefault(ref, []).append(obligation)
    return found
