"""What the page of one risk shows of its plan and of who signed for it."""

from typing import Any

from annexa.lib import clock, months
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import NAMES, Role
from annexa.risks.models import Risk
from annexa.risks.terms import Terms
from annexa.treatment.errors import lacks
from annexa.treatment.models import Acceptance
from annexa.treatment.queries import acceptance, plan
from annexa.treatment.words import because
from annexa.web.request import Request
from annexa.web.risks.forms import SignForm, WithdrawForm
from annexa.web.risks.marks import level_mark


def context_of(request: Request, risk: Risk, terms: Terms | None) -> dict[str, Any]:
    """Return what the page of one risk shows of its plan and its signatures."""
    actor, kept = request.actor, acceptance.signed(request.actor, risk)
    actions, found = plan.of_risk(actor, risk), acceptance.standing(actor, risk, kept)
    capacities = acceptance.places(actor, found) if risk.is_open else []
    residual = found.figures["residual"] if found.figures else None
    return {
        "standing": found,
        "plan": actions,
        "expected": plan.expected_score(risk, actions),
        "residual": level_mark(terms, residual["score"], word=True) if residual else "",
        "lacking": [lacks(each) for each in found.lacking],
        "awaited": [_awaited(found, each) for each in found.awaited] if not found.lacking else [],
        "signatures": [(each.acceptance, because(each.reasons)) for each in found.signatures.values()],
        "earlier": [(each, because(each.ended_because)) for each in kept if each.ended_at],
        "signing": _sign_form(found) if capacities and not found.lacking else None,
        "withdrawing": WithdrawForm() if _may_withdraw(request, found) else None,
    }


def _sign_form(found: acceptance.Standing) -> SignForm:
    latest = months.after(clock.today(), found.level.accepted_months) if found.level else clock.today()
    return SignForm(initial={"seen": found.seen, "valid_until": latest})


def _may_withdraw(request: Request, found: acceptance.Standing) -> bool:
    mine = any(each.acceptance.by == request.actor.membership for each in found.signatures.values())
    return bool(found.signatures) and (mine or request.actor.can(Permission.RISK_EDIT))


def _awaited(found: acceptance.Standing, capacity: str) -> str:
    return str(found.risk.owner) if capacity == Acceptance.Capacity.OWNER else str(NAMES[Role(found.role)])
