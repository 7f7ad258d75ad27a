"""What the interface takes and gives of risks and of the method."""

import uuid
from datetime import date, datetime
from typing import Any, Literal

from ninja import Field

from annexa.api.fields import Line, Member, OfScope, Text, Word, member
from annexa.api.schema import Schema
from annexa.risks.models import Method, Reading, Risk, Stage
from annexa.risks.queries import methods
from annexa.risks.terms import Terms

StageName = Literal["inherent", "current", "target"]
DecisionName = Literal["undecided", "mitigate", "avoid", "transfer", "accept"]
Nature = Literal["threat", "opportunity"]
Knowledge = Literal["weak", "fair", "strong"]
Step = int | None
PLAIN = (
    "own_id",
    "title",
    "cause",
    "event",
    "consequence",
    "threat",
    "vulnerability",
    "category",
    "scenario",
    "sources",
)


class Score(Schema):
    """A reading's figures under the method in force."""

    likelihood: int
    impact: int
    score: int
    level: str


class AssetRef(Schema):
    """An asset, briefly."""

    id: uuid.UUID
    reference: str
    name: str


class ControlRef(Schema):
    """A control that works against a risk."""

    ref: str
    title: str
    role: Literal["existing", "treating"]


class RiskOut(Schema):
    """What may happen, and what is done about it."""

    id: uuid.UUID
    reference: str = Field(examples=["RISK-12"])
    own_id: str
    nature: Nature
    title: str
    cause: str
    event: str
    consequence: str
    threat: str
    vulnerability: str
    category: str
    scenario: str = Field(description="The scenario of the library it came from.")
    sources: str
    owner: Member | None
    knowledge: Knowledge
    inherent: Score | None
    current: Score | None
    target: Score | None
    decision: DecisionName
    decision_note: str
    review_due: date | None
    closed: datetime | None
    closed_because: str
    created: datetime
    changed: datetime


class RiskWhole(RiskOut):
    """A risk with its assets and controls."""

    assets: list[AssetRef]
    controls: list[ControlRef]


class RiskIn(Schema):
    """A new risk; only a title is needed."""

    title: Line = Field(examples=["Lost laptop with customer data"])
    nature: Nature = "threat"
    own_id: Line = ""
    cause: Text = ""
    event: Text = ""
    consequence: Text = ""
    threat: Line = ""
    vulnerability: Line = ""
    category: Word = ""
    sources: Text = ""
    owner: uuid.UUID | None = None
    knowledge: Knowledge = "fair"
    review_due: date | None = None
    assets: list[Word] = Field([], max_length=200, description="Ids or references.", examples=[["ASSET-1"]])


class RiskChange(Schema):
    """What to change; what is left out stays. `assets` replaces all of them."""

    title: Line | None = None
    nature: Nature | None = None
    own_id: Line | None = None
    cause: Text | None = None
    event: Text | None = None
    consequence: Text | None = None
    threat: Line | None = None
    vulnerability: Line | None = None
    category: Word | None = None
    sources: Text | None = None
    owner: uuid.UUID | None = None
    knowledge: Knowledge | None = None
    review_due: date | None = None
    assets: list[Word] | None = Field(None, max_length=200)


class ManyRisks(Schema):
    """The same change for several risks, all or none."""

    ids: list[uuid.UUID] = Field(min_length=1, max_length=500)
    change: RiskChange


class RiskFilters(OfScope):
    """Which risks."""

    q: Line = Field("", description="Words of title, event and category.")
    state: Literal["open", "closed", "all"] = "open"
    decision: DecisionName | None = None
    category: Word = ""
    mine: bool = Field(False, description="Only those the token's member owns.")
    review_late: bool = Field(False, description="Only those past their next reading.")
    above_appetite: bool = Field(False, description="Only those above the appetite of the method in force.")


class ReadingIn(Schema):
    """What somebody reads, in steps of the method from 1; one impact will do where no dimension is at stake."""

    stage: StageName = "current"
    likelihood: int = Field(ge=1, le=7)
    confidentiality: Step = Field(None, ge=1, le=7)
    integrity: Step = Field(None, ge=1, le=7)
    availability: Step = Field(None, ge=1, le=7)
    impact: Step = Field(None, ge=1, le=7)
    note: Text = ""


class ReadingOut(Schema):
    """A reading, with the method that made a score of it; never changed."""

    id: uuid.UUID
    stage: StageName
    at: datetime
    by: Member | None
    method: int
    likelihood: int
    confidentiality: int | None
    integrity: int | None
    availability: int | None
    impact: int
    score: int
    level: str
    carried: bool = Field(description="A new method made it of an older reading.")
    note: str


class DecisionIn(Schema):
    """What is done about a risk; controls by their ids, left out they stay."""

    decision: DecisionName
    note: Text = Field("", description="The contract or insurance, the activity that is stopped, the criterion met.")
    existing: list[Word] | None = Field(None, max_length=200)
    treating: list[Word] | None = Field(None, max_length=200, examples=[["A.8.24"]])


