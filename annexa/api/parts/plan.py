"""The treatment plan: actions, and the plan as a file."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads, scope_of
from annexa.api.downloads import REPORT, send_report
from annexa.api.fields import Done, Line, Member, OfScope, Text, Word, member, owner_of, whole
from annexa.api.paging import Page, Paging, page
from annexa.api.parts.risks.acceptance import AsOf, Format
from annexa.api.parts.risks.access import controls_of
from annexa.api.schema import Schema
from annexa.lib import moments
from annexa.lib.errors import NotFound, UserError
from annexa.organizations.permissions import Permission
from annexa.reports.export import export
from annexa.reports.treatment import plan_name, plan_report
from annexa.risks.models import Risk
from annexa.risks.queries import risks as register
from annexa.treatment.models import Action
from annexa.treatment.queries import plan as queries
from annexa.treatment.services import plan as services

router = Router(tags=["Treatment plan"])
SORTS = {"number": "number", "title": "title", "due": "due", "state": "state", "changed": "changed_at"}
NULLABLE = ("owner", "due", "cost", "effort")
State = Literal["planned", "in_progress", "done", "dropped"]
PLAIN = ("title", "note", "resources", "due", "state", "state_note")


class ProofLink(Schema):
    """Where something shows that an action is done."""

    url: str = Field(max_length=1000, examples=["https://wiki.example.com/failover-test"])
    title: Line = ""


class PlanActionOut(Schema):
    """One thing to do; it serves any number of risks."""

    id: uuid.UUID
    reference: str = Field(examples=["ACTION-3"])
    title: str
    note: str
    owner: Member | None
    resources: str
    cost: float | None
    effort: float | None = Field(description="Days.")
    due: date | None
    state: State
    state_note: str
    links: list[ProofLink]
    risks: list[str] = Field(description="References.", examples=[["RISK-1", "RISK-7"]])
    controls: list[str] = Field(examples=[["A.8.13"]])
    created: datetime
    changed: datetime
    ended: datetime | None


class ActionIn(Schema):
    """A new action; it treats at least one risk."""

    title: Line = Field(examples=["Test the failover twice a year"])
    risks: list[Word] = Field(min_length=1, max_length=200, description="Ids or references.", examples=[["RISK-1"]])
    controls: list[Word] = Field([], max_length=200)
    note: Text = ""
    owner: uuid.UUID | None = None
    resources: Text = ""
    cost: Decimal | None = Field(None, ge=0, max_digits=12, decimal_places=2)
    effort: Decimal | None = Field(None, ge=0, max_digits=6, decimal_places=1)
    due: date | None = None
    state: State = "planned"
    state_note: Text = ""
    links: list[ProofLink] = Field([], max_length=50)


class ActionChange(Schema):
    """What to change; what is left out stays. Lists replace what was there."""

    title: Line | None = None
    risks: list[Word] | None = Field(None, max_length=200)
    controls: list[Word] | None = Field(None, max_length=200)
    note: Text | None = None
    owner: uuid.UUID | None = None
    resources: Text | None = None
    cost: Decimal | None = Field(None, ge=0, max_digits=12, decimal_places=2)
    effort: Decimal | None = Field(None, ge=0, max_digits=6, decimal_places=1)
    due: date | None = None
    state: State | None = None
    state_note: Text | None = None
    links: list[ProofLink] | None = Field(None, max_length=50)


class ManyActions(Schema):
    """The same change for several actions, all or none."""

    ids: list[uuid.UUID] = Field(min_length=1, max_length=500)
    change: ActionChange


class PlanFilters(OfScope):
    """Which actions."""

    q: Line = Field("", description="Words of the title.")
    state: Literal["", "open", "planned", "in_progress", "done", "dropped"] = ""
    late: bool = Field(False, description="Only open ones whose day has passed.")
    mine: bool = Field(False, description="Only those the token's member owns.")


@router.get("actions", response=Page[PlanActionOut])
@reads(Permission.RISK_READ)
def list_actions(request: Request, filters: Query[PlanFilters], paging: Query[Paging]) -> dict[str, object]:
    """List the actions of a scope."""
    actor = request.actor
    found = queries.listed(queries.visible_to(actor).filter(scope=scope_of(request, filters.scope)))
    for word in filters.q.split():
        found = found.filter(title__icontains=word)
    if filters.state:
        found = found.filter(ended_at=None) if filters.state == "open" else found.filter(state=filters.state)
    found = queries.late(found) if filters.late else found
    found = found.filter(owner=actor.membership) if filters.mine else found
    return page(found.select_related("owner__person"), paging, SORTS, "number", _show)


@router.post("actions", response={201: PlanActionOut})
@reads(Permission.RISK_EDIT)
def add_action(
    request: Request, response: HttpResponse, of: Query[OfScope], payload: ActionIn
) -> Status[PlanActionOut]:
    """Add an action to the plan of a scope."""
    values = _values(request, payload.model_dump(exclude_unset=True))
    made = services.add_action(actor=request.actor, scope=scope_of(request, of.scope), **values)
    response["Location"] = f"/api/v1/plan/actions/{made.pk}"
    return Status(201, etags.tagged(response, _read(request, made.pk)))


@router.post("actions/bulk", response=Done)
@reads(Permission.RISK_EDIT)
def change_actions(request: Request, payload: ManyActions) -> Done:
    """Change several actions alike, all or none."""
    found = list(queries.visible_to(request.actor).select_related("owner__person", "scope").filter(pk__in=payload.ids))
    if len(found) < len(set(payload.ids)):
        sentence = _("Some of these actions are not there.")
        raise UserError(sentence, {"ids": sentence})
    values = _values(request, whole(payload.change, *NULLABLE))
    return Done(changed=services.change_actions(actor=request.actor, actions=found, values=values))


@router.get("actions/{action_id}", response=PlanActionOut)
@reads(Permission.RISK_READ)
def read_action(request: Request, response: HttpResponse, action_id: Word) -> PlanActionOut:
    """Read one action, by its id or its reference."""
    return etags.tagged(response, _read(request, queries.action_for(request.actor, action_id).pk))


@router.patch("actions/{action_id}", response=PlanActionOut)
@reads(Permission.RISK_ASSESS_OWN)
def change_action(request: Request, response: HttpResponse, action_id: Word, payload: ActionChange) -> PlanActionOut:
    """Change an action; its owner may change `state`, `state_note` and `links`."""
    key = queries.action_for(request.actor, action_id).pk

    def read() -> Action:
        return queries.action_for(request.actor, key)

    found = etags.current(request, Action, key, read, lambda _action: _read(request, key), payload)
    services.change_action(actor=request.actor, action=found, **_values(request, whole(payload, *NULLABLE)))
    return etags.tagged(response, _read(request, key))


@router.get("report/{format}", openapi_extra=REPORT)
@reads(Permission.RISK_READ)
def read_plan_report(request: Request, format: Format, of: Query[AsOf]) -> HttpResponse:
    """Read the plan of a scope and its signatures as a file, as they stand or as they stood."""
    moment = moments.parse(of.as_of, "as_of") if of.as_of else None
    report = plan_report(request.actor, scope_of(request, of.scope), moment)
    return send_report(export(report, format, plan_name(request.actor)))


def _values(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    """Return what a body gives, with ids and references as the rows they name."""
    values = dict(given)
    if "owner" in values:
        values["owner"] = owner_of(request.actor, values["owner"])
    if "risks" in values:
        values["risks"] = _risks(request, values["risks"])
    if "controls" in values:
        values["controls"] = controls_of(request, values["controls"], "controls")
    return values


def _risks(request: Request, wanted: Sequence[str]) -> list[Risk]:
    found = []
    for each in dict.fromkeys(wanted):
        try:
            found.append(register.risk_for(request.actor, each))
        except NotFound as error:
            raise UserError(error.sentence, {"risks": f"{each}: {error.sentence}"}) from error
    return found


def _read(request: Request, key: uuid.UUID) -> PlanActionOut:
    return _show(queries.listed(queries.visible_to(request.actor)).select_related("owner__person").get(pk=key))


def _show(action: Any) -> PlanActionOut:
    return PlanActionOut(
        id=action.pk,
        reference=action.reference,
        owner=member(action.owner),
        links=[ProofLink(**each) for each in action.links],
        risks=[f"RISK-{number}" for number in action.risk_numbers],
        controls=action.control_refs,
        created=action.created_at,
        changed=action.changed_at,
        ended=action.ended_at,
        cost=float(action.cost) if action.cost is not None else None,
        effort=float(action.effort) if action.effort is not None else None,
        **{name: getattr(action, name) for name in PLAIN},
    )
