"""What people declare and what is observed disagree: one task each, until they agree."""

import uuid
from datetime import timedelta

from django.utils.translation import gettext as _

from annexa.evidence.queries import status
from annexa.lib import clock
from annexa.organizations import access
from annexa.organizations import queries as organizations
from annexa.organizations.models import Scope
from annexa.organizations.permissions import Permission
from annexa.tasks import services as tasks
from annexa.tasks.models import Task
from annexa.treatment.models import StatementRow, Status
from annexa.treatment.queries import statements

SOURCE = "contradiction"  # of the task of a control in a scope
TIME = timedelta(days=14)


@access.command(Permission.EVIDENCE_EDIT)
def follow_contradictions(*, actor: access.Actor) -> int:
    """Give one task for each control that is declared implemented and contradicted; returns how many are.

    The task goes to the control's owner, and ends by itself when nothing contradicts any more. One that somebody
    finishes before is opened again after two weeks.
    """
    found = 0
    for scope in organizations.scopes(actor):
        statement = statements.current(actor, scope)
        if statement is not None:
            rows = list(statements.rows(statement).filter(status=Status.IMPLEMENTED).exclude(applicable=False))
            found += _follow(actor, scope, rows)
    return found


def _follow(actor: access.Actor, scope: Scope, rows: list[StatementRow]) -> int:
    lights = status.lights(actor, {row.requirement_id: row.requirement.ref for row in rows})
    against = {
        uuid.uuid5(scope.pk, str(row.requirement_id)): row
        for row in rows
        if lights[row.requirement_id].state == "contradicted"
    }
    mine = Task.objects.filter(organization=actor.organization, scope=scope, source_kind=SOURCE)
    waiting = {task.source_id for task in mine.filter(state=Task.State.OPEN) if task.source_id}
    lately = mine.filter(state=Task.State.DONE, done_at__gt=clock.now() - TIME)
    rest = waiting | set(lately.values_list("source_id", flat=True))
    for key in waiting - set(against):
        _task(actor, scope, key, None)
    for key in set(against) - rest:
        _task(actor, scope, key, against[key])
    return len(against)


def _task(actor: access.Actor, scope: Scope, key: uuid.UUID, row: StatementRow | None) -> None:
    title = ""
    if row is not None:
        said = _("%(ref)s is declared implemented, and overdue findings say otherwise")
        title = said % {"ref": row.requirement.ref}
    tasks.follow_source(
        actor=actor,
        kind=SOURCE,
        source_id=key,
        scope_id=scope.pk,
        reference=row.requirement.ref if row else "",
        title=title,
        owner=row.owner if row else None,
        due=clock.today() + TIME if row else None,
        again=True,
    )
