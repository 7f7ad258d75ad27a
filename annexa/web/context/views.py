"""Context and scope: clauses 4.1 to 4.3, and what laws and contracts ask."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from annexa.isms import profiles, services
from annexa.isms import queries as isms
from annexa.isms.models import InterestedParty, Issue, Obligation
from annexa.organizations import services as organizations
from annexa.organizations.permissions import Permission
from annexa.web.context.forms import FORMS, NewScopeForm, ScopeForm, initial
from annexa.web.forms import explain
from annexa.web.request import Request, reads, scope_of
from annexa.web.shell import scope_query

TITLES = {
    "issues": (gettext_lazy("Add an issue"), gettext_lazy("Change the issue")),
    "parties": (gettext_lazy("Add an interested party"), gettext_lazy("Change the interested party")),
    "obligations": (gettext_lazy("Add an obligation"), gettext_lazy("Change the obligation")),
}


@reads(Permission.CONTEXT_READ)
def index(request: Request) -> HttpResponse:
    """Show the scope and its context."""
    scope = scope_of(request)
    answers = isms.answers_for(scope)
    context = {
        "page_title": _("Context and scope"),
        "scope": scope,
        "profile": profiles.profile(answers.profile) if answers else None,
        "issues": isms.rows(Issue, scope),
        "parties": isms.rows(InterestedParty, scope),
        "obligations": isms.rows(Obligation, scope),
    }
    return render(request, "context/index.html", context)


@reads(Permission.CONTEXT_EDIT)
def edit_scope(request: Request) -> HttpResponse:
    """Change the scope."""
    scope = scope_of(request)
    form = ScopeForm(request.POST or None, initial={name: getattr(scope, name) for name in ScopeForm.base_fields})
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.describe_scope(actor=request.actor, scope=scope, **form.cleaned_data)
            return _back(request, _("The scope is saved."))
    return _form(request, form, _("Change the scope"))


@reads(Permission.ORGANIZATION_EDIT)
def add_scope(request: Request) -> HttpResponse:
    """Add a further ISMS scope."""
    form = NewScopeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            organizations.create_scope(actor=request.actor, **form.cleaned_data)
            return _back(request, _("The scope is added; switch to it at the left."))
    return _form(request, form, _("Add a scope"))


@reads(Permission.CONTEXT_EDIT)
def add(request: Request, kind: str) -> HttpResponse:
    """Add a line to the context."""
    form = _form_class(kind)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            model = isms.KINDS[kind]
            services.add_context_row(actor=request.actor, scope=scope_of(request), model=model, **form.cleaned_data)
            return _back(request, _("Added."))
    return _form(request, form, TITLES[kind][0])


@reads(Permission.CONTEXT_EDIT)
def edit(request: Request, kind: str, row_id: uuid.UUID) -> HttpResponse:
    """Change a line of the context."""
    row = isms.row_for(request.actor, kind, row_id)
    form = _form_class(kind)(request.POST or None, initial=initial(kind, row))
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.change_context_row(actor=request.actor, row=row, **form.cleaned_data)
            return _back(request, _("Saved."))
    removal = reverse("context:remove", args=[request.actor.organization.slug, kind, row_id])
    return _form(request, form, TITLES[kind][1], removal=removal)


@require_POST
@reads(Permission.CONTEXT_EDIT)
def remove(request: Request, kind: str, row_id: uuid.UUID) -> HttpResponse:
    """Remove a line of the context."""
    services.remove_context_row(actor=request.actor, row=isms.row_for(request.actor, kind, row_id))
    return _back(request, _("Removed."))


def _form_class(kind: str) -> Any:
    if kind not in FORMS:
        raise Http404
    return FORMS[kind]


def _form(request: Request, form: Any, title: Any, removal: str = "") -> HttpResponse:
    back = reverse("context:index", args=[request.actor.organization.slug]) + scope_query(request)
    removal = removal and removal + scope_query(request)
    context = {"page_title": title, "form": form, "removal": removal, "back": back}
    return render(request, "context/form.html", context, status=422 if form.errors else 200)


def _back(request: Request, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect(reverse("context:index", args=[request.actor.organization.slug]) + scope_query(request))
