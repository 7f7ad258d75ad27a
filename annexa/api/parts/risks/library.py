"""The library of scenarios."""

import uuid
from typing import Literal

from ninja import Field, Query, Router

from annexa.api.access import Request, reads, scope_of
from annexa.api.fields import Line, OfScope, Word
from annexa.api.paging import Page, Paging, page_of
from annexa.api.parts.risks.access import terms_of, values_of
from annexa.api.parts.risks.schemas import RiskOut, show
from annexa.api.schema import Schema
from annexa.organizations.permissions import Permission
from annexa.risks import library
from annexa.risks.library import Scenario
from annexa.risks.services import library as services

router = Router(tags=["Risks"])
SORTS = {"title": lambda each: each.title, "category": lambda each: each.category, "key": lambda each: each.key}
Profile = Literal["", "saas", "hospital", "ecommerce", "finance", "manufacturer", "consultancy"]


class ScenarioOut(Schema):
    """Something that may happen, as the library tells it."""

    key: str
    title: str
    cause: str
    event: str
    consequence: str
    category: str
    threat: str
    vulnerability: str
    harms: list[str] = Field(description="Which of confidentiality, integrity and availability is lost.")
    assets: list[str] = Field(description="Kinds of asset it is typical of.")
    controls: list[str]
    attack: list[str] = Field(description="Techniques of MITRE ATT&CK.")
    profiles: list[str] = Field(description="Industries it is typical of; empty for all.")


class ScenarioFilters(Schema):
    """Which scenarios."""

    q: Line = Field("", description="Words of title, event and threat.")
    profile: Profile = ""
    category: Word = ""


class Taking(Schema):
    """Which scenarios become risks, about which assets, owned by whom."""

    keys: list[Word] = Field(min_length=1, max_length=200, examples=[["lost-laptop"]])
    assets: list[Word] = Field([], max_length=200, description="Ids or references.")
    owner: uuid.UUID | None = None


class Taken(Schema):
    """The risks that were added; a scenario that was there already is left out."""

    added: list[RiskOut]


@router.get("scenarios", response=Page[ScenarioOut])
@reads(Permission.RISK_READ)
def list_scenarios(request: Request, filters: Query[ScenarioFilters], paging: Query[Paging]) -> dict[str, object]:
    """List the scenarios that ship."""
    found = library.narrowed(text=filters.q, profile=filters.profile, category=filters.category)
    return page_of(found, paging, SORTS, "key", _show)


@router.post("scenarios/take", response=Taken)
@reads(Permission.RISK_EDIT)
def take_scenarios(request: Request, of: Query[OfScope], payload: Taking) -> Taken:
    """Add a risk for each scenario to the register of a scope."""
    values = values_of(request, payload.model_dump())
    made = services.take_scenarios(actor=request.actor, scope=scope_of(request, of.scope), **values)
    terms = terms_of(request)
    return Taken(added=[show(each, terms) for each in made])


def _show(each: Scenario) -> ScenarioOut:
    harms = [library.HARMS[letter] for letter in each.harms]
    return ScenarioOut.model_validate({**vars(each), "harms": harms})
