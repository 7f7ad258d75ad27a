"""A member's own keys for programs."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.organizations import queries
from annexa.organizations.permissions import Permission
from annexa.organizations.services import tokens
from annexa.web.forms import explain
from annexa.web.me.forms import TokenForm
from annexa.web.request import Request, reads
from annexa.web.words import MAY


@reads(Permission.TOKEN_USE)
def index(request: Request) -> HttpResponse:
    """List the member's tokens."""
    mine = queries.tokens(request.actor).filter(membership=request.actor.membership)
    listed = [(each, [MAY.get(p, p) for p in each.permissions]) for each in mine]  # type: ignore[call-overload]
    return render(request, "me/tokens.html", {"page_title": _("API tokens"), "tokens": listed})


@reads(Permission.TOKEN_USE)
def add(request: Request) -> HttpResponse:
    """Make a token and show it this once: the answer to the form holds it, and nothing else ever does."""
    form = TokenForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            token, text = tokens.create_token(actor=request.actor, **form.cleaned_data)
            context = {"page_title": _("The token is ready"), "token": token, "text": text}
            return render(request, "me/token.html", context, status=201)
    context = {"page_title": _("Make a token"), "form": form}
    return render(request, "me/form.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.TOKEN_USE)
def revoke(request: Request, token_id: uuid.UUID) -> HttpResponse:
    """Make a token worthless."""
    tokens.revoke_token(actor=request.actor, token=queries.token_for(request.actor, token_id))
    messages.success(request, _("The token is worthless from now on."))
    return redirect("me:tokens", organization=request.actor.organization.slug)
