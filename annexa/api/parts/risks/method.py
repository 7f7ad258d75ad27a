"""How risks are assessed; and changes of many risks."""

from typing import Any

from django.http import HttpResponse
from ninja import Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads
from annexa.api.fields import Done, whole
from annexa.api.parts.risks.access import risks_of, values_of
from annexa.api.parts.risks.entries import NULLABLE
from annexa.api.parts.risks.schemas import Asked, Asking, ManyRisks, MethodChange, MethodOut, Template, show_method
from annexa.organizations.permissions import Permission
from annexa.risks.models import Method
from annexa.risks.queries import methods as queries
from annexa.risks.services import campaigns, risks
from annexa.risks.services import methods as services

router = Router(tags=["Risks"])


@router.get("methods", response=list[MethodOut])
@reads(Permission.RISK_READ)
def list_methods(request: Request) -> list[MethodOut]:
    """List every version of the method, newest first; one that is not approved is the draft."""
    return [show_method(each) for each in queries.methods(request.actor)]


@router.get("methods/{int:number}", response=MethodOut)
@reads(Permission.RISK_READ)
def read_method(request: Request, response: HttpResponse, number: int) -> MethodOut:
    """Read a version; 0 is the draft, or the one in force when there is none."""
    return etags.tagged(response, show_method(queries.method_for(request.actor, number)))


@router.post("methods", response={201: MethodOut})
@reads(Permission.RISK_EDIT)
def start_method(request: Request, response: HttpResponse, payload: Template) -> Status[MethodOut]:
    """Start the draft of the next version."""
    made = services.start_method(actor=request.actor, template=payload.template)
    response["Location"] = f"/api/v1/risks/methods/{made.number}"
    return Status(201, etags.tagged(response, show_method(made)))


@router.patch("methods/{int:number}", response=MethodOut)
@reads(Permission.RISK_EDIT)
def change_method(request: Request, response: HttpResponse, number: int, payload: MethodChange) -> MethodOut:
    """Change the draft; every place at fault is named."""
    key = queries.method_for(request.actor, number).pk

    def read() -> Method:
        return queries.methods(request.actor).get(pk=key)

    found = etags.current(request, Method, key, read, show_method, payload)
    given: dict[str, Any] = whole(payload)
    services.change_method(actor=request.actor, method=found, terms=given)
    return etags.tagged(response, show_method(read()))


@router.delete("methods/{int:number}", response={204: None})
@reads(Permission.RISK_EDIT)
def drop_method(request: Request, number: int) -> Status[None]:
    """Throw the draft away."""
    services.drop_method(actor=request.actor, method=queries.method_for(request.actor, number))
    return Status(204, None)


@router.post("bulk", response=Done)
@reads(Permission.RISK_EDIT)
def change_many(request: Request, payload: ManyRisks) -> Done:
    """Change several risks alike, all or none."""
    values = values_of(request, whole(payload.change, *NULLABLE))
    found = risks_of(request, payload.ids)
    return Done(changed=risks.change_risks(actor=request.actor, risks=found, values=values))


@router.post("ask", response=Asked)
@reads(Permission.RISK_EDIT)
def ask_for_readings(request: Request, payload: Asking) -> Asked:
    """Ask owners by task to read their risks anew."""
    found = risks_of(request, payload.ids)
    return Asked(asked=campaigns.ask_for_readings(actor=request.actor, risks=found, due=payload.due))
