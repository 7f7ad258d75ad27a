"""Names of the things that trail entries are about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast

from annexa.assets.models import Asset
from annexa.catalog.models import Framework, Requirement
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.risks.models import Risk
from annexa.tasks.models import Task
from annexa.treatment.models import Action, GapAssessment, GapRating, Statement, StatementRow
from annexa.webhooks.models import Endpoint


@dataclass(frozen=True)
class Kind:
    """How things of a kind are named: from two of their fields, and the page they are on."""

    model: type[models.Model]
    page: str
    first: str
    second: str = ""
    name: Callable[[str, str], str] = lambda first, second: f"{first} {second}".strip()


def _statement(number: str, state: str) -> str:
    return str(Statement(number=number, state=state))  # type: ignore[misc]


KINDS = {
    "assets.asset": Kind(Asset, "assets:index", "name"),
    "catalog.framework": Kind(Framework, "catalog:index", "title"),
    "catalog.requirement": Kind(Requirement, "catalog:controls", "ref", "title"),
    "organizations.scope": Kind(Scope, "context:index", "name"),
    "risks.risk": Kind(Risk, "risks:index", "number", "title", lambda number, title: f"RISK-{number} {title}"),
    "tasks.task": Kind(Task, "tasks:index", "title"),
    "treatment.action": Kind(Action, "plan:index", "number", "title", lambda number, title: f"ACTION-{number} {title}"),
    "treatment.gapassessment": Kind(GapAssessment, "gap:index", "title"),
    "treatment.gaprating": Kind(GapRating, "gap:index", "requirement__ref", "requirement__title"),
    "treatment.statement": Kind(Statement, "soa:index", "number", "state", _statement),
    "treatment.statementrow": Kind(StatementRow, "soa:index", "requirement__ref", "requirement__title"),
    "webhooks.endpoint": Kind(Endpoint, "webhooks:index", "url"),
}


def names(actor: Actor, found: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return name and page of each (type, id) in one query; what is gone is left out."""
    wanted: dict[str, set[str]] = {}
    for kind, key in found:
        if kind in KINDS:
            wanted.setdefault(kind, set()).add(key)
    if not wanted:
        return {}
    first, *rest = (_rows(actor, kind, keys) for kind, keys in wanted.items())
    return {
        (kind, key): (KINDS[kind].name(one, two), KINDS[kind].page)
        for kind, key, one, two in first.union(*rest, all=True)
    }


def _rows(actor: Actor, kind: str, keys: set[str]) -> "models.QuerySet[models.Model, tuple[str, str, str, str]]":
    named = KINDS[kind]
    text = CharField()
    return named.model._default_manager.filter(organization_id=actor.organization_id, pk__in=keys).values_list(
        Value(kind, output_field=text),
        Cast("pk", text),
        Cast(F(named.first), text),
        Cast(F(named.second), text) if named.second else Value("", output_field=text),
    )
