"""Findings of scanners: brought in, read, decided."""

import uuid
from datetime import date, datetime
from typing import Literal

from django.http import HttpResponse
from ninja import Field, File, Form, Query, Router, Status
from ninja.files import UploadedFile

from annexa.api.access import Request, reads, scope_of
from annexa.api.downloads import content_of
from annexa.api.fields import Done, Line, Member, OfScope, Word, member, owner_of
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.evidence.models import Finding, Scan, Severity
from annexa.evidence.queries import findings as queries
from annexa.evidence.services import findings as services
from annexa.organizations.permissions import Permission

router = Router(tags=["Findings"])
SORTS = {"severity": "severity", "number": "number", "due": "due", "first_seen": "first_seen", "last_seen": "last_seen"}
SCAN_SORTS = {"at": "at"}
State = Literal["open", "mended", "accepted", "disputed", "false"]
Level = Literal["info", "low", "medium", "high", "critical"]


class FindingOut(Schema):
    """One thing to mend."""

    id: uuid.UUID
    reference: str
    title: str
    severity: Level
    score: float | None = Field(description="CVSS, as the scanner says it.")
    state: State
    reason: str
    accepted_until: date | None
    source: str
    target: str
    rule: str
    found_on: str
    place: str
    asset: uuid.UUID | None
    description: str
    remedy: str
    cves: list[str]
    cwes: list[str]
    links: list[str]
    controls: list[str] = Field(description="Annex A controls that it bears on.")
    owner: Member | None
    due: date | None
    is_late: bool
    first_seen: datetime
    last_seen: datetime
    times_seen: int
    closed: datetime | None


class ScanOut(Schema):
    """What one file brought."""

    id: uuid.UUID
    source: str
    target: str
    tool: str
    file_name: str
    sha256: str
    at: datetime
    by: Member | None
    new: int
    again: int
    reopened: int
    mended: int
    passed: int


class ScanIn(Schema):
    """What was scanned, and in which format the file is."""

    target: Line = Field(examples=["shop, main branch"])
    source: Word = Field("", description="Such as `sarif`; recognised if left out.")


class FindingDecision(Schema):
    """What becomes of findings."""

    ids: list[uuid.UUID] = Field(min_length=1, max_length=500)
    state: Literal["open", "accepted", "disputed", "false"]
    reason: Line = Field("", description="Needed but for `open`.")
    until: date | None = Field(None, description="Needed for `accepted`.")


class FindingAssignment(Schema):
    """Who mends findings, and until when; what is left out stays."""

    ids: list[uuid.UUID] = Field(min_length=1, max_length=500)
    owner: uuid.UUID | None = None
    due: date | None = None


class RaisedOut(Schema):
    """The risk that a finding stands for."""

    id: uuid.UUID
    reference: str


class FindingFilters(Schema):
    """Which findings."""

    q: Line = ""
    state: State | None = None
    severity: Level | None = Field(None, description="At least this.")
    source: Word | None = None
    control: Word = ""
    mine: bool = False
    late: bool = False


@router.get("", response=Page[FindingOut])
@reads(Permission.FINDING_READ)
def list_findings(request: Request, filters: Query[FindingFilters], paging: Query[Paging]) -> dict[str, object]:
    """List findings, the worst first."""
    asked = filters.model_dump()
    return page(queries.narrowed(request.actor, text=asked.pop("q"), **asked), paging, SORTS, "-severity", show)


@router.get("scans", response=Page[ScanOut])
@reads(Permission.FINDING_READ)
def list_scans(request: Request, paging: Query[Paging]) -> dict[str, object]:
    """List what was brought in."""
    return page(queries.scans(request.actor), paging, SCAN_SORTS, "-at", _scan)


@router.post("scans", response={201: ScanOut})
@reads(Permission.FINDING_IMPORT)
def import_scan(request: Request, file: File[UploadedFile], facts: Form[ScanIn]) -> Status[ScanOut]:
    """Bring in a scanner's file, all of it or nothing; what is gone from the same target counts as mended."""
    content = content_of(file, services.MOST_BYTES)
    made = services.import_scan(actor=request.actor, content=content, file_name=file.name or "", **facts.model_dump())
    return Status(201, _scan(made))


@router.post("decide", response=Done)
@reads(Permission.FINDING_EDIT)
def decide_findings(request: Request, payload: FindingDecision) -> Done:
    """Accept findings until a day, dispute them, call them false, or open them again; all or none."""
    values = payload.model_dump(exclude={"ids"})
    return Done(
        changed=services.decide_findings(
            actor=request.actor, findings=queries.findings_named(request.actor, payload.ids), **values
        )
    )


@router.post("assign", response=Done)
@reads(Permission.FINDING_EDIT)
def assign_findings(request: Request, payload: FindingAssignment) -> Done:
    """Say who mends findings, and until when; all or none."""
    given = payload.model_dump(exclude={"ids"}, exclude_unset=True)
    if "owner" in given:
        given["owner"] = owner_of(request.actor, given["owner"])
    return Done(
        changed=services.assign_findings(
            actor=request.actor, findings=queries.findings_named(request.actor, payload.ids), **given
        )
    )


@router.get("{finding_id}", response=FindingOut)
@reads(Permission.FINDING_READ)
def read_finding(request: Request, finding_id: Word) -> FindingOut:
    """Read one finding, by its id or its reference."""
    return show(queries.finding_for(request.actor, finding_id))


@router.post("{finding_id}/risk", response={201: RaisedOut})
@reads(Permission.FINDING_EDIT)
def raise_from_finding(
    request: Request, response: HttpResponse, finding_id: Word, of: Query[OfScope]
) -> Status[RaisedOut]:
    """Raise the risk that a finding stands for, or bring the one it raised before up to date."""
    found = queries.finding_for(request.actor, finding_id)
    risk = services.raise_from_finding(actor=request.actor, finding=found, scope=scope_of(request, of.scope))
    response["Location"] = f"/api/v1/risks/{risk.pk}"
    return Status(201, RaisedOut(id=risk.pk, reference=risk.reference))


def show(finding: Finding) -> FindingOut:
    """Show a finding."""
    names = (
        "reference", "title", "score", "state", "reason", "accepted_until", "source", "target", "rule", "found_on",
        "place", "description", "remedy", "cves", "cwes", "links", "controls", "due", "is_late", "first_seen",
        "last_seen", "times_seen",
    )  # fmt: skip
    return FindingOut(
        id=finding.pk,
        severity=Severity(finding.severity).name.lower(),  # type: ignore[arg-type]
        asset=finding.asset_id,
        owner=member(finding.owner),
        closed=finding.closed_at,
        **{name: getattr(finding, name) for name in names},
    )


def _scan(scan: Scan) -> ScanOut:
    names = (
        "source", "target", "tool", "file_name", "sha256", "at", "new", "again", "reopened", "mended", "passed",
    )  # fmt: skip
    return ScanOut(id=scan.pk, by=member(scan.brought_by), **{name: getattr(scan, name) for name in names})
