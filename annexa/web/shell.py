"""What every page shows around its content: navigation, switches, the person."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from annexa.organizations.permissions import Permission
from annexa.web.request import Request, inside, scopes_of

# (section, [(title, url name, icon, permission)]) in the order of the work; a page set adds its line here.
NAVIGATION = (
    ("", [(_("Home"), "home:index", "home", None)]),
    (
        _("Plan"),
        [
            (_("Context and scope"), "context:index", "map-2", Permission.CONTEXT_READ),
            (_("Assets"), "assets:index", "stack-2", Permission.ASSET_READ),
            (_("Risks"), "risks:index", "grid-4x4", Permission.RISK_READ),
            (_("Treatment plan"), "plan:index", "checklist", Permission.RISK_READ),
            (_("Gap analysis"), "gap:index", "adjustments-check", Permission.GAP_READ),
            (_("Applicability (SoA)"), "soa:index", "list-check", Permission.SOA_READ),
        ],
    ),
    (
        _("Do"),
        [
            (_("Controls"), "catalog:controls", "shield-check", Permission.CATALOG_READ),
            (_("Tasks"), "tasks:index", "checkbox", Permission.TASK_WORK),
            (_("People"), "people:index", "users", Permission.MEMBERS_READ),
        ],
    ),
    (
        _("Check"),
        [
            (_("Evidence"), "evidence:index", "file-check", Permission.EVIDENCE_READ),
            (_("Control checks"), "checks:index", "clipboard-check", Permission.EVIDENCE_READ),
            (_("Findings"), "findings:index", "radar-2", Permission.FINDING_READ),
        ],
    ),
    (
        _("Reference"),
        [
            (_("Catalog"), "catalog:index", "books", Permission.CATALOG_READ),
            (_("Activity"), "activity:index", "activity", Permission.ACTIVITY_READ),
            (_("History"), "history:index", "history", Permission.CATALOG_READ),
            (_("Settings"), "settings:index", "settings", Permission.ORGANIZATION_EDIT),
        ],
    ),
)

ACCOUNT = (
    (
        _("My account"),
        [
            (_("Profile"), "account_profile", "user-circle"),
            (_("E-mail address"), "account_email", "mail"),
            (_("Password"), "account_change_password", "lock"),
            (_("Second factor"), "mfa_index", "shield-lock"),
            (_("Passkeys"), "mfa_list_webauthn", "fingerprint"),
            (_("Signed-in devices"), "account_sessions", "device-laptop"),
        ],
    ),
)


def context(request: HttpRequest) -> dict[str, Any]:
    """Return the shell's variables; empty for pages outside an organisation."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return _outside(request)
    slug = actor.organization.slug
    request.session.setdefault("organization", slug)
    if request.session["organization"] != slug:
        request.session["organization"] = slug
    return {
        "actor": actor,
        "nav": list(_sections(inside(request), slug)),
        "switches": _switches(request, slug),
        "scopes": _scopes(request),
        "scope_query": scope_query(request),
        "relaxed_four_eyes": actor.organization.four_eyes_relaxed,
    }


def _outside(request: HttpRequest) -> dict[str, Any]:
    """Return what a person's own pages show: their account, and their organisations to go back to."""
    nav, switches = [], []
    if getattr(request, "memberships", None) is not None and request.user.is_authenticated:
        nav, switches = _account(request.path), _switches(request)
    return {"actor": None, "nav": nav, "switches": switches, "scopes": []}


def _account(path: str) -> list[dict[str, Any]]:
    urls = {view: reverse(view) for _title, entries in ACCOUNT for _name, view, _icon in entries}
    active = max((url for url in urls.values() if path.startswith(url)), key=len, default="")
    return [
        {
            "title": title,
            "items": [
                {"title": name, "url": urls[view], "icon": icon, "active": urls[view] == active}
                for name, view, icon in entries
            ],
        }
        for title, entries in ACCOUNT
    ]


def _switches(request: HttpRequest, current: str = "") -> list[dict[str, Any]]:
    return [
        {
            "name": m.organization.name,
            "url": reverse("home:index", args=[m.organization.slug]),
            "current": m.organization.slug == current,
        }
        for m in inside(request).memberships
    ]


def scope_query(request: HttpRequest) -> str:
    """Return what a link adds to stay in the scope that the page's address names."""
    wanted = request.GET.get("scope", "")
    return f"?scope={wanted}" if any(s.slug == wanted for s in scopes_of(inside(request))) else ""


def _sections(request: Request, slug: str) -> Any:
    keep, urls = scope_query(request), {}
    for _title, entries in NAVIGATION:
        for _name, view, _icon, permission in entries:
            if permission is None or request.actor.can(permission):
                urls[view] = reverse(view, args=[slug])
    # Every page lies beneath home and some beneath each other: the longest address is the one to mark.
    above = [url for view, url in urls.items() if view != "home:index" and request.path.startswith(url)]
    active = max(above, key=len, default=request.path)
    for title, entries in NAVIGATION:
        items = [
            {"title": name, "url": urls[view] + keep, "icon": icon, "active": urls[view] == active}
            for name, view, icon, _permission in entries
            if view in urls
        ]
        if items:
            yield {"title": title, "items": items}


def _scopes(request: HttpRequest) -> list[dict[str, Any]]:
    scopes = scopes_of(inside(request))
    chosen = request.GET.get("scope") or (scopes[0].slug if scopes else "")
    return [{"name": s.name, "slug": s.slug, "url": f"?scope={s.slug}", "current": s.slug == chosen} for s in scopes]
