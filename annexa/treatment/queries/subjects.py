"""Names of the things that trail entries are about."""

from collections.abc import Callable, Iterable
from typing import Any

from annexa.catalog.models import Framework, Requirement
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.tasks.models import Task
from annexa.treatment.models import GapAssessment, GapRating, Statement, StatementRow

Row = Any
# subject type → (how to fetch, how to name, the page it is on)
KINDS: dict[str, tuple[Callable[[], Any], Callable[[Row], str], str]] = {
    "catalog.framework": (lambda: Framework.objects.all(), str, "catalog:index"),
    "catalog.requirement": (lambda: Requirement.objects.all(), str, "catalog:controls"),
    "organizations.scope": (lambda: Scope.objects.all(), str, "context:index"),
    "tasks.task": (lambda: Task.objects.all(), str, "tasks:index"),
    "treatment.gapassessment": (lambda: GapAssessment.objects.all(), str, "gap:index"),
    "treatment.gaprating": (
        lambda: GapRating.objects.select_related("requirement"),
        lambda row: str(row.requirement),
        "gap:index",
    ),
    "treatment.statement": (lambda: Statement.objects.defer("content"), str, "soa:index"),
    "treatment.statementrow": (
        lambda: StatementRow.objects.select_related("requirement"),
        lambda row: str(row.requirement),
        "soa:index",
    ),
}


def names(actor: Actor, found: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return name and page of each (type, id); one query per type, what is gone left out."""
    wanted: dict[str, set[str]] = {}
    for kind, key in found:
        if kind in KINDS:
            wanted.setdefault(kind, set()).add(key)
    named = {}
    for kind, keys in wanted.items():
        fetch, name, page = KINDS[kind]
        for row in fetch().filter(organization_id=actor.organization_id, pk__in=keys):
            named[kind, str(row.pk)] = (name(row), page)
    return named
