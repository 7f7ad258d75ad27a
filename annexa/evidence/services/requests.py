"""Ask people for evidence, and look at what they give."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.catalog.models import Requirement
from annexa.evidence import keeping
from annexa.evidence.contents import Content
from annexa.evidence.models import Evidence, EvidenceRequest
from annexa.lib import clock
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.lib.text import one_line
from annexa.organizations import access, delegations
from annexa.organizations.models import Delegation, Membership, Scope
from annexa.organizations.permissions import Permission
from annexa.tasks import notices
from annexa.tasks import services as tasks
from annexa.tasks.models import Kind

SOURCE = "evidence_request"  # of the task that follows a request


@access.command(Permission.EVIDENCE_EDIT)
def ask_for_evidence(
    *,
    actor: access.Actor,
    title: str,
    owner: Membership | None,
    due: date | None,
    note: str = "",
    requirement: Requirement | None = None,
    scope: Scope | None = None,
) -> EvidenceRequest:
    """Ask a member for evidence until a day; a task of theirs follows, with its reminders."""
    if not title.strip():
        raise UserError(_("Say what is to be shown."), {"title": _("Needed")})
    if owner is None or not owner.is_active():
        raise UserError(_("Say who is asked."), {"owner": _("Needed")})
    if due is None or due < clock.today():
        raise UserError(_("Choose a day that has not passed."), {"due": _("Needed, from today on")})
    request = EvidenceRequest.objects.create(
        organization=actor.organization,
        scope=scope or keeping.own_scope(actor),
        title=one_line(title)[:200],
        note=note.strip(),
        requirement=requirement,
        owner=owner,
        due=due,
        asked_by=actor.membership,
    )
    activity.note(request, title=request.title, owner=str(owner.pk), due=due)
    _follow(actor, request)
    return request


@access.command(Permission.TASK_WORK)
def answer_request(*, actor: access.Actor, request: EvidenceRequest, evidence: Evidence, note: str = "") -> None:
    """Give evidence for a request: who is asked may, who stands in for them, and who may ask."""
    _check_answers(actor, request)
    _answer(actor, request, evidence, note)


@access.command(Permission.TASK_WORK)
def answer_with(
    *, actor: access.Actor, request: EvidenceRequest, content: Content, title: str = "", note: str = ""
) -> Evidence:
    """Put in what is asked for and give it at once; it belongs to who was asked, and counts once it is accepted."""
    _check_answers(actor, request)
    about: dict[str, Any] = {"title": title.strip() or request.title, "owner": request.owner, "scope": request.scope}
    evidence = keeping.put_in(actor, content, **about)
    _answer(actor, request, evidence, note)
    return evidence


def _answer(actor: access.Actor, request: EvidenceRequest, evidence: Evidence, note: str) -> None:
    said = one_line(note)[:500]
    activity.change(
        request, state=EvidenceRequest.State.ANSWERED, evidence=evidence, answered_at=clock.now(), answer_note=said
    )
    _follow(actor, request)
    if request.asked_by:
        facts = {"title": request.title, "who": str(request.owner)}
        notices.tell(actor, [request.asked_by], Kind.EVIDENCE_ANSWERED, request, **facts)


@access.command(Permission.EVIDENCE_EDIT)
def accept_answer(*, actor: access.Actor, request: EvidenceRequest) -> None:
    """Take what was given; it counts for the control that was asked about."""
    _decide(actor, request, EvidenceRequest.State.ACCEPTED, "")
    if request.evidence and request.requirement:
        keeping.link(actor, request.evidence, [request.requirement], [])


@access.command(Permission.EVIDENCE_EDIT)
def return_answer(*, actor: access.Actor, request: EvidenceRequest, reason: str) -> None:
    """Give back what does not show it, with a reason; the request waits again."""
    if not reason.strip():
        raise UserError(_("Say what is missing."), {"reason": _("Needed")})
    _decide(actor, request, EvidenceRequest.State.RETURNED, one_line(reason)[:500])
    facts = {"title": request.title, "note": request.reason}
    notices.tell(actor, [request.owner], Kind.EVIDENCE_RETURNED, request, **facts)


@access.command(Permission.EVIDENCE_EDIT)
def withdraw_request(*, actor: access.Actor, request: EvidenceRequest) -> None:
    """Ask no more."""
    lock(request)
    if request.state == EvidenceRequest.State.ACCEPTED:
        raise UserError(_("What was given is accepted already."))
    activity.change(request, state=EvidenceRequest.State.WITHDRAWN)
    _follow(actor, request)


def _decide(actor: access.Actor, request: EvidenceRequest, state: str, reason: str) -> None:
    lock(request)
    if request.state != EvidenceRequest.State.ANSWERED:
        raise UserError(_("There is no answer to look at."))
    activity.change(request, state=state, reason=reason, decided_by=actor.membership, decided_at=clock.now())
    _follow(actor, request)


def _check_answers(actor: access.Actor, request: EvidenceRequest) -> None:
    lock(request)
    if not request.is_open:
        raise UserError(_("This request does not wait for an answer."))
    if actor.can(Permission.EVIDENCE_EDIT) or actor.owns(request):
        return
    if request.owner_id not in delegations.principals(actor, Delegation.Kind.TASKS, request.scope_id):
        raise NotAllowed(_("Somebody else is asked for this."))


def _follow(actor: access.Actor, request: EvidenceRequest) -> None:
    """Keep the task of who is asked in step: there while the request waits, gone otherwise."""
    title = _("Evidence: %(title)s") % {"title": request.title} if request.is_open else ""
    tasks.follow_source(
        actor=actor,
        kind=SOURCE,
        source_id=request.pk,
        scope_id=request.scope_id,
        reference=request.requirement.ref if request.requirement else "",
        title=title,
        owner=request.owner,
        due=request.due,
    )