class DecisionOut(Schema):
    """A decision, and which controls the draft statement took up because of it."""

    risk: RiskWhole
    taken_up: list[str]


class Closing(Schema):
    """Why a risk cannot happen any more."""

    reason: Text


class Asking(Schema):
    """Whose risks to have read anew, and until when."""

    ids: list[uuid.UUID] = Field(min_length=1, max_length=500)
    due: date | None = None


class Asked(Schema):
    """How many owners have a task now."""

    asked: int


class StepOut(Schema):
    """A step of a scale."""

    name: Word
    wording: Line = ""


class LevelIn(Schema):
    """A level of risk."""

    name: Word
    lowest: int = Field(ge=0, le=10_000)
    colour: int = Field(ge=0, le=3)
    acceptable: bool
    accepted_by: Word = ""
    accepted_months: int = Field(12, ge=1, le=60)
    review_months: int = Field(12, ge=0, le=60)


class MethodOut(Schema):
    """A version of the method."""

    number: int
    likelihood: list[StepOut]
    impact: list[StepOut]
    combine: Literal["worst", "mean"]
    rule: Literal["product", "sum", "matrix"]
    matrix: list[list[int]]
    levels: list[LevelIn]
    appetite: int
    triggers: str
    tolerance: list[list[float]] = Field(
        [], description="Appetite in money: a loss, and the chance of a year that may cost more."
    )
    approved: datetime | None
    approved_by: str
    content_hash: str


class MethodChange(Schema):
    """What to change of the draft; what is left out stays."""

    likelihood: list[StepOut] | None = Field(None, max_length=7)
    impact: list[StepOut] | None = Field(None, max_length=7)
    combine: Literal["worst", "mean"] | None = None
    rule: Literal["product", "sum", "matrix"] | None = None
    matrix: list[list[int]] | None = Field(None, max_length=7)
    levels: list[LevelIn] | None = Field(None, max_length=6)
    appetite: int | None = Field(None, ge=0, le=10_000)
    triggers: Text | None = None
    tolerance: list[list[float]] | None = Field(None, max_length=12)


class Template(Schema):
    """Which method that ships to begin with; left out, the one in force."""

    template: Literal["", "five", "three"] = ""


def show(risk: Risk, terms: Terms | None) -> RiskOut:
    """Show a risk as lists do."""
    return RiskOut(**_plain(risk, terms))


def show_whole(risk: Risk, terms: Terms | None) -> RiskWhole:
    """Show a risk with its assets and controls."""
    assets = risk.assets.select_related("asset").order_by("asset__number")
    controls = risk.controls.select_related("requirement").order_by("requirement__sort_key")
    return RiskWhole(
        **_plain(risk, terms),
        assets=[AssetRef(id=a.asset_id, reference=a.asset.reference, name=a.asset.name) for a in assets],
        controls=[ControlRef(ref=c.requirement.ref, title=c.requirement.title, role=c.role) for c in controls],  # type: ignore[arg-type]
    )


def show_reading(reading: Reading) -> ReadingOut:
    """Show a reading."""
    same = ("stage", "at", "likelihood", "confidentiality", "integrity", "availability", "impact", "score", "carried",
            "note")  # fmt: skip
    level = reading.method.terms.levels[reading.level].name
    return ReadingOut(
        id=reading.pk, by=member(reading.by), method=reading.method.number, level=level,
        **{name: getattr(reading, name) for name in same},
    )  # fmt: skip


def show_method(method: Method) -> MethodOut:
    """Show a version of the method."""
    return MethodOut(
        number=method.number,
        approved=method.approved_at,
        approved_by=str(method.approved_by or ""),
        content_hash=methods.hash_of(method),
        **method.plain,
    )


def _plain(risk: Risk, terms: Terms | None) -> dict[str, Any]:
    return {
        "id": risk.pk,
        "reference": risk.reference,
        "nature": risk.nature,
        "owner": member(risk.owner),
        "knowledge": risk.knowledge,
        "decision": risk.decision or "undecided",
        "decision_note": risk.decision_note,
        "review_due": risk.review_due,
        "closed": risk.closed_at,
        "closed_because": risk.closed_because,
        "created": risk.created_at,
        "changed": risk.changed_at,
        **{name: getattr(risk, name) for name in PLAIN},
        **{stage: _score(risk, stage, terms) for stage in Stage.values},
    }


def _score(risk: Risk, stage: str, terms: Terms | None) -> Score | None:
    score = getattr(risk, f"{stage}_score")
    if score is None or terms is None:
        return None
    level = terms.levels[terms.level_of(score)].name
    likelihood, impact = getattr(risk, f"{stage}_likelihood"), getattr(risk, f"{stage}_impact")
    return Score(likelihood=likelihood, impact=impact, score=score, level=level)
