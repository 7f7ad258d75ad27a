"""What can be found, kind by kind; each finder answers with few rows of what the person may see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annexa.assets.queries import assets
from annexa.catalog import queries as catalog
from annexa.catalog.models import Requirement
from annexa.evidence.queries import checks, evidence, findings
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.organizations.permissions import Permission
from annexa.risks.queries import risks
from annexa.tasks import queries as tasks
from annexa.treatment.queries import gap, statements
from annexa.ui import sources
from annexa.web.shell import NAVIGATION

MOST = 6
NEWEST = 20

# Pages that stand beneath those of the navigation: (title, url name, icon, permission).
MORE_PAGES = (
    (gettext_lazy("Guided start"), "start:questions", "wand", Permission.CONTEXT_EDIT),
    (gettext_lazy("The way to the certificate"), "home:guide", "list-check", Permission.CONTEXT_EDIT),
    (gettext_lazy("Add an asset"), "assets:add", "plus", Permission.ASSET_EDIT),
    (gettext_lazy("Import assets"), "assets:import", "upload", Permission.ASSET_EDIT),
    (gettext_lazy("Classification scheme"), "assets:terms", "settings", Permission.ASSET_EDIT),
    (gettext_lazy("Bring in a scan"), "findings:import", "upload", Permission.FINDING_IMPORT),
    (gettext_lazy("Ready checks"), "checks:ready", "clipboard-check", Permission.EVIDENCE_EDIT),
    (gettext_lazy("Add a check"), "checks:add", "plus", Permission.EVIDENCE_EDIT),
    (gettext_lazy("Put in evidence"), "evidence:add", "plus", Permission.EVIDENCE_ADD),
    (gettext_lazy("Ask for evidence"), "evidence:ask", "user-question", Permission.EVIDENCE_EDIT),
    (gettext_lazy("Library of scenarios"), "risks:library", "books", Permission.RISK_READ),
    (gettext_lazy("Risk method"), "risks:method", "scale", Permission.RISK_READ),
    (gettext_lazy("Add a risk"), "risks:add", "plus", Permission.RISK_EDIT),
    (gettext_lazy("From 2013 to 2022"), "catalog:bridge", "git-compare", Permission.CATALOG_READ),
    (gettext_lazy("Add an own control"), "catalog:add-control", "plus", Permission.CATALOG_EDIT),
    (gettext_lazy("Import a framework"), "catalog:import", "upload", Permission.CATALOG_EDIT),
    (gettext_lazy("Webhooks"), "webhooks:index", "link", Permission.WEBHOOK_EDIT),
    (gettext_lazy("Inbox"), "inbox:index", "bell", Permission.TASK_WORK),
    (gettext_lazy("What I am told by mail"), "inbox:preferences", "adjustments-horizontal", Permission.TASK_WORK),
    (gettext_lazy("Add a task"), "tasks:add", "plus", Permission.TASK_WORK),
    (gettext_lazy("Invite somebody"), "people:invite", "user-plus", Permission.MEMBERS_EDIT),
    (gettext_lazy("Roles: who may do what"), "people:roles", "user-shield", Permission.MEMBERS_READ),
)


@dataclass(frozen=True)
class Hit:
    """One thing found and where it is."""

    title: str
    url: str
    icon: str
    note: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Group:
    """The hits of one kind."""

    title: str
    hits: list[Hit]


def find(actor: Actor, scopes: list[Scope], text: str) -> list[Group]:
    """Return what has every word of the text, kind by kind; kinds without hits are left out."""
    if not text:
        return []
    groups = [Group(str(title), finder(actor, text)) for title, finder in FINDERS]
    groups += [Group(str(title), finder(actor, scopes, text)) for title, finder in FINDERS_IN_SCOPES]
    return [group for group in groups if group.hits]


def _pages(actor: Actor, text: str) -> list[Hit]:
    entries = [entry for _section, page_set in NAVIGATION for entry in page_set] + list(MORE_PAGES)
    slug = actor.organization.slug
    may = [
        Hit(str(title), reverse(view, args=[slug]), icon)
        for title, view, icon, permission in entries
        if permission is None or actor.can(permission)
    ]
    return list(sources.search(may, text, ("title",))[:MOST])


def _requirements(actor: Actor, text: str) -> list[Hit]:
    if not actor.can(Permission.CATALOG_READ):
        return []
    return [
        Hit(
            str(row),
            _requirement_url(actor, row),
            "shield-check" if row.kind == row.Kind.CONTROL else "section",
            hint=row.framework.title,
        )
        for row in catalog.named(actor, text, MOST)
    ]


def _requirement_url(actor: Actor, row: Requirement) -> str:
    """Return the page of a requirement; an item stands on the page of what it belongs to."""
    at = row.parent if row.kind == Requirement.Kind.ITEM and row.parent else row
    return reverse("catalog:control", args=[actor.organization.slug, row.framework.slug, at.ref])


def _tasks(actor: Actor, text: str) -> list[Hit]:
    if not actor.can(Permission.TASK_WORK):
        return []
    found = sources.search(tasks.visible_to(actor).order_by("-state", "due"), text, ("title", "reference"))
    slug = actor.organization.slug
    return [
        Hit(
            task.title,
            reverse("tasks:task", args=[slug, task.pk]),
            "checkbox",
            task.reference,
            task.get_state_display(),
        )
        for task in found[:MOST]
    ]


def _assets(actor: Actor, text: str) -> list[Hit]:
    if not actor.can(Permission.ASSET_READ):
        return []
    found = sources.search(assets.visible_to(actor).order_by("-state", "number"), text, ("name", "own_id"))
    slug = actor.organization.slug
    return [
        Hit(
            each.name, reverse("assets:asset", args=[slug, each.pk]), "stack-2", each.reference, each.get_kind_display()
        )
        for each in found[:MOST]
    ]


def _risks(actor: Actor, scopes: list[Scope], text: str) -> list[Hit]:
    if not actor.can(Permission.RISK_READ):
        return []
    found = sources.search(
        risks.visible_to(actor).select_related("scope").order_by("closed_at", "number"), text, ("title", "own_id")
    )
    slug = actor.organization.slug
    return [
        Hit(each.title, reverse("risks:risk", args=[slug, each.pk], query=_scope_of(each)), "grid-4x4", each.reference)
        for each in found[:MOST]
    ]


def _evidence(actor: Actor, text: str) -> list[Hit]:
    if not actor.can(Permission.EVIDENCE_READ):
        return []
    found = sources.search(evidence.visible_to(actor).order_by("state", "-number"), text, ("title",))
    slug = actor.organization.slug
    return [
        Hit(each.title, reverse("evidence:evidence", args=[slug, each.pk]), "file-check", each.reference)
        for each in found[:MOST]
    ]


def _checks(actor: Actor, text: str) -> list[Hit]:
    if not actor.can(Permission.TASK_WORK):
        return []
    found = sources.search(checks.visible_to(actor).order_by("retired", "number"), text, ("title",))
    slug = actor.organization.slug
    return [
        Hit(each.title, reverse("checks:check", args=[slug, each.pk]), "clipboard-check", each.reference)
        for each in found[:MOST]
    ]


def _findings(actor: Actor, text: str) -> list[Hit]:
    if not actor.can(Permission.FINDING_READ):
        return []
    found = sources.search(findings.listed(actor).order_by("-severity", "number"), text, ("title", "rule", "found_on"))
    slug = actor.organization.slug
    return [
        Hit(each.title, reverse("findings:finding", args=[slug, each.pk]), "radar-2", each.reference)
        for each in found[:MOST]
    ]


def _people(actor: Actor, text: str) -> list[Hit]:
    if not actor.can(Permission.MEMBERS_READ):
        return []
    found = sources.search(organizations.members(actor), text, ("person__name", "person__email"))
    return [
        Hit(str(each), _member_url(actor, each), "user", each.person.email, each.role_name) for each in found[:MOST]
    ]


def _member_url(actor: Actor, member: Any) -> str:
    slug = actor.organization.slug
    if actor.can(Permission.MEMBERS_EDIT):
        return reverse("people:member", args=[slug, member.pk])
    return reverse("people:index", args=[slug], query={"q": str(member)})


def _assessments(actor: Actor, scopes: list[Scope], text: str) -> list[Hit]:
    if not actor.can(Permission.GAP_READ):
        return []
    word, slug = _("Gap analysis"), actor.organization.slug
    hits = [
        Hit(
            each.title,
            reverse("gap:assessment", args=[slug, each.number], query=_scope_of(each)),
            "adjustments-check",
            word,
            each.scope.name,
        )
        for each in gap.newest(actor, scopes, NEWEST)
    ]
    return list(sources.search(hits, text, ("title", "note", "hint"))[:MOST])


def _statements(actor: Actor, scopes: list[Scope], text: str) -> list[Hit]:
    if not actor.can(Permission.SOA_READ):
        return []
    word, slug = _("Statement of Applicability (SoA)"), actor.organization.slug
    hits = [
        Hit(
            f"{word} {each}",
            reverse("soa:statement", args=[slug, each.number], query=_scope_of(each)),
            "list-check",
            "",
            each.scope.name,
        )
        for each in statements.newest(actor, scopes, NEWEST)
    ]
    return list(sources.search(hits, text, ("title", "hint"))[:MOST])


def _scope_of(row: Any) -> dict[str, str]:
    return {} if row.scope.is_default else {"scope": row.scope.slug}


FINDERS: tuple[tuple[Any, Callable[[Actor, str], list[Hit]]], ...] = (
    (gettext_lazy("Pages"), _pages),
    (gettext_lazy("Requirements and controls"), _requirements),
    (gettext_lazy("Assets"), _assets),
    (gettext_lazy("Evidence"), _evidence),
    (gettext_lazy("Control checks"), _checks),
    (gettext_lazy("Findings"), _findings),
    (gettext_lazy("Tasks"), _tasks),
    (gettext_lazy("People"), _people),
)
FINDERS_IN_SCOPES: tuple[tuple[Any, Callable[[Actor, list[Scope], str], list[Hit]]], ...] = (
    (gettext_lazy("Risks"), _risks),
    (gettext_lazy("Gap assessments"), _assessments),
    (gettext_lazy("Statements of Applicability"), _statements),
)
