"""Settings of the organisation."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from annexa.organizations import services
from annexa.organizations.permissions import Permission
from annexa.web import reauthentication
from annexa.web.forms import explain
from annexa.web.request import Request, reads
from annexa.web.settings.forms import FourEyesForm, OrganizationForm, SecondFactorForm


@reads(Permission.ORGANIZATION_EDIT)
def index(request: Request) -> HttpResponse:
    """Change name, time zone and currency."""
    form = OrganizationForm(request.POST or None, initial=_initial(request, OrganizationForm))
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.update_organization(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("settings:index", organization=request.actor.organization.slug)
    rule = FourEyesForm(initial=_initial(request, FourEyesForm))
    return _page(request, form, rule, 422 if form.errors else 200)


@reads(Permission.ORGANIZATION_EDIT)
@reauthentication.before_posting("settings:index")
def four_eyes(request: Request) -> HttpResponse:
    """Relax or restore the four-eyes rule."""
    rule = FourEyesForm(request.POST or None, initial=_initial(request, FourEyesForm))
    if request.method == "POST" and rule.is_valid():
        with explain(rule):
            data = rule.cleaned_data
            services.relax_four_eyes(
                actor=request.actor, relaxed=data["four_eyes_relaxed"], reason=data["four_eyes_reason"]
            )
            messages.success(request, _("The rule is saved and in the trail."))
            return redirect("settings:index", organization=request.actor.organization.slug)
    return _page(
        request, OrganizationForm(initial=_initial(request, OrganizationForm)), rule, 422 if rule.errors else 200
    )


def _page(request: Request, form: OrganizationForm, rule: FourEyesForm, status: int) -> HttpResponse:
    factor = SecondFactorForm(initial=_initial(request, SecondFactorForm))
    context = {"page_title": _("Settings"), "form": form, "rule": rule, "factor": factor}
    return render(request, "settings/index.html", context, status=status)


def _initial(request: Request, form: type[forms.Form]) -> dict[str, object]:
    return {name: getattr(request.actor.organization, name) for name in form.base_fields}
