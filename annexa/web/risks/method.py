"""How risks are assessed: the method in force, and the draft of the next one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import NAMES
from annexa.risks.errors import SamePerson
from annexa.risks.models import Method
from annexa.risks.queries import methods as queries
from annexa.risks.services import methods as services
from annexa.web import reauthentication
from annexa.web.request import Request, reads
from annexa.web.risks.links import go, link
from annexa.web.risks.method_forms import LevelFormSet, MethodForm, terms_of
from annexa.web.risks.register import heat_of


@reads(Permission.RISK_READ)
def method(request: Request) -> HttpResponse:
    """Show the method in force, or the draft with `?draft=yes`, or offer to choose one."""
    draft, in_force = queries.draft(request.actor), queries.in_force(request.actor)
    shown = draft if draft and (request.GET.get("draft") or in_force is None) else in_force
    context = {
        "page_title": _("Risk method"),
        "draft": draft,
        "in_force": in_force,
        "shown": shown,
        "versions": list(queries.methods(request.actor).exclude(approved_at=None)),
        "templates": [(key, words["title"]) for key, words in queries.templates().items()],
        "index": link(request, "index"),
        **(_shown(shown) if shown else {}),
    }
    return render(request, "risks/method.html", context)


@require_POST
@reads(Permission.RISK_EDIT)
def start(request: Request) -> HttpResponse:
    """Start the draft of the next version."""
    return _do(
        request,
        lambda: services.start_method(actor=request.actor, template=request.POST.get("template", "")),
        _("Here is the draft. Change what should differ, then have it approved."),
    )


@reads(Permission.RISK_EDIT)
def edit(request: Request) -> HttpResponse:
    """Change the draft."""
    found = queries.draft(request.actor)
    if found is None:
        messages.warning(request, _("There is no draft; start one."))
        return go(request, "method")
    form = MethodForm(request.POST or None, plain=found.plain)
    levels = LevelFormSet(request.POST or None, initial=found.plain["levels"], prefix="level")
    refused: dict[str, str] = {}
    if request.method == "POST" and form.is_valid() and levels.is_valid():
        try:
            services.change_method(actor=request.actor, method=found, terms=terms_of(form, levels))
            messages.success(request, _("Saved."))
            return _to_draft(request)
        except NotAllowed:
            raise
        except UserError as error:
            refused = error.fields or {"": error.sentence}
    context = {"page_title": _("Change the method"), "form": form, "levels": levels, "refused": refused,
               "back": link(request, "method"), "index": link(request, "index")}  # fmt: skip
    bad = refused or form.errors or (levels.is_bound and not levels.is_valid())
    return render(request, "risks/method_form.html", context, status=422 if bad else 200)


@require_POST
@reads(Permission.RISK_EDIT)
def drop(request: Request) -> HttpResponse:
    """Throw the draft away."""
    found = queries.draft(request.actor)
    return _do(
        request,
        lambda: services.drop_method(actor=request.actor, method=found) if found else None,
        _("The draft is gone; the method in force stays."),
    )


@require_POST
@reads(Permission.RISK_APPROVE)
def approve(request: Request) -> HttpResponse:
    """Put the draft in force; whoever signed in a while ago shows first that it is them."""
    if reauthentication.is_needed(request):
        messages.info(request, _("Once you have confirmed that it is you, look again and approve."))
        return reauthentication.ask_then_go(request, link(request, "method") + "?draft=yes")
    found = queries.draft(request.actor)
    seen, note = request.POST.get("seen", ""), request.POST.get("note", "")
    return _do(
        request,
        lambda: (
            services.approve_method(actor=request.actor, method=found, seen_hash=seen, note=note) if found else None
        ),
        _("Approved. Risks are read by this method from now on; what was read before stays."),
    )


def _shown(shown: Method) -> dict[str, Any]:
    terms = shown.terms
    grid = terms.grid
    cells = {(x, y): score for y, row in enumerate(grid, 1) for x, score in enumerate(row, 1)}
    return {
        "terms": terms,
        "map": heat_of(terms, counts={}, url=lambda x, y: "#levels", scores=cells).draw(),
        "levels": [
            (level, NAMES[level.accepted_by] if level.accepted_by else "")  # type: ignore[index]
            for level in terms.levels
        ],
        "seen": queries.hash_of(shown),
    }


def _do(request: Request, act: Any, done: str) -> HttpResponse:
    """Run one command and go back to the method with what came of it."""
    try:
        act()
        messages.success(request, done)
    except UserError as error:
        if isinstance(error, NotAllowed) and not isinstance(error, SamePerson):
            raise
        messages.error(request, error.sentence)
    return _to_draft(request)


def _to_draft(request: Request) -> HttpResponse:
    answer = go(request, "method")
    if queries.draft(request.actor):
        mark = "&" if "?" in answer["Location"] else "?"
        answer["Location"] += f"{mark}draft=yes"
    return answer
