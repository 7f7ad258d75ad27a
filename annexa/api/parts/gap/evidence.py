"""Evidence of a rating, and the mandatory documents of an assessment."""

import uuid
from datetime import date, datetime
from typing import Literal

from django.http import HttpResponse
from ninja import Field, File, Form, Query, Router, Status
from ninja.files import UploadedFile

from annexa.api import etags
from annexa.api.access import Request, reads
from annexa.api.downloads import ANY_FILE, kept, send
from annexa.api.fields import Line, OfScope, Text
from annexa.api.parts.gap.access import assessment_of
from annexa.api.schema import Schema
from annexa.lib import clock, files
from annexa.lib.errors import NotFound
from annexa.organizations.permissions import Permission
from annexa.treatment.models import GapDocument, GapEvidence
from annexa.treatment.queries import gap as queries
from annexa.treatment.services import gap

router = Router(tags=["Gap analysis"])
State = Literal["missing", "draft", "present"]


class EvidenceOut(Schema):
    """A link, or a file with its hash, that shows what a rating says."""

    id: uuid.UUID
    title: str
    dated: date
    url: str
    sha256: str
    size: int | None
    added: datetime


class EvidenceLinkIn(Schema):
    """A page or document elsewhere; a file goes to `evidence/file`."""

    url: Text = Field(max_length=1000, examples=["https://docs.example.com/policy"])
    title: Line = ""
    dated: date | None = Field(None, description="The day it is from; today if left out.")


class FileFacts(Schema):
    """What is known of an uploaded file."""

    title: Line = Field("", description="Its name if left out.")
    dated: date | None = None


class DocumentOut(Schema):
    """A document that the framework asks for, as the assessment found it."""

    key: str
    title: str
    requirement: str
    state: State
    url: str
    changed: datetime


class DocumentChange(Schema):
    """What to change; what is left out stays."""

    state: State | None = None
    url: Text | None = Field(None, max_length=1000)


@router.get("ratings/{rating_id}/evidence", response=list[EvidenceOut])
@reads(Permission.GAP_READ)
def list_evidence(request: Request, rating_id: uuid.UUID) -> list[EvidenceOut]:
    """List what shows that a row is right, newest first."""
    return [show(each) for each in queries.evidence_of(queries.rating_for(request.actor, rating_id))]


@router.post("ratings/{rating_id}/evidence", response={201: EvidenceOut})
@reads(Permission.GAP_RATE_OWN)
def link_evidence(request: Request, rating_id: uuid.UUID, payload: EvidenceLinkIn) -> Status[EvidenceOut]:
    """Attach a link."""
    rating = queries.rating_for(request.actor, rating_id)
    dated = payload.dated or clock.today()
    made = gap.add_evidence(actor=request.actor, rating=rating, title=payload.title, dated=dated, url=payload.url)
    return Status(201, show(made))


@router.post("ratings/{rating_id}/evidence/file", response={201: EvidenceOut})
@reads(Permission.GAP_RATE_OWN)
def upload_evidence(
    request: Request, rating_id: uuid.UUID, file: File[UploadedFile], facts: Form[FileFacts]
) -> Status[EvidenceOut]:
    """Attach a file of a harmless type; its name keeps its ending."""
    rating = queries.rating_for(request.actor, rating_id)
    name, stored = kept(request, file)
    ending = f".{files.extension(name)}"
    title = (facts.title or name)[: 200 - len(ending)]
    made = gap.add_evidence(
        actor=request.actor,
        rating=rating,
        title=title if title.lower().endswith(ending) else title + ending,
        dated=facts.dated or clock.today(),
        sha256=stored.sha256,
        size=stored.size,
    )
    return Status(201, show(made))


@router.get("ratings/{rating_id}/evidence/{evidence_id}/file", openapi_extra=ANY_FILE)
@reads(Permission.GAP_READ)
def read_evidence_file(request: Request, rating_id: uuid.UUID, evidence_id: uuid.UUID) -> HttpResponse:
    """Read an attached file; 404 for a link."""
    found = queries.evidence_in(queries.rating_for(request.actor, rating_id), evidence_id)
    if not found.sha256:
        raise NotFound("This evidence is a link.")
    content = files.path(request.actor.organization_id, found.sha256).read_bytes()
    return send(f"evidence.{files.extension(found.title)}", files.media_type(found.title), content)


@router.delete("ratings/{rating_id}/evidence/{evidence_id}", response={204: None})
@reads(Permission.GAP_RATE_OWN)
def remove_evidence(
    request: Request, response: HttpResponse, rating_id: uuid.UUID, evidence_id: uuid.UUID
) -> Status[None]:
    """Detach evidence from a row of an open assessment."""
    found = queries.evidence_in(queries.rating_for(request.actor, rating_id), evidence_id)
    gap.remove_evidence(actor=request.actor, evidence=found)
    return Status(204, None)


@router.get("assessments/{int:number}/documents", response=list[DocumentOut])
@reads(Permission.GAP_READ)
def list_documents(request: Request, number: int, of: Query[OfScope]) -> list[DocumentOut]:
    """List the mandatory documents."""
    return [_document(entry, found) for entry, found in queries.documents(assessment_of(request, of, number))]


@router.patch("assessments/{int:number}/documents/{key}", response=DocumentOut)
@reads(Permission.GAP_EDIT)
def change_document(
    request: Request, response: HttpResponse, number: int, key: str, of: Query[OfScope], payload: DocumentChange
) -> DocumentOut:
    """Say whether a mandatory document exists and where."""
    assessment = assessment_of(request, of, number)
    entry: dict[str, str] = next((each for each in assessment.framework.documents if each["id"] == key), {})

    def read() -> GapDocument:
        return queries.document_for(request.actor, assessment, key)

    found = etags.current(request, GapDocument, read().pk, read, lambda row: _document(entry, row), payload)
    state, url = payload.state or found.state, found.url if payload.url is None else payload.url
    gap.set_document(actor=request.actor, document=found, state=state, url=url)
    return etags.tagged(response, _document(entry, read()))


def show(evidence: GapEvidence) -> EvidenceOut:
    """Show a piece of evidence."""
    names = ("title", "dated", "url", "sha256", "size")
    return EvidenceOut(id=evidence.pk, added=evidence.added_at, **{name: getattr(evidence, name) for name in names})


def _document(entry: dict[str, str], found: GapDocument) -> DocumentOut:
    return DocumentOut(
        key=found.key,
        title=entry.get("title", ""),
        requirement=entry.get("requirement", ""),
        state=found.state,  # type: ignore[arg-type]
        url=found.url,
        changed=found.changed_at,
    )
