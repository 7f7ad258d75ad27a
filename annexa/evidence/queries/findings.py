"""Read findings."""

import re
import uuid
from collections.abc import Sequence

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from annexa.evidence.models import Finding, FindingStep, Scan, Severity
from annexa.lib import clock
from annexa.lib.errors import NotFound, UserError
from annexa.lib.ids import is_uuid
from annexa.organizations.access import Actor
from annexa.risks.models import Risk
from annexa.risks.queries import risks

SOURCE = "finding"  # of a risk that was raised from one
BAD = (Severity.HIGH, Severity.CRITICAL)


def listed(actor: Actor) -> QuerySet[Finding]:
    """Return the findings of the organisation; they are of all scopes, so who works in one has none."""
    found = Finding.objects.none() if actor.scope_id else Finding.objects.filter(organization_id=actor.organization_id)
    return found.select_related("owner__person", "asset")


def narrowed(
    actor: Actor,
    *,
    text: str = "",
    state: str | None = None,
    severity: str | None = None,
    source: str | None = None,
    control: str = "",
    mine: bool = False,
    late: bool = False,
) -> QuerySet[Finding]:
    """Return findings that have every word, and what else is asked for; `severity` is the least."""
    found = listed(actor)
    for word in text.split():
        found = found.filter(Q(title__icontains=word) | Q(place__icontains=word) | Q(found_on__icontains=word))
    found = found.filter(state=state) if state else found
    found = found.filter(severity__gte=Severity[severity.upper()]) if severity else found
    found = found.filter(source=source) if source else found
    found = found.filter(controls__contains=[control]) if control else found
    found = found.filter(owner=actor.membership) if mine else found
    return overdue(found) if late else found


def worst_first(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Order findings: open ones by severity, then what was closed, the newest first."""
    return rows.order_by(F("closed_at").desc(nulls_first=True), "-severity", "number")


def overdue(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Keep open findings whose day has passed."""
    return rows.filter(state=Finding.State.OPEN, due__lt=clock.today())


def counts(actor: Actor) -> dict[str, int]:
    """Return what the head of the list says."""
    live = Q(state=Finding.State.OPEN)
    by = {each.name.lower(): Count("id", filter=live & Q(severity=each)) for each in Severity}
    return listed(actor).aggregate(
        every=Count("id"), open=Count("id", filter=live), late=Count("id", filter=live & Q(due__lt=clock.today())), **by
    )


def finding_for(actor: Actor, wanted: uuid.UUID | str) -> Finding:
    """Return a finding by its id or by its reference, as FIND-12; raises NotFound."""
    if named := re.fullmatch(r"(?i)find-(\d{1,9})", str(wanted), re.ASCII):
        found = listed(actor).filter(number=int(named.group(1))).first()
    else:
        found = listed(actor).filter(pk=wanted).first() if is_uuid(str(wanted)) else None
    if found is None:
        raise NotFound(_("There is no such finding."))
    return found


def steps(finding: Finding) -> QuerySet[FindingStep]:
    """Return what happened to a finding, newest first."""
    found = FindingStep.objects.filter(organization_id=finding.organization_id, finding=finding)
    return found.select_related("by__person", "scan")


def scans(actor: Actor) -> QuerySet[Scan]:
    """Return what was brought in, newest first."""
    found = Scan.objects.none() if actor.scope_id else Scan.objects.filter(organization_id=actor.organization_id)
    return found.select_related("brought_by__person").order_by("-at")


def against() -> Q:
    """Keep what contradicts a declared status: high or critical, past its day, neither accepted nor disputed."""
    return Q(state=Finding.State.OPEN, severity__in=BAD, due__lt=clock.today())


def findings_named(actor: Actor, ids: Sequence[uuid.UUID]) -> list[Finding]:
    """Return the findings of some ids; raises UserError naming those that are none."""
    found = {each.pk: each for each in listed(actor).filter(pk__in=ids)}
    if missing := [str(key) for key in ids if key not in found]:
        sentence = _("There is no such finding: %(ids)s.") % {"ids": ", ".join(missing[:5])}
        raise UserError(sentence, {"ids": sentence})
    return list(found.values())


def risk_of(actor: Actor, finding: Finding) -> Risk | None:
    """Return the risk that was raised from a finding, if the actor may see it."""
    return risks.visible_to(actor).filter(source_kind=SOURCE, source_id=finding.pk).first()


def of_control(actor: Actor, ref: str, most: int = 6) -> tuple[dict[str, int], list[Finding]]:
    """Return how many open findings bear on a control, how many of them contradict it, and the worst few."""
    found = narrowed(actor, state=Finding.State.OPEN, control=ref)
    numbers = found.aggregate(open=Count("id"), against=Count("id", filter=against()))
    return numbers, list(found[:most])
