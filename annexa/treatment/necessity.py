"""Carry what risk treatment needs into the working draft of the statement (6.1.3 b to d); called inside commands.

A control that treats a risk to be mitigated applies, with risk as a reason. Approved versions never change, and one in
review waits for its approver. What no risk needs any more is left to a person: the draft says so.
"""

from annexa.activity import services as activity
from annexa.organizations import access
from annexa.organizations.models import Scope
from annexa.treatment.models import Reason, Statement, StatementRow
from annexa.treatment.queries import necessary
from annexa.treatment.services.measures import measure_statement


def carry_into_draft(actor: access.Actor, scope: Scope) -> list[str]:
    """Make the controls that treated risks need applicable in the scope's draft; returns which it changed."""
    mine = Statement.objects.filter(organization=actor.organization, scope=scope, state=Statement.State.DRAFT)
    draft = mine.select_for_update(of=("self",)).defer("content").first()
    if draft is None:
        return []
    needed = necessary.controls(actor, scope)
    rows = StatementRow.objects.filter(organization=actor.organization, statement=draft, requirement__in=needed)
    changed = []
    for row in rows.select_related("requirement").select_for_update(of=("self",)):
        reasons = sorted({*row.reasons, Reason.RISK.value})
        if activity.change(row, applicable=True, reasons=reasons, from_profile=False):
            changed.append(row.requirement.ref)
    if changed:
        measure_statement(draft)
    return changed
