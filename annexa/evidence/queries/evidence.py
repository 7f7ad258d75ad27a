"""Read evidence, and what it shows."""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from annexa.catalog import library
from annexa.catalog.models import OWN, Mapping, Requirement
from annexa.evidence.models import Edition, Evidence, EvidenceControl
from annexa.lib import clock
from annexa.lib.errors import NotFound, UserError
from annexa.lib.ids import is_uuid
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope

SOON = timedelta(days=30)  # before it expires
PLAIN = (library.ISO_27001, OWN)  # frameworks whose references need no name before them


@dataclass(frozen=True)
class Served:
    """A control or requirement that evidence counts for: linked itself, or by a crosswalk's line."""

    framework: str
    ref: str
    title: str
    standard: str = ""  # the framework's title, where it is known
    by: str = ""  # the reference by which it counts, empty when it is linked itself
    relation: str = ""


def visible_to(actor: Actor) -> QuerySet[Evidence]:
    """Return the evidence the actor may see: that of their scope and of the whole organisation."""
    found = Evidence.objects.filter(organization_id=actor.organization_id)
    return found.filter(Q(scope=None) | Q(scope=actor.scope_id)) if actor.scope_id else found


def listed(actor: Actor, scope: Scope | None = None) -> QuerySet[Evidence]:
    """Return evidence as lists show it, with its newest edition and owner; of one scope when it is given."""
    found = visible_to(actor).select_related("owner__person", "latest", "scope")
    return found.filter(Q(scope=None) | Q(scope=scope)) if scope else found


