"""Control checks and their results."""

import uuid
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Status

from annexa.api import etags
from annexa.api.access import Request, reads
from annexa.api.fields import Line, Member, Text, Word, member, owner_of
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.evidence.contents import Content
from annexa.evidence.models import CheckResult, ControlCheck, Severity
from annexa.evidence.queries import checks as queries
from annexa.evidence.queries import evidence
from annexa.evidence.services import checks as services
from annexa.organizations.permissions import Permission

router = Router(tags=["Evidence"])
SORTS = {"title": "title", "due": "due", "number": "number", "created": "created_at"}
RESULT_SORTS = {"on": "on", "at": "at"}
Kind = Literal["manual", "push", "scan"]
Standing = Literal["pass", "fail", "na", "none", "off"]
Shown = Literal["pass", "fail", "na", "none"]
Level = Literal["info", "low", "medium", "high", "critical"]
Days = Field(90, ge=1, le=1_100, description="How often it is looked at.")


class CheckOut(Schema):
    """What is looked at again and again."""

    id: uuid.UUID
    reference: str
    title: str
    kind: Kind
    standing: Standing = Field(description="none where nothing was seen, or too long ago.")
    controls: list[str]
    look: str
    keep: str
    mend: str
    expected: str
    every_days: int
    due: date | None
    owner: Member | None
    source: str
    target: str
    least: Level
    off_until: date | None
    off_reason: str
    retired: bool
    last: date | None = Field(description="The day of the newest result.")


class CheckIn(Schema):
    """A new check."""

    title: Line = Field(examples=["Restore a backup and read what came back"])
    controls: Line = Field(examples=["A.8.13"], description="References with commas between.")
    kind: Kind = "manual"
    every_days: int = Days
    due: date | None = None
    owner: uuid.UUID | None = None
    look: Text = ""
    keep: Text = ""
    mend: Text = ""
    expected: Line = Field("", max_length=300)
    source: Word = Field("", max_length=20)
    target: Line = Field("", max_length=120)
    least: Level = "high"


class CheckChange(Schema):
    """What to change; what is left out stays."""

    title: Line | None = None
    controls: Line | None = None
    every_days: int | None = Field(None, ge=1, le=1_100)
    due: date | None = None
    owner: uuid.UUID | None = None
    look: Text | None = None
    keep: Text | None = None
    mend: Text | None = None
    expected: Line | None = Field(None, max_length=300)
    source: Word | None = Field(None, max_length=20)
    target: Line | None = Field(None, max_length=120)
    least: Level | None = None


class Failing(Schema):
    """One item that fails."""

    name: Line = Field(max_length=200)
    detail: Line = ""


class ResultIn(Schema):
    """What a check showed; a text or link that is kept becomes evidence of its controls."""

    outcome: Shown
    on: date | None = None
    actual: Line = ""
    population: int | None = Field(None, ge=0, le=2_000_000_000)
    items: list[Failing] = Field([], max_length=500)
    url: Line = Field("", max_length=1000)
    text: str = Field("", max_length=100_000)


class ReportIn(Schema):
    """What a program saw; without an outcome the check fails when an item does."""

    outcome: Shown | None = None
    on: date | None = None
    actual: Line = ""
    population: int | None = Field(None, ge=0, le=2_000_000_000)
    items: list[Failing] = Field([], max_length=500)
    program: Line = Field("", max_length=60)


class FailingOut(Failing):
    """One item that failed, and whether it was left out."""

    excluded: bool


class ResultOut(Schema):
    """What a check showed at one time."""

    id: uuid.UUID
    on: date
    at: datetime
    outcome: Shown
    expected: str
    actual: str
    population: int | None
    failing: int
    excluded: int
    items: list[FailingOut]
    by: Member | None
    program: str
    evidence: uuid.UUID | None


class ReadyOut(Schema):
    """A ready check for what no machine sees."""

    key: str
    title: str
    controls: list[str]
    every_days: int
    look: str
    keep: str
    expected: str
    added: bool


class ReadyIn(Schema):
    """Which ready checks to add."""

    keys: list[Word] = Field(max_length=200, examples=[["restore", "phishing"]])


class OffIn(Schema):
    """Why it does not count, and until when; at most a year."""

    reason: Line
    until: date


