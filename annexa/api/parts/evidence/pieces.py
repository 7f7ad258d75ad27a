"""Evidence: what shows that things are done, edition by edition."""

import uuid
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, File, Form, Query, Router, Status
from ninja.files import UploadedFile

from annexa.api import etags
from annexa.api.access import Request, reads, scope_named
from annexa.api.downloads import ANY_FILE, kept, send
from annexa.api.fields import Line, Member, Text, Word, member, owner_of, whole
from annexa.api.paging import Page, Paging, page
from annexa.api.schema import Schema
from annexa.evidence.contents import Content
from annexa.evidence.models import Edition, Evidence
from annexa.evidence.queries import evidence as queries
from annexa.evidence.services import evidence as services
from annexa.lib import files
from annexa.lib.errors import NotFound
from annexa.organizations.permissions import Permission
from annexa.risks.queries import risks

router = Router(tags=["Evidence"])
SORTS = {"number": "number", "title": "title", "expires_on": "expires_on", "changed": "changed_at"}
NULLABLE = ("owner", "scope", "period_from", "period_to", "expires_on")
Kind = Literal["file", "link", "record"]


class EditionOut(Schema):
    """What was put in at one time."""

    number: int
    kind: Kind
    file_name: str
    sha256: str
    size: int | None
    url: str
    text: str
    collected_on: date
    collected_with: str = Field(description="The program that collected it; empty for a person.")
    added: datetime
    added_by: Member | None
    note: str


class PieceOut(Schema):
    """A piece of evidence with its newest edition."""

    id: uuid.UUID
    reference: str
    title: str
    description: str
    owner: Member | None
    scope: str | None = Field(description="Slug of the scope; null for the whole organisation.")
    classification: str
    period_from: date | None
    period_to: date | None
    expires_on: date | None
    state: Literal["current", "retired"]
    is_expired: bool
    latest: EditionOut | None
    created: datetime
    changed: datetime


class ServedOut(Schema):
    """A control or requirement that a piece counts for."""

    framework: str
    ref: str
    title: str
    by: str = Field(description="The control by which a crosswalk carries it here; empty when linked itself.")
    relation: str


class Facts(Schema):
    """What is said of a piece."""

    description: Text = ""
    owner: uuid.UUID | None = Field(None, description="You, if left out.")
    scope: Word | None = None
    classification: Word = ""
    period_from: date | None = None
    period_to: date | None = None
    expires_on: date | None = Field(None, examples=["2027-11-30"])


class Collected(Schema):
    """A link or a text; a file goes to the address that ends in `file`."""

    url: Line = Field("", max_length=1000, examples=["https://wiki.example.com/restore-test"])
    text: str = Field("", max_length=100_000)
    collected_on: date | None = Field(None, description="Today if left out.")
    collected_with: Word = Field("", description="The program that collected it.")


class EvidencePieceIn(Facts, Collected):
    """A new piece that is a link or a text."""

    title: Line = Field(examples=["Restore test of the customer database, third quarter"])
    controls: Line = Field("", description="References with commas between.", examples=["A.8.13, 9.1"])
    risks: Line = Field("", description="References with commas between.", examples=["RISK-3"])


class FileIn(Schema):
    """What is known of a file that is put in."""

    title: Line
    controls: Line = ""
    risks: Line = ""
    collected_on: date | None = None
    collected_with: Word = ""
    expires_on: date | None = None


class PieceChange(Facts):
    """What to change; what is left out stays."""

    title: Line | None = None


class EditionIn(Collected):
    """A new edition that is a link or a text."""

    expires_on: date | None = Field(None, description="Until when it counts from now on; as before if left out.")
    note: Line = ""


class EditionFileIn(Schema):
    """What is known of a file that is a new edition."""

    collected_on: date | None = None
    collected_with: Word = ""
    expires_on: date | None = None
    note: Line = ""


class Links(Schema):
    """What a piece bears on."""

    controls: Line = Field("", examples=["A.8.13, 9.1"])
    risks: Line = Field("", examples=["RISK-3"])


class PieceFilters(Schema):
    """Which pieces."""

    q: Line = ""
    state: Literal["current", "retired"] | None = None
    kind: Kind | None = None
    control: Word = Field("", description="Linked to this reference.", examples=["A.8.13"])
    mine: bool = False
    expired: bool = False
    expiring: bool = Field(False, description="Within a month.")


