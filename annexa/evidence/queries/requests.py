"""Read what people are asked to show."""

import uuid

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from annexa.evidence.models import EvidenceRequest
from annexa.lib import clock
from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor
from annexa.organizations.permissions import Permission

OPEN = (EvidenceRequest.State.ASKED, EvidenceRequest.State.RETURNED)


def visible_to(actor: Actor) -> QuerySet[EvidenceRequest]:
    """Return the requests the actor may see: all for who may ask, else what they are asked for."""
    found = EvidenceRequest.objects.filter(organization_id=actor.organization_id)
    if actor.scope_id:
        found = found.filter(Q(scope=None) | Q(scope=actor.scope_id))
    if not actor.can(Permission.EVIDENCE_READ):
        found = found.filter(owner=actor.membership) if actor.membership else found.none()
    return found.select_related(
        "owner__person", "asked_by__person", "decided_by__person", "evidence__latest", "requirement"
    )


def narrowed(
    actor: Actor, *, text: str = "", state: str | None = None, mine: bool = False, late: bool = False
) -> QuerySet[EvidenceRequest]:
    """Return the visible requests that have every word, and what else is asked for."""
    found = visible_to(actor)
    for word in text.split():
        found = found.filter(title__icontains=word)
    found = found.filter(state=state) if state else found
    found = found.filter(owner=actor.membership) if mine else found
    return found.filter(state__in=OPEN, due__lt=clock.today()) if late else found


def request_for(actor: Actor, request_id: uuid.UUID) -> EvidenceRequest:
    """Return one request; raises NotFound."""
    found = visible_to(actor).filter(pk=request_id).first()
    if found is None:
        raise NotFound(_("There is no such request."))
    return found
