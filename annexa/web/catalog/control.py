"""Everything about one requirement or control, gathered for its page and its drawer."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from annexa.activity import queries as activity
from annexa.catalog import library, queries
from annexa.catalog.models import OWN, Requirement
from annexa.isms import queries as isms
from annexa.organizations.permissions import Permission
from annexa.treatment.queries import controls as decisions
from annexa.web import narrative
from annexa.web.catalog import words
from annexa.web.request import Request, is_fragment, scope_of

HISTORY = 20


def gather(request: Request, requirement: Requirement) -> dict[str, Any]:
    """Return the context of a control's page."""
    framework = requirement.framework
    slug = request.actor.organization.slug
    before, after = queries.neighbours(requirement)
    documents = queries.documents_by_ref(framework)
    return {
        "page_title": f"{requirement.ref} {requirement.title}",
        "requirement": requirement,
        "framework": framework,
        "is_own": framework.slug == OWN,
        "guidance": queries.guidance(requirement, (get_language() or "en").split("-")[0]),
        "node": queries.node(requirement),
        "documented": documents.get(requirement.ref) or requirement.documented,
        "attributes": [
            (title, words.values(requirement.attributes[name]))
            for name, title in _attribute_titles(requirement).items()
            if requirement.attributes.get(name)
        ],
        "theme": words.THEMES.get(requirement.theme, requirement.theme),
        "items": [(item, documents.get(item.ref, "")) for item in queries.children(requirement)],
        "crosswalk": _crosswalk(request, requirement),
        "bridge": _bridge(requirement),
        "previous": before,
        "next": after,
        "previous_url": _url(slug, framework.slug, before),
        "next_url": _url(slug, framework.slug, after),
        "close_url": reverse("catalog:controls", args=[slug]),
        "full_url": _url(slug, framework.slug, requirement),
        **_standing(request, requirement),
    }


def _attribute_titles(requirement: Requirement) -> dict[str, Any]:
    if requirement.framework.slug == OWN:
        return words.ATTRIBUTES
    own = {name: entry["title"] for name, entry in requirement.framework.attributes.items()}
    return {name: title for name, title in words.ATTRIBUTES.items() if name in own} | {
        name: title for name, title in own.items() if name not in words.ATTRIBUTES
    }


def _bridge(requirement: Requirement) -> list[Any]:
    """Return the counterparts in the other edition of ISO/IEC 27001."""
    slug = requirement.framework.slug
    if slug == library.ISO_27001_2013:
        return queries.successors(requirement.ref)
    return queries.predecessors(requirement.ref) if slug == library.ISO_27001 else []


def _crosswalk(request: Request, requirement: Requirement) -> list[dict[str, Any]]:
    """Return the imported crosswalk lines, each told from this requirement's side."""
    slug, org = requirement.framework.slug, request.actor.organization.slug
    found = []
    for line in queries.mappings(request.actor, requirement):
        forward = (line.source_framework, line.source_ref) == (slug, requirement.ref)
        there, ref = (line.target_framework, line.target_ref) if forward else (line.source_framework, line.source_ref)
        url = reverse("catalog:control", args=[org, there, ref])
        relation = words.RELATIONS.get(line.relation, line.relation)
        found.append(
            {"forward": forward, "framework": there, "ref": ref, "url": url, "relation": relation, "line": line}
        )
    return found


def _standing(request: Request, requirement: Requirement) -> dict[str, Any]:
    """Return what the organisation itself says of the control: SoA, gap analysis, obligations, history."""
    actor, scope = request.actor, scope_of(request)
    is_control = requirement.kind == Requirement.Kind.CONTROL
    decision = (
        decisions.decision_of(actor, scope, requirement) if is_control and actor.can(Permission.SOA_READ) else None
    )
    rating = decisions.rating_of(actor, scope, requirement) if actor.can(Permission.GAP_READ) else None
    in_iso = requirement.framework.slug == library.ISO_27001
    with_history = actor.can(Permission.ACTIVITY_READ) and not is_fragment(request)
    subjects = [thing for thing in (requirement, decision, rating) if thing]
    return {
        "decision": decision,
        "decision_mark": words.decision_mark(decision.applicable, decision.status) if decision else "",
        "rating": rating,
        "may_read_evidence": actor.can(Permission.EVIDENCE_READ),
        "may_read_findings": actor.can(Permission.FINDING_READ) and requirement.framework.slug == library.ISO_27001,
        "may_read_risks": is_control and actor.can(Permission.RISK_READ),
        "obligations": isms.obligations_by_control(scope).get(requirement.ref, []) if in_iso else [],
        "history": _history(request, requirement, subjects) if with_history else None,
    }


def _history(request: Request, requirement: Requirement, subjects: list[Any]) -> list[narrative.Line]:
    entries = activity.of_subjects(request.actor.organization_id, subjects, HISTORY)
    names = {(entry.subject_type, entry.subject_id): (str(requirement), "") for entry in entries}
    return narrative.tell(request.actor, entries, names=names)


def _url(slug: str, framework: str, requirement: Requirement | None) -> str:
    return reverse("catalog:control", args=[slug, framework, requirement.ref]) if requirement else ""