class ExclusionIn(OffIn):
    """An item that is left out."""

    item: Line = Field(max_length=200)


class InclusionIn(Schema):
    """An item that counts again."""

    item: Line = Field(max_length=200)


class CheckFilters(Schema):
    """Which checks."""

    q: Line = ""
    state: Standing | None = None
    kind: Kind | None = None
    control: Word = ""
    mine: bool = False
    late: bool = False


@router.get("", response=Page[CheckOut])
@reads(Permission.TASK_WORK)
def list_checks(request: Request, filters: Query[CheckFilters], paging: Query[Paging]) -> dict[str, object]:
    """List checks: all of them, or those you look at."""
    asked = filters.model_dump()
    rows = queries.with_controls(queries.narrowed(request.actor, text=asked.pop("q"), **asked))
    return page(rows, paging, SORTS, "-number", _listed)


@router.post("", response={201: CheckOut})
@reads(Permission.EVIDENCE_EDIT)
def add_check(request: Request, response: HttpResponse, payload: CheckIn) -> Status[CheckOut]:
    """Add a check."""
    made = services.add_check(actor=request.actor, **_values(request, payload.model_dump()))
    response["Location"] = f"/api/v1/checks/{made.pk}"
    return Status(201, _again(request, made))


@router.get("ready", response=list[ReadyOut])
@reads(Permission.EVIDENCE_READ)
def list_ready_checks(request: Request) -> list[ReadyOut]:
    """List the ready checks."""
    names = ("key", "title", "every_days", "look", "keep", "expected")
    return [
        ReadyOut(controls=list(each.controls), added=there, **{name: getattr(each, name) for name in names})
        for each, there in queries.ready(request.actor)
    ]


@router.post("ready", response={201: list[CheckOut]})
@reads(Permission.EVIDENCE_EDIT)
def add_ready_checks(request: Request, payload: ReadyIn) -> Status[list[CheckOut]]:
    """Add ready checks; those that are there already are left as they are."""
    made = services.add_ready_checks(actor=request.actor, keys=payload.keys)
    rows = queries.with_controls(queries.visible_to(request.actor)).filter(pk__in=[each.pk for each in made])
    return Status(201, [_listed(row) for row in rows.order_by("number")])


@router.get("{check_id}", response=CheckOut)
@reads(Permission.TASK_WORK)
def read_check(request: Request, response: HttpResponse, check_id: Word) -> CheckOut:
    """Read one check, by its id or its reference."""
    return etags.tagged(response, _again(request, queries.check_for(request.actor, check_id)))


@router.patch("{check_id}", response=CheckOut)
@reads(Permission.EVIDENCE_EDIT)
def change_check(request: Request, response: HttpResponse, check_id: Word, payload: CheckChange) -> CheckOut:
    """Change what is said of a check."""
    key = queries.check_for(request.actor, check_id).pk

    def read() -> ControlCheck:
        return queries.check_for(request.actor, key)

    found = etags.current(request, ControlCheck, key, read, lambda row: _again(request, row), payload)
    values = _values(request, payload.model_dump(exclude_unset=True))
    services.change_check(actor=request.actor, check=found, **values)
    return etags.tagged(response, _again(request, read()))


@router.get("{check_id}/results", response=Page[ResultOut])
@reads(Permission.TASK_WORK)
def list_check_results(request: Request, check_id: Word, paging: Query[Paging]) -> dict[str, object]:
    """List what a check showed."""
    rows = queries.results(queries.check_for(request.actor, check_id))
    return page(rows, paging, RESULT_SORTS, "-on", _result)


@router.post("{check_id}/results", response={201: ResultOut})
@reads(Permission.TASK_WORK)
def record_result(request: Request, check_id: Word, payload: ResultIn) -> Status[ResultOut]:
    """Say what a check showed."""
    told = payload.model_dump()
    kept = {name: told.pop(name) for name in ("url", "text")}
    found = queries.check_for(request.actor, check_id)
    content = Content(**kept) if any(kept.values()) else None
    return Status(201, _result(services.record_result(actor=request.actor, check=found, content=content, **told)))


