"""Read control checks and what they showed."""

import re
import uuid

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from annexa.catalog.models import Requirement
from annexa.evidence.models import CheckControl, CheckExclusion, CheckResult, ControlCheck
from annexa.evidence.ready import READY, Ready
from annexa.lib import clock
from annexa.lib.errors import NotFound
from annexa.lib.ids import is_uuid
from annexa.organizations.access import Actor
from annexa.organizations.permissions import Permission


def visible_to(actor: Actor) -> QuerySet[ControlCheck]:
    """Return the checks the actor may see: all for who reads evidence, else those they look at themselves."""
    found = ControlCheck.objects.filter(organization_id=actor.organization_id)
    if actor.scope_id:
        found = found.filter(Q(scope=None) | Q(scope=actor.scope_id))
    if not actor.can(Permission.EVIDENCE_READ):
        found = found.filter(owner=actor.membership) if actor.membership else found.none()
    return found.select_related("owner__person", "latest")


def with_controls(rows: QuerySet[ControlCheck]) -> QuerySet[ControlCheck]:
    """Add the references of the controls that each row bears on."""
    return rows.annotate(refs=ArrayAgg("controls__requirement__ref", filter=Q(controls__isnull=False), distinct=True))


def off() -> Q:
    """Keep what does not count now."""
    return Q(retired=True) | Q(off_until__gte=clock.today())


def fresh() -> Q:
    """Keep checks whose newest result still speaks."""
    return Q(latest__isnull=False) & (Q(due=None) | Q(due__gte=clock.today()))


def standing(value: str) -> Q:
    """Keep checks that stand as `ControlCheck.standing` says: pass, fail, na, none or off."""
    if value == "off":
        return off()
    if value == CheckResult.Outcome.NONE:
        return ~off() & (~fresh() | Q(latest__outcome=value))
    return ~off() & fresh() & Q(latest__outcome=value)


def narrowed(
    actor: Actor, *, text: str = "", state: str | None = None, kind: str | None = None, control: str = "",
    mine: bool = False, late: bool = False,
) -> QuerySet[ControlCheck]:  # fmt: skip
    """Return the visible checks that have every word, and what else is asked for."""
    found = visible_to(actor)
    for word in text.split():
        found = found.filter(title__icontains=word)
    found = found.filter(standing(state)) if state else found
    found = found.filter(kind=kind) if kind else found
    if control:
        links = CheckControl.objects.filter(organization_id=actor.organization_id, requirement__ref=control)
        found = found.filter(pk__in=links.values("check_of"))
    found = found.filter(owner=actor.membership) if mine else found
    return found.filter(~off(), due__lt=clock.today()) if late else found


def counts(actor: Actor) -> dict[str, int]:
    """Return what the head of the list says."""
    states = {name: Count("id", filter=standing(key)) for name, key in
              (("passed", "pass"), ("failed", "fail"), ("na", "na"), ("none", "none"), ("off", "off"))}  # fmt: skip
    late = Count("id", filter=~off() & Q(due__lt=clock.today()))
    return visible_to(actor).aggregate(every=Count("id"), late=late, **states)


def check_for(actor: Actor, wanted: uuid.UUID | str) -> ControlCheck:
    """Return a check by its id or by its reference, as CHECK-12; raises NotFound."""
    rows = visible_to(actor)
    found = rows.filter(pk=wanted) if is_uuid(str(wanted)) else rows.filter(number=_number(wanted))
    if (check := found.first()) is None:
        raise NotFound(_("There is no such check."))
    return check


def reported_check(actor: Actor, wanted: uuid.UUID | str) -> ControlCheck:
    """Return a check that a program answers, for a token that may report but not read; raises NotFound."""
    found = ControlCheck.objects.filter(organization_id=actor.organization_id, kind=ControlCheck.Kind.PUSH)
    if actor.scope_id:
        found = found.filter(Q(scope=None) | Q(scope=actor.scope_id))
    found = found.filter(pk=wanted) if is_uuid(str(wanted)) else found.filter(number=_number(wanted))
    check = found.select_related("owner__person", "latest").first()
    if check is None:
        raise NotFound(_("There is no such check."))
    return check


def _number(wanted: uuid.UUID | str) -> int:
    named = re.fullmatch(r"(?i)check-(\d{1,9})", str(wanted), re.ASCII)
    return int(named.group(1)) if named else 0


def controls(check: ControlCheck) -> list[Requirement]:
    """Return what a check bears on."""
    links = CheckControl.objects.filter(organization_id=check.organization_id, check_of=check)
    found = links.select_related("requirement__framework").order_by("requirement__framework", "requirement__sort_key")
    return [link.requirement for link in found]


def results(check: ControlCheck) -> QuerySet[CheckResult]:
    """Return what a check showed, newest first."""
    found = CheckResult.objects.filter(organization_id=check.organization_id, check_of=check)
    return found.select_related("by__person", "scan").order_by("-on", "-at")


def exclusions(check: ControlCheck) -> QuerySet[CheckExclusion]:
    """Return the items that a check leaves out, with those whose day has passed."""
    return CheckExclusion.objects.filter(organization_id=check.organization_id, check_of=check).select_related(
        "by__person"
    )


def of_control(actor: Actor, requirement: Requirement) -> list[ControlCheck]:
    """Return the checks in use that bear on a control."""
    links = CheckControl.objects.filter(organization_id=actor.organization_id, requirement=requirement)
    return list(visible_to(actor).filter(pk__in=links.values("check_of"), retired=False).order_by("number"))


def ready_there(actor: Actor) -> set[str]:
    """Return the keys of the ready checks that were added already, in any scope the actor sees."""
    rows = ControlCheck.objects.filter(organization_id=actor.organization_id).exclude(ready="")
    return set(rows.values_list("ready", flat=True))


def ready(actor: Actor) -> list[tuple[Ready, bool]]:
    """Return every ready check and whether it was added."""
    there = ready_there(actor)
    return [(each, each.key in there) for each in READY.values()]
