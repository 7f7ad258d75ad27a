"""Decide on risks, and let the statement follow."""

from collections.abc import Sequence

from annexa.catalog.models import Requirement
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.risks.models import Risk
from annexa.risks.services import risks
from annexa.treatment.necessity import carry_into_draft


@access.command(Permission.RISK_ASSESS_OWN)
def treat_risk(
    *,
    actor: access.Actor,
    risk: Risk,
    decision: str,
    note: str = "",
    existing: Sequence[Requirement] | None = None,
    treating: Sequence[Requirement] | None = None,
) -> list[str]:
    """Decide what is done about a risk and by which controls; returns which controls the draft statement took up.

    What a mitigated risk needs becomes necessary in the working draft with reason *risk*; approved versions stay.
    """
    risks.decide_risk(
        actor=actor, risk=risk, decision=decision, note=note, existing=existing, treating=treating
    )  # fmt: skip
    return carry_into_draft(actor, risk.scope)