@router.post("{check_id}/reports", response={201: ResultOut})
@reads(Permission.FINDING_IMPORT)
def report_result(request: Request, check_id: Word, payload: ReportIn) -> Status[ResultOut]:
    """Report what a program saw."""
    told = payload.model_dump()
    told["outcome"] = told["outcome"] or ""
    found = queries.reported_check(request.actor, check_id)
    return Status(201, _result(services.report_result(actor=request.actor, check=found, **told)))


@router.post("{check_id}/off", response=CheckOut)
@reads(Permission.EVIDENCE_EDIT)
def switch_check_off(request: Request, check_id: Word, payload: OffIn) -> CheckOut:
    """Leave a check out until a day."""
    found = queries.check_for(request.actor, check_id)
    services.switch_check_off(actor=request.actor, check=found, **payload.model_dump())
    return _again(request, found)


@router.post("{check_id}/on", response=CheckOut)
@reads(Permission.EVIDENCE_EDIT)
def switch_check_on(request: Request, check_id: Word) -> CheckOut:
    """Let a check count again."""
    found = queries.check_for(request.actor, check_id)
    services.switch_check_on(actor=request.actor, check=found)
    return _again(request, found)


@router.post("{check_id}/retire", response=CheckOut)
@reads(Permission.EVIDENCE_EDIT)
def retire_check(request: Request, check_id: Word) -> CheckOut:
    """Take a check out of use."""
    found = queries.check_for(request.actor, check_id)
    services.retire_check(actor=request.actor, check=found)
    return _again(request, found)


@router.post("{check_id}/restore", response=CheckOut)
@reads(Permission.EVIDENCE_EDIT)
def restore_check(request: Request, check_id: Word) -> CheckOut:
    """Bring a check back."""
    found = queries.check_for(request.actor, check_id)
    services.retire_check(actor=request.actor, check=found, retired=False)
    return _again(request, found)


@router.post("{check_id}/exclusions", response=CheckOut)
@reads(Permission.EVIDENCE_EDIT)
def exclude_item(request: Request, check_id: Word, payload: ExclusionIn) -> CheckOut:
    """Leave one item out until a day."""
    found = queries.check_for(request.actor, check_id)
    services.exclude_item(actor=request.actor, check=found, **payload.model_dump())
    return _again(request, found)


@router.post("{check_id}/inclusions", response=CheckOut)
@reads(Permission.EVIDENCE_EDIT)
def include_item(request: Request, check_id: Word, payload: InclusionIn) -> CheckOut:
    """Count an item again."""
    found = queries.check_for(request.actor, check_id)
    services.include_item(actor=request.actor, check=found, item=payload.item)
    return _again(request, found)


def _values(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    # An owner and a day may be taken away; everything else that is null stays as it is.
    values = {name: value for name, value in given.items() if value is not None or name in ("owner", "due")}
    if "owner" in values:
        values["owner"] = owner_of(request.actor, values["owner"])
    if "least" in values:
        values["least"] = Severity[values["least"].upper()]
    if "controls" in values:
        values["controls"] = evidence.requirements_named(request.actor, values["controls"])
    return values


def _again(request: Request, found: ControlCheck) -> CheckOut:
    row = queries.check_for(request.actor, found.pk)
    return show(row, [each.ref for each in queries.controls(row)])


def show(check: ControlCheck, refs: list[str] | None) -> CheckOut:
    """Show a check."""
    names = (
        "reference", "title", "kind", "standing", "look", "keep", "mend", "expected", "every_days", "due", "source",
        "target", "off_until", "off_reason", "retired",
    )  # fmt: skip
    return CheckOut(
        id=check.pk,
        controls=sorted(refs or []),
        owner=member(check.owner),
        least=Severity(check.least).name.lower(),  # type: ignore[arg-type]
        last=check.latest.on if check.latest else None,
        **{name: getattr(check, name) for name in names},
    )


def _listed(row: Any) -> CheckOut:
    return show(row, row.refs)


def _result(result: CheckResult) -> ResultOut:
    names = ("on", "at", "outcome", "expected", "actual", "population", "failing", "excluded", "program")
    return ResultOut(
        id=result.pk,
        items=[FailingOut(**each) for each in result.items],
        by=member(result.by),
        evidence=result.evidence_id,
        **{name: getattr(result, name) for name in names},
    )