@router.get("", response=Page[PieceOut])
@reads(Permission.EVIDENCE_READ)
def list_evidence_pieces(request: Request, filters: Query[PieceFilters], paging: Query[Paging]) -> dict[str, object]:
    """List evidence."""
    asked = filters.model_dump()
    return page(queries.narrowed(request.actor, text=asked.pop("q"), **asked), paging, SORTS, "-number", show)


@router.post("", response={201: PieceOut})
@reads(Permission.EVIDENCE_ADD)
def add_evidence_piece(request: Request, response: HttpResponse, payload: EvidencePieceIn) -> Status[PieceOut]:
    """Put in a link or a text."""
    values = payload.model_dump()
    content = Content(url=values.pop("url"), text=values.pop("text"))
    links = _links(request, values.pop("controls"), values.pop("risks"))
    made = services.add_evidence(actor=request.actor, content=content, **links, **_rows(request, values))
    response["Location"] = f"/api/v1/evidence/{made.pk}"
    return Status(201, _again(request, made))


@router.post("file", response={201: PieceOut})
@reads(Permission.EVIDENCE_ADD)
def upload_evidence_piece(
    request: Request, response: HttpResponse, file: File[UploadedFile], facts: Form[FileIn]
) -> Status[PieceOut]:
    """Put in a file of a harmless type."""
    values = facts.model_dump()
    links = _links(request, values.pop("controls"), values.pop("risks"))
    made = services.add_evidence(actor=request.actor, content=stored(request, file), **links, **values)
    response["Location"] = f"/api/v1/evidence/{made.pk}"
    return Status(201, _again(request, made))


@router.get("{piece_id}", response=PieceOut)
@reads(Permission.EVIDENCE_READ)
def read_evidence_piece(request: Request, response: HttpResponse, piece_id: Word) -> PieceOut:
    """Read one piece, by its id or its reference."""
    return etags.tagged(response, show(queries.evidence_for(request.actor, piece_id)))


@router.patch("{piece_id}", response=PieceOut)
@reads(Permission.EVIDENCE_ADD)
def change_evidence_piece(request: Request, response: HttpResponse, piece_id: Word, payload: PieceChange) -> PieceOut:
    """Change what is said of a piece; what it holds changes by a new edition."""
    key = queries.evidence_for(request.actor, piece_id).pk

    def read() -> Evidence:
        return queries.evidence_for(request.actor, key)

    found = etags.current(request, Evidence, key, read, show, payload)
    services.change_evidence(actor=request.actor, evidence=found, **_rows(request, whole(payload, *NULLABLE)))
    return etags.tagged(response, show(read()))


@router.get("{piece_id}/serves", response=list[ServedOut])
@reads(Permission.EVIDENCE_READ)
def list_served(request: Request, piece_id: Word) -> list[ServedOut]:
    """List everything that a piece counts for, by itself and by crosswalks."""
    found = queries.evidence_for(request.actor, piece_id)
    names = ("framework", "ref", "title", "by", "relation")
    served = queries.serves(found, queries.linked(found))
    return [ServedOut(**{name: getattr(each, name) for name in names}) for each in served]


@router.post("{piece_id}/links", response=list[ServedOut])
@reads(Permission.EVIDENCE_ADD)
def link_evidence_piece(request: Request, piece_id: Word, payload: Links) -> list[ServedOut]:
    """Say what more a piece bears on."""
    found = queries.evidence_for(request.actor, piece_id)
    links = _links(request, payload.controls, payload.risks)
    services.link_evidence(actor=request.actor, evidence=found, **links)
    return list_served(request, piece_id)


@router.post("{piece_id}/unlink", response=list[ServedOut])
@reads(Permission.EVIDENCE_ADD)
def unlink_evidence_piece(request: Request, piece_id: Word, payload: Links) -> list[ServedOut]:
    """Say what a piece does not bear on any more."""
    found = queries.evidence_for(request.actor, piece_id)
    links = _links(request, payload.controls, payload.risks)
    services.unlink_evidence(actor=request.actor, evidence=found, **links)
    return list_served(request, piece_id)


@router.get("{piece_id}/editions", response=list[EditionOut])
@reads(Permission.EVIDENCE_READ)
def list_editions(request: Request, piece_id: Word) -> list[EditionOut]:
    """List what was put in, newest first."""
    return [_edition(each) for each in queries.editions(queries.evidence_for(request.actor, piece_id))]


