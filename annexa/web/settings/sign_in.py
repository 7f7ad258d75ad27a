"""How members sign in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.lib.errors import UserError
from annexa.organizations import queries, services
from annexa.organizations.permissions import Permission
from annexa.organizations.services import single_sign_on as sso
from annexa.web import reauthentication
from annexa.web.forms import explain
from annexa.web.request import Request, reads
from annexa.web.settings.forms import DomainsForm, SingleSignOnForm


@require_POST
@reads(Permission.ORGANIZATION_EDIT)
@reauthentication.before_posting("settings:index")
def second_factor(request: Request) -> HttpResponse:
    """Ask everybody for a second factor, or stop asking."""
    services.require_second_factor(actor=request.actor, required="second_factor_required" in request.POST)
    messages.success(request, _("The rule is saved and in the trail."))
    return redirect("settings:index", organization=request.actor.organization.slug)


@reads(Permission.ORGANIZATION_EDIT)
@reauthentication.before_posting("settings:index")
def single_sign_on(request: Request) -> HttpResponse:
    """Connect the organisation's provider."""
    form = SingleSignOnForm(request.POST or None, initial=_connection(request))
    if request.method == "POST" and form.is_valid():
        with explain(form):
            sso.connect_single_sign_on(actor=request.actor, **form.cleaned_data)
            return _saved(request)
    return _page(request, form=form)


@reads(Permission.ORGANIZATION_EDIT)
@reauthentication.before_posting("settings:index")
def domains(request: Request) -> HttpResponse:
    """Claim the domains whose addresses the provider signs in."""
    form = DomainsForm(request.POST or None, initial=_domains(request))
    if request.method == "POST" and form.is_valid():
        with explain(form):
            sso.claim_domains(actor=request.actor, domains=form.cleaned_data["domains"].split())
            return _saved(request)
    return _page(request, domains=form)


@require_POST
@reads(Permission.ORGANIZATION_EDIT)
@reauthentication.before_posting("settings:index")
def required(request: Request) -> HttpResponse:
    """Let members in by the provider only, or by other ways too."""
    try:
        sso.require_single_sign_on(actor=request.actor, required="required" in request.POST)
    except UserError as error:
        messages.error(request, error.sentence)
        return redirect("settings:single-sign-on", organization=request.actor.organization.slug)
    return _saved(request)


@require_POST
@reads(Permission.ORGANIZATION_EDIT)
@reauthentication.before_posting("settings:index")
def disconnect(request: Request) -> HttpResponse:
    """Remove the connection."""
    sso.disconnect_single_sign_on(actor=request.actor)
    return _saved(request)


def _saved(request: Request) -> HttpResponse:
    messages.success(request, _("Saved, and in the trail."))
    return redirect("settings:single-sign-on", organization=request.actor.organization.slug)


def _page(request: Request, **forms: Any) -> HttpResponse:
    organization = request.actor.organization
    context = {
        "page_title": _("Single sign-on"),
        "connected": queries.single_sign_on(organization.pk),
        "form": SingleSignOnForm(initial=_connection(request)),
        "domains": DomainsForm(initial=_domains(request)),
        "may_claim": request.user.is_administrator,
        "callback": settings.BASE_URL + reverse("sso_callback", args=[organization.pk]),
        **forms,
    }
    status = 422 if any(form.errors for form in forms.values()) else 200
    return render(request, "settings/single_sign_on.html", context, status=status)


def _connection(request: Request) -> dict[str, Any]:
    found = queries.single_sign_on(request.actor.organization_id)
    if found is None:
        return {}
    names = ("issuer", "client_id", "default_role", "role_claim")
    lines = "\n".join(f"{value} = {role}" for value, role in found.role_map)
    return {name: getattr(found, name) for name in names} | {"role_map": lines}


def _domains(request: Request) -> dict[str, str]:
    return {"domains": "\n".join(queries.sign_in_domains(request.actor))}
