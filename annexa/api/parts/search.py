"""Search everything the token's member may see."""

from collections.abc import Iterator
from typing import Literal

from ninja import Field, Query, Router

from annexa.api.access import Request
from annexa.api.fields import Line
from annexa.api.schema import Schema
from annexa.catalog import queries as catalog
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.permissions import Permission
from annexa.tasks import queries as tasks
from annexa.treatment.queries import gap, statements
from annexa.ui import sources

router = Router(tags=["Search"])
MOST = 20
Kind = Literal["requirement", "task", "member", "assessment", "statement"]


class Hit(Schema):
    """One thing found, and the operation that reads it."""

    kind: Kind
    title: str
    note: str
    href: str


class Wanted(Schema):
    """What to look for."""

    q: Line = Field(min_length=1, max_length=100, description="Every word must occur.")


@router.get("", response=list[Hit])
def search(request: Request, wanted: Query[Wanted]) -> list[Hit]:
    """Find requirements, controls, tasks, people, assessments and statements; every token may ask."""
    actor, text = request.actor, wanted.q.strip()
    return [hit for find in FINDERS for hit in find(actor, text)] if text else []


def _requirements(actor: Actor, text: str) -> Iterator[Hit]:
    if actor.can(Permission.CATALOG_READ):
        for row in catalog.named(actor, text, MOST):
            href = f"/api/v1/frameworks/{row.framework.slug}/requirements/{row.ref}"
            yield Hit(kind="requirement", title=str(row), note=row.framework.title, href=href)


def _tasks(actor: Actor, text: str) -> Iterator[Hit]:
    if actor.can(Permission.TASK_WORK):
        for task in tasks.narrowed(actor, text=text).order_by("-state", "due", "pk")[:MOST]:
            yield Hit(kind="task", title=task.title, note=task.state, href=f"/api/v1/tasks/{task.pk}")


def _people(actor: Actor, text: str) -> Iterator[Hit]:
    if actor.can(Permission.MEMBERS_READ):
        for each in sources.search(organizations.members(actor), text, ("person__name", "person__email"))[:MOST]:
            yield Hit(kind="member", title=str(each), note=each.person.email, href=f"/api/v1/members/{each.pk}")


def _rounds(actor: Actor, text: str) -> Iterator[Hit]:
    found = gap.newest(actor, organizations.scopes(actor), MOST) if actor.can(Permission.GAP_READ) else []
    for each in sources.search(found, text, ("title", "scope__name")):
        href = f"/api/v1/gap/assessments/{each.number}?scope={each.scope.slug}"
        yield Hit(kind="assessment", title=each.title, note=each.scope.name, href=href)


def _statements(actor: Actor, text: str) -> Iterator[Hit]:
    found = statements.newest(actor, organizations.scopes(actor), MOST) if actor.can(Permission.SOA_READ) else []
    for each in sources.search(found, text, ("__str__", "scope__name")):
        href = f"/api/v1/soa/statements/{each.number}?scope={each.scope.slug}"
        yield Hit(kind="statement", title=str(each), note=each.scope.name, href=href)


FINDERS = (_requirements, _tasks, _people, _rounds, _statements)
