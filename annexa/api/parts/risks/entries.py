"""Risks, one by one: list, add, read, change, close."""

from django.http import HttpResponse
from ninja import Query, Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads, scope_of
from annexa.api.fields import OfScope, Word, whole
from annexa.api.paging import Page, Paging, page
from annexa.api.parts.risks.access import terms_of, values_of
from annexa.api.parts.risks.schemas import (
    Closing,
    RiskChange,
    RiskFilters,
    RiskIn,
    RiskOut,
    RiskWhole,
    show,
    show_whole,
)
from annexa.organizations.permissions import Permission
from annexa.risks.models import Risk
from annexa.risks.queries import risks as queries
from annexa.risks.services import risks as services

router = Router(tags=["Risks"])
SORTS = {
    "number": "number", "title": "title", "inherent": "inherent_score", "current": "current_score",
    "target": "target_score", "review_due": "review_due", "changed": "changed_at",
}  # fmt: skip
NULLABLE = ("owner", "review_due")


@router.get("", response=Page[RiskOut])
@reads(Permission.RISK_READ)
def list_risks(request: Request, filters: Query[RiskFilters], paging: Query[Paging]) -> dict[str, object]:
    """List the register of a scope, highest current score first."""
    terms, asked = terms_of(request), filters.model_dump()
    scope, text = scope_of(request, asked.pop("scope")), asked.pop("q")
    above = terms.appetite if asked.pop("above_appetite") and terms else None
    rows = queries.narrowed(request.actor, scope, text=text, above=above, **asked).select_related("owner__person")
    return page(rows, paging, SORTS, "-current", lambda risk: show(risk, terms))


@router.post("", response={201: RiskWhole})
@reads(Permission.RISK_EDIT)
def add_risk(request: Request, response: HttpResponse, of: Query[OfScope], payload: RiskIn) -> Status[RiskWhole]:
    """Add a risk to the register of a scope."""
    values = values_of(request, payload.model_dump(exclude_unset=True))
    made = services.add_risk(actor=request.actor, scope=scope_of(request, of.scope), **values)
    response["Location"] = f"/api/v1/risks/{made.pk}"
    return Status(201, etags.tagged(response, show_whole(made, terms_of(request))))


@router.get("{risk_id}", response=RiskWhole)
@reads(Permission.RISK_READ)
def read_risk(request: Request, response: HttpResponse, risk_id: Word) -> RiskWhole:
    """Read one risk, by its id or its reference."""
    return etags.tagged(response, show_whole(queries.risk_for(request.actor, risk_id), terms_of(request)))


@router.patch("{risk_id}", response=RiskWhole)
@reads(Permission.RISK_EDIT)
def change_risk(request: Request, response: HttpResponse, risk_id: Word, payload: RiskChange) -> RiskWhole:
    """Change the words of a risk, its owner or its assets."""
    key, terms = queries.risk_for(request.actor, risk_id).pk, terms_of(request)

    def read() -> Risk:
        return queries.risk_for(request.actor, key)

    found = etags.current(request, Risk, key, read, lambda risk: show_whole(risk, terms), payload)
    services.change_risk(actor=request.actor, risk=found, **values_of(request, whole(payload, *NULLABLE)))
    return etags.tagged(response, show_whole(read(), terms))


@router.post("{risk_id}/copy", response={201: RiskWhole})
@reads(Permission.RISK_EDIT)
def duplicate_risk(request: Request, response: HttpResponse, risk_id: Word) -> Status[RiskWhole]:
    """Add a copy without readings and decision."""
    made = services.duplicate_risk(actor=request.actor, risk=queries.risk_for(request.actor, risk_id))
    response["Location"] = f"/api/v1/risks/{made.pk}"
    return Status(201, etags.tagged(response, show_whole(made, terms_of(request))))


@router.post("{risk_id}/close", response=RiskWhole)
@reads(Permission.RISK_EDIT)
def close_risk(request: Request, risk_id: Word, payload: Closing) -> RiskWhole:
    """Close a risk that cannot happen any more; it stays on record."""
    found = queries.risk_for(request.actor, risk_id)
    services.close_risk(actor=request.actor, risk=found, reason=payload.reason)
    return show_whole(queries.risk_for(request.actor, found.pk), terms_of(request))


@router.post("{risk_id}/reopen", response=RiskWhole)
@reads(Permission.RISK_EDIT)
def reopen_risk(request: Request, risk_id: Word) -> RiskWhole:
    """Put a closed risk back on the register."""
    found = queries.risk_for(request.actor, risk_id)
    services.reopen_risk(actor=request.actor, risk=found)
    return show_whole(queries.risk_for(request.actor, found.pk), terms_of(request))