@router.post("{piece_id}/editions", response={201: PieceOut})
@reads(Permission.EVIDENCE_ADD)
def add_edition(request: Request, piece_id: Word, payload: EditionIn) -> Status[PieceOut]:
    """Put in a link or a text that takes the place of the newest edition."""
    found, values = queries.evidence_for(request.actor, piece_id), payload.model_dump()
    content = Content(url=values.pop("url"), text=values.pop("text"))
    services.add_edition(actor=request.actor, evidence=found, content=content, **values)
    return Status(201, _again(request, found))


@router.post("{piece_id}/editions/file", response={201: PieceOut})
@reads(Permission.EVIDENCE_ADD)
def upload_edition(
    request: Request, piece_id: Word, file: File[UploadedFile], facts: Form[EditionFileIn]
) -> Status[PieceOut]:
    """Put in a file that takes the place of the newest edition."""
    found = queries.evidence_for(request.actor, piece_id)
    content = stored(request, file)
    services.add_edition(actor=request.actor, evidence=found, content=content, **facts.model_dump())
    return Status(201, _again(request, found))


@router.get("{piece_id}/editions/{int:number}/file", openapi_extra=ANY_FILE)
@reads(Permission.EVIDENCE_READ)
def read_edition_file(request: Request, piece_id: Word, number: int) -> HttpResponse:
    """Read the file of an edition; 404 for a link or a text."""
    edition = queries.edition_of(queries.evidence_for(request.actor, piece_id), number)
    if not edition.sha256:
        raise NotFound("This edition holds no file.")
    content = files.path(request.actor.organization_id, edition.sha256).read_bytes()
    name = edition.file_name
    return send(f"evidence-{number}.{files.extension(name)}", files.media_type(name), content)


@router.post("{piece_id}/retire", response=PieceOut)
@reads(Permission.EVIDENCE_ADD)
def retire_evidence_piece(request: Request, piece_id: Word) -> PieceOut:
    """Take a piece out of use; it stays on record."""
    found = queries.evidence_for(request.actor, piece_id)
    services.retire_evidence(actor=request.actor, evidence=found)
    return _again(request, found)


@router.post("{piece_id}/restore", response=PieceOut)
@reads(Permission.EVIDENCE_ADD)
def restore_evidence_piece(request: Request, piece_id: Word) -> PieceOut:
    """Bring a retired piece back."""
    found = queries.evidence_for(request.actor, piece_id)
    services.restore_evidence(actor=request.actor, evidence=found)
    return _again(request, found)


def stored(request: Request, file: UploadedFile) -> Content:
    """Check and store an uploaded file."""
    name, found = kept(request, file)
    return Content(file_name=name, sha256=found.sha256, size=found.size)


def _links(request: Request, controls: str, named: str) -> dict[str, Any]:
    found = [risks.risk_for(request.actor, each.strip()) for each in named.split(",") if each.strip()]
    return {"controls": queries.requirements_named(request.actor, controls), "risks": found}


def _rows(request: Request, values: dict[str, Any]) -> dict[str, Any]:
    """Return values with ids and slugs as the rows they name."""
    found = dict(values)
    if "owner" in found:
        found["owner"] = owner_of(request.actor, found["owner"])
    if "scope" in found:
        found["scope"] = scope_named(request, found["scope"])
    return found


def _again(request: Request, found: Evidence) -> PieceOut:
    return show(queries.evidence_for(request.actor, found.pk))


def show(evidence: Evidence) -> PieceOut:
    """Show a piece of evidence."""
    names = ("reference", "title", "description", "classification", "period_from", "period_to", "expires_on", "state")
    return PieceOut(
        id=evidence.pk,
        owner=member(evidence.owner),
        scope=evidence.scope.slug if evidence.scope else None,
        is_expired=evidence.is_expired,
        latest=_edition(evidence.latest) if evidence.latest else None,
        created=evidence.created_at,
        changed=evidence.changed_at,
        **{name: getattr(evidence, name) for name in names},
    )


def _edition(edition: Edition) -> EditionOut:
    names = (
        "number", "kind", "file_name", "sha256", "size", "url", "text", "collected_on", "collected_with", "note",
    )  # fmt: skip
    return EditionOut(
        added=edition.added_at,
        added_by=member(edition.added_by),
        **{name: getattr(edition, name) for name in names},
    )