def with_controls(rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """Add the references of the controls that each row is linked to."""
    return rows.annotate(refs=ArrayAgg("controls__requirement__ref", filter=Q(controls__isnull=False), distinct=True))


def narrowed(
    actor: Actor,
    *,
    text: str = "",
    state: str | None = None,
    kind: str | None = None,
    control: str = "",
    mine: bool = False,
    expired: bool = False,
    expiring: bool = False,
) -> QuerySet[Evidence]:
    """Return the visible evidence that has every word, and what else is asked for."""
    found = listed(actor)
    for word in text.split():
        found = found.filter(Q(title__icontains=word) | Q(latest__file_name__icontains=word))
    found = found.filter(state=state) if state else found
    found = found.filter(latest__kind=kind) if kind else found
    if control:
        links = EvidenceControl.objects.filter(organization_id=actor.organization_id, requirement__ref=control)
        found = found.filter(pk__in=links.values("evidence"))
    found = found.filter(owner=actor.membership) if mine else found
    found = past(found) if expired else found
    return soon(found) if expiring else found


def past(rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """Keep what does not count any more."""
    return rows.filter(state=Evidence.State.CURRENT, expires_on__lt=clock.today())


def soon(rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """Keep what will expire in a month."""
    today = clock.today()
    return rows.filter(state=Evidence.State.CURRENT, expires_on__range=(today, today + SOON))


def counts(actor: Actor) -> dict[str, int]:
    """Return what the head of the list says."""
    today, live = clock.today(), Q(state=Evidence.State.CURRENT)
    return visible_to(actor).aggregate(
        every=Count("id"),
        total=Count("id", filter=live),
        expired=Count("id", filter=live & Q(expires_on__lt=today)),
        expiring=Count("id", filter=live & Q(expires_on__range=(today, today + SOON))),
        unowned=Count("id", filter=live & Q(owner=None)),
    )


def evidence_for(actor: Actor, wanted: uuid.UUID | str) -> Evidence:
    """Return evidence by its id or by its reference, as EVID-12; raises NotFound."""
    if named := re.fullmatch(r"(?i)evid-(\d{1,9})", str(wanted), re.ASCII):
        found = listed(actor).filter(number=int(named.group(1))).first()
    else:
        found = listed(actor).filter(pk=wanted).first() if is_uuid(str(wanted)) else None
    if found is None:
        raise NotFound(_("There is no such evidence."))
    return found


def editions(evidence: Evidence) -> QuerySet[Edition]:
    """Return what was put in, newest first."""
    return Edition.objects.filter(organization_id=evidence.organization_id, evidence=evidence).select_related(
        "added_by__person"
    )


def edition_of(evidence: Evidence, number: int) -> Edition:
    """Return one edition; raises NotFound."""
    found = editions(evidence).filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no such edition."))
    return found


def linked(evidence: Evidence) -> list[Requirement]:
    """Return the controls and requirements that evidence is linked to itself."""
    links = EvidenceControl.objects.filter(organization_id=evidence.organization_id, evidence=evidence)
    return [
        link.requirement
        for link in links.select_related("requirement__framework").order_by(
            "requirement__framework__slug", "requirement__sort_key"
        )
    ]


def serves(evidence: Evidence, direct: Iterable[Requirement]) -> list[Served]:
    """Return everything that evidence counts for: what it is linked to, and what crosswalks map that to, once each."""
    found = {
        (each.framework.slug, each.ref): Served(each.framework.slug, each.ref, each.title, each.framework.title)
        for each in direct
    }
    for near, far, relation in _mapped(evidence.organization_id, found):
        if far not in found:
            found[far] = Served(far[0], far[1], "", by=near[1], relation=relation)
    return list(found.values())


def showing(actor: Actor, requirement: Requirement) -> list[tuple[Evidence, str, str]]:
    """Return the evidence that counts for a requirement, each with the reference and relation by which it does.

    What is linked to it itself comes first, with both empty.
    """
    here = (requirement.framework.slug, requirement.ref)
    by: dict[tuple[str, str], tuple[str, str]] = {here: ("", "")}
    for _near, far, relation in _mapped(actor.organization_id, [here]):
        by.setdefault(far, (far[1], relation))
    named = Q()
    for slug, ref in by:
        named |= Q(requirement__framework__slug=slug, requirement__ref=ref)
    links = EvidenceControl.objects.filter(named, organization_id=actor.organization_id)
    ways: dict[uuid.UUID, tuple[str, str]] = {}
    for key, slug, ref in links.values_list("evidence_id", "requirement__framework__slug", "requirement__ref"):
        ways[key] = min(ways.get(key, by[(slug, ref)]), by[(slug, ref)])
    rows = listed(actor).filter(pk__in=ways, state=Evidence.State.CURRENT)
    return sorted(((row, *ways[row.pk]) for row in rows), key=lambda each: (each[1] != "", -each[0].number))


def requirements_named(actor: Actor, text: str) -> list[Requirement]:
    """Return the requirements that references name, with commas between: A.8.13, 9.1, SITE-1, or framework:ref.

    Without a framework ISO/IEC 27001 and own controls come before others; raises UserError naming what is unknown.
    """
    wanted = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()][:500]
    refs = {part.rpartition(":")[2].strip() for part in wanted}
    rows = Requirement.objects.filter(organization_id=actor.organization_id, ref__in=refs, retired_at=None)
    known: dict[str, Requirement] = {}
    for row in rows.select_related("framework").order_by("framework__slug"):
        known[f"{row.framework.slug}:{row.ref}"] = row
        if row.ref not in known or row.framework.slug in PLAIN:
            known[row.ref] = row
    found = [
        known.get(":".join(part.strip() for part in each.split(":", 1)) if ":" in each else each) for each in wanted
    ]
    if missing := [name for name, row in zip(wanted, found, strict=True) if row is None]:
        sentence = _("There is no control or requirement: %(names)s.") % {"names": ", ".join(missing[:10])}
        raise UserError(sentence, {"controls": sentence})
    return list({row.pk: row for row in found if row}.values())


def name_of(requirement: Requirement) -> str:
    """Return how `requirements_named` knows a requirement: with its framework where that is needed."""
    slug = requirement.framework.slug
    return requirement.ref if slug in PLAIN else f"{slug}:{requirement.ref}"


def requirement_named(actor: Actor, text: str) -> Requirement | None:
    """Return the one requirement that a reference names, None for an empty one; raises UserError for several."""
    found = requirements_named(actor, text)
    if len(found) > 1:
        sentence = _("One control, or none.")
        raise UserError(sentence, {"control": sentence})
    return found[0] if found else None


def _mapped(
    organization_id: uuid.UUID, pairs: Iterable[tuple[str, str]]
) -> list[tuple[tuple[str, str], tuple[str, str], str]]:
    """Return the lines of crosswalks that name any of some (framework, ref), seen from it: near, far, relation."""
    wanted = Q(pk__in=[])
    known = set(pairs)
    for slug, ref in known:
        wanted |= Q(source_framework=slug, source_ref=ref) | Q(target_framework=slug, target_ref=ref)
    found: dict[tuple[tuple[str, str], tuple[str, str]], str] = defaultdict(str)
    for line in Mapping.objects.filter(wanted, organization_id=organization_id).order_by("crosswalk", "pk")[:500]:
        source, target = (line.source_framework, line.source_ref), (line.target_framework, line.target_ref)
        if source in known:
            found.setdefault((source, target), line.relation)
        if target in known:
            found.setdefault((target, source), line.relation)
    return [(near, far, relation) for (near, far), relation in found.items()]
