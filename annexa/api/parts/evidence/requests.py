"""Requests for evidence."""

import uuid
from datetime import date, datetime
from typing import Literal

from django.http import HttpResponse
from ninja import Field, File, Form, Query, Router, Status
from ninja.files import UploadedFile

from annexa.api.access import Request, reads
from annexa.api.fields import Line, Member, Text, Word, member, owner_of
from annexa.api.paging import Page, Paging, page
from annexa.api.parts.evidence.pieces import stored
from annexa.api.schema import Schema
from annexa.evidence.contents import Content
from annexa.evidence.models import EvidenceRequest
from annexa.evidence.queries import evidence
from annexa.evidence.queries import requests as queries
from annexa.evidence.services import requests as services
from annexa.organizations.permissions import Permission

router = Router(tags=["Evidence"])
SORTS = {"due": "due", "title": "title", "state": "state", "created": "created_at"}
State = Literal["asked", "answered", "returned", "accepted", "withdrawn"]


class RequestOut(Schema):
    """What somebody is asked to show."""

    id: uuid.UUID
    title: str
    note: str
    control: str
    owner: Member = Field(description="Who is asked.")
    due: date
    is_late: bool
    state: State
    asked_by: Member | None
    evidence: str = Field(description="Reference of what was given.")
    answer_note: str
    answered: datetime | None
    decided_by: Member | None
    decided: datetime | None
    reason: str = Field(description="Why it was given back.")


class RequestIn(Schema):
    """Whom to ask for what, until when."""

    title: Line = Field(examples=["The restore protocol of this quarter"])
    owner: uuid.UUID
    due: date = Field(examples=["2026-12-18"])
    note: Text = ""
    control: Word = Field("", examples=["A.8.13"])


class Answer(Schema):
    """What is given: evidence that is there already, a link, or a text; a file goes to `answer/file`."""

    evidence: Word = Field("", description="Reference or id of evidence.", examples=["EVID-12"])
    url: Line = Field("", max_length=1000)
    text: str = Field("", max_length=100_000)
    title: Line = ""
    note: Line = ""


class AnswerFacts(Schema):
    """What is known of a file that is given."""

    title: Line = ""
    note: Line = ""


class AnswerReturn(Schema):
    """Why an answer does not show it."""

    reason: Line


class RequestFilters(Schema):
    """Which requests."""

    q: Line = ""
    state: State | None = None
    mine: bool = False
    late: bool = False


@router.get("requests", response=Page[RequestOut])
@reads(Permission.TASK_WORK)
def list_evidence_requests(
    request: Request, filters: Query[RequestFilters], paging: Query[Paging]
) -> dict[str, object]:
    """List requests: all of them, or what you are asked for."""
    asked = filters.model_dump()
    return page(queries.narrowed(request.actor, text=asked.pop("q"), **asked), paging, SORTS, "due", show)


@router.post("requests", response={201: RequestOut})
@reads(Permission.EVIDENCE_EDIT)
def ask_for_evidence(request: Request, response: HttpResponse, payload: RequestIn) -> Status[RequestOut]:
    """Ask a member for evidence."""
    made = services.ask_for_evidence(
        actor=request.actor,
        title=payload.title,
        owner=owner_of(request.actor, payload.owner),
        due=payload.due,
        note=payload.note,
        requirement=evidence.requirement_named(request.actor, payload.control),
    )
    response["Location"] = f"/api/v1/evidence/requests/{made.pk}"
    return Status(201, _again(request, made))


@router.get("requests/{request_id}", response=RequestOut)
@reads(Permission.TASK_WORK)
def read_evidence_request(request: Request, request_id: uuid.UUID) -> RequestOut:
    """Read one request."""
    return show(queries.request_for(request.actor, request_id))


@router.post("requests/{request_id}/answer", response=RequestOut)
@reads(Permission.TASK_WORK)
def answer_request(request: Request, request_id: uuid.UUID, payload: Answer) -> RequestOut:
    """Give evidence for a request."""
    found = queries.request_for(request.actor, request_id)
    if payload.evidence:
        given = evidence.evidence_for(request.actor, payload.evidence)
        services.answer_request(actor=request.actor, request=found, evidence=given, note=payload.note)
    else:
        content = Content(url=payload.url, text=payload.text)
        about = {"title": payload.title, "note": payload.note}
        services.answer_with(actor=request.actor, request=found, content=content, **about)
    return _again(request, found)


@router.post("requests/{request_id}/answer/file", response=RequestOut)
@reads(Permission.TASK_WORK)
def answer_with_file(
    request: Request, request_id: uuid.UUID, file: File[UploadedFile], facts: Form[AnswerFacts]
) -> RequestOut:
    """Give a file for a request."""
    found = queries.request_for(request.actor, request_id)
    content = stored(request, file)
    services.answer_with(actor=request.actor, request=found, content=content, **facts.model_dump())
    return _again(request, found)


@router.post("requests/{request_id}/accept", response=RequestOut)
@reads(Permission.EVIDENCE_EDIT)
def accept_answer(request: Request, request_id: uuid.UUID) -> RequestOut:
    """Take what was given."""
    found = queries.request_for(request.actor, request_id)
    services.accept_answer(actor=request.actor, request=found)
    return _again(request, found)


@router.post("requests/{request_id}/return", response=RequestOut)
@reads(Permission.EVIDENCE_EDIT)
def return_answer(request: Request, request_id: uuid.UUID, payload: AnswerReturn) -> RequestOut:
    """Give back what does not show it."""
    found = queries.request_for(request.actor, request_id)
    services.return_answer(actor=request.actor, request=found, reason=payload.reason)
    return _again(request, found)


@router.post("requests/{request_id}/withdraw", response=RequestOut)
@reads(Permission.EVIDENCE_EDIT)
def withdraw_request(request: Request, request_id: uuid.UUID) -> RequestOut:
    """Ask no more."""
    found = queries.request_for(request.actor, request_id)
    services.withdraw_request(actor=request.actor, request=found)
    return _again(request, found)


def _again(request: Request, found: EvidenceRequest) -> RequestOut:
    return show(queries.request_for(request.actor, found.pk))


def show(found: EvidenceRequest) -> RequestOut:
    """Show a request."""
    owner = member(found.owner)
    assert owner is not None
    names = ("title", "note", "due", "is_late", "state", "answer_note", "reason")
    return RequestOut(
        id=found.pk,
        control=found.requirement.ref if found.requirement else "",
        owner=owner,
        asked_by=member(found.asked_by),
        evidence=found.evidence.reference if found.evidence else "",
        answered=found.answered_at,
        decided_by=member(found.decided_by),
        decided=found.decided_at,
        **{name: getattr(found, name) for name in names},
    )
