"""Bring in a register, and let the statement follow."""

from collections.abc import Mapping

from annexa.organizations import access
from annexa.organizations.models import Scope
from annexa.organizations.permissions import Permission
from annexa.risks.bringing_in import bring_in
from annexa.risks.importers.risk_sheet import Outcome
from annexa.treatment.necessity import carry_into_draft


@access.command(Permission.RISK_EDIT)
def import_risks(
    *, actor: access.Actor, scope: Scope, outcome: Outcome, columns: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Apply a sheet that was read to the register of a scope, all of it or nothing; returns counts of new and changed.

    What mitigated risks need becomes necessary in the working draft, as when somebody decides on a page.
    """
    counts = bring_in(actor, scope, outcome, columns)
    carry_into_draft(actor, scope)
    return counts
