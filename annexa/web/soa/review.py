"""From draft over review to an approved version, and the next draft."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations.permissions import Permission
from annexa.treatment.errors import SamePerson
from annexa.treatment.queries import statements as queries
from annexa.treatment.services import statements
from annexa.web import reauthentication
from annexa.web.request import Request, reads, scope_of
from annexa.web.soa import notes
from annexa.web.soa.links import link


@require_POST
@reads(Permission.SOA_EDIT)
def start(request: Request) -> HttpResponse:
    """Start a draft: the first, or from the last version."""
    return _do(
        request,
        lambda: statements.start_statement(actor=request.actor, scope=scope_of(request)),
        _("The draft is ready. Decide control by control; everything is saved as you go."),
    )


@require_POST
@reads(Permission.SOA_EDIT)
def add_own_controls(request: Request, number: int) -> HttpResponse:
    """Bring own controls that came later into the draft."""
    return _do(
        request,
        lambda: statements.add_own_controls(actor=request.actor, statement=_statement(request, number)),
        _("The draft has every own control now."),
    )


@require_POST
@reads(Permission.SOA_EDIT)
def submit(request: Request, number: int) -> HttpResponse:
    """Ask for review."""
    return _do(
        request,
        lambda: statements.submit_statement(actor=request.actor, statement=_statement(request, number)),
        _("The statement is in review. Somebody who has not changed it approves it."),
    )


@require_POST
@reads(Permission.SOA_READ)
def return_to_draft(request: Request, number: int) -> HttpResponse:
    """Take a statement back to draft, with a note."""
    return _do(
        request,
        lambda: statements.return_statement(
            actor=request.actor, statement=_statement(request, number), **_posted(request)
        ),
        _("The statement is a draft again."),
    )


@require_POST
@reads(Permission.SOA_APPROVE)
def approve(request: Request, number: int) -> HttpResponse:
    """Approve and freeze; whoever signed in a while ago shows first that it is them, and finds the note again."""
    if reauthentication.is_needed(request):
        notes.keep(request, _statement(request, number))
        messages.info(request, _("Once you have confirmed that it is you, look again and approve."))
        return reauthentication.ask_then_go(request, link(request, "index") + "#soa-approve")
    return _do(
        request,
        lambda: statements.approve_statement(
            actor=request.actor, statement=_statement(request, number), **_posted(request)
        ),
        _("Approved. This version stays as it is for ever."),
    )


def _posted(request: Request) -> dict[str, str]:
    """Return the note, and the hash of what the page showed that was posted from."""
    return {"note": request.POST.get("note", ""), "seen_hash": request.POST.get("seen", "")}


def _statement(request: Request, number: int) -> queries.Statement:
    return queries.statement_for(request.actor, scope_of(request), number)


def _do(request: Request, act: Callable[[], object], done: str) -> HttpResponse:
    """Run one command and go back to the statement with what came of it."""
    try:
        act()
        notes.forget(request)
        messages.success(request, done)
    except UserError as error:
        if isinstance(error, NotAllowed) and not isinstance(error, SamePerson):
            raise
        messages.error(request, error.sentence)
    return redirect(link(request, "index"))
