"""What is read of risks and decided about them."""

from django.http import HttpResponse
from ninja import Router, Status

from annexa.api.access import Request, reads
from annexa.api.fields import Word
from annexa.api.parts.risks.access import controls_of, terms_of
from annexa.api.parts.risks.schemas import DecisionIn, DecisionOut, ReadingIn, ReadingOut, show_reading, show_whole
from annexa.organizations.permissions import Permission
from annexa.risks.queries import risks as queries
from annexa.risks.services import risks as services
from annexa.risks.terms import DIMENSIONS
from annexa.treatment.services import risks as treatment

router = Router(tags=["Risks"])


@router.get("{risk_id}/readings", response=list[ReadingOut])
@reads(Permission.RISK_READ)
def list_readings(request: Request, risk_id: Word) -> list[ReadingOut]:
    """List what was read of a risk, oldest first."""
    return [show_reading(each) for each in queries.readings(queries.risk_for(request.actor, risk_id))]


@router.post("{risk_id}/readings", response={201: ReadingOut})
@reads(Permission.RISK_ASSESS_OWN)
def assess_risk(request: Request, response: HttpResponse, risk_id: Word, payload: ReadingIn) -> Status[ReadingOut]:
    """Add a reading under the method in force; nothing is overwritten."""
    given = payload.model_dump()
    impacts = {name: given.pop(name) for name in DIMENSIONS}
    found = queries.risk_for(request.actor, risk_id)
    made = services.assess_risk(actor=request.actor, risk=found, impacts=impacts, **given)
    return Status(201, show_reading(made))


@router.post("{risk_id}/decision", response=DecisionOut)
@reads(Permission.RISK_ASSESS_OWN)
def decide_risk(request: Request, risk_id: Word, payload: DecisionIn) -> DecisionOut:
    """Decide what is done about a risk; controls it needs become necessary in the draft statement."""
    found = queries.risk_for(request.actor, risk_id)
    taken = treatment.treat_risk(
        actor=request.actor,
        risk=found,
        decision="" if payload.decision == "undecided" else payload.decision,
        note=payload.note,
        existing=controls_of(request, payload.existing, "existing"),
        treating=controls_of(request, payload.treating, "treating"),
    )
    whole = show_whole(queries.risk_for(request.actor, found.pk), terms_of(request))
    return DecisionOut(risk=whole, taken_up=taken)
