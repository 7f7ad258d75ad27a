"""How the inventory is kept: the classification scheme, and the organisation's own fields."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from annexa.assets.queries import assets as queries
from annexa.assets.services import terms as services
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations.permissions import Permission
from annexa.web.assets.forms import LevelForm, OwnFieldForm
from annexa.web.request import Request, reads

Levels = forms.formset_factory(LevelForm, extra=2, max_num=8, absolute_max=20)
OwnFields = forms.formset_factory(OwnFieldForm, extra=2, max_num=20, absolute_max=40)


@reads(Permission.ASSET_EDIT)
def terms(request: Request) -> HttpResponse:
    """Change the classification scheme."""
    kept = queries.inventory(request.actor)
    formset = Levels(request.POST or None, initial=kept.classifications, prefix="level")
    if request.method == "POST" and formset.is_valid():
        rows = [form.cleaned_data for form in formset if form.cleaned_data.get("name")]
        if refused := _refused(request, classifications=rows):
            return _page(request, formset, "levels", refused)
        return _saved(request)
    return _page(request, formset, "levels")


@reads(Permission.ASSET_EDIT)
def fields(request: Request) -> HttpResponse:
    """Change the organisation's own fields."""
    kept = queries.inventory(request.actor)
    initial = [{**each, "choices": ", ".join(each["choices"])} for each in kept.fields]
    formset = OwnFields(request.POST or None, initial=initial, prefix="field")
    if request.method == "POST" and formset.is_valid():
        rows = [form.cleaned_data for form in formset if form.cleaned_data.get("label")]
        if refused := _refused(request, fields=rows):
            return _page(request, formset, "fields", refused)
        return _saved(request)
    return _page(request, formset, "fields")


def _refused(request: Request, **wanted: Any) -> str:
    """Change the terms; return the sentence that says why not, or nothing."""
    try:
        services.describe_inventory(actor=request.actor, **wanted)
    except NotAllowed:
        raise
    except UserError as error:
        return error.sentence
    return ""


def _page(request: Request, formset: Any, part: str, refused: str = "") -> HttpResponse:
    title = _("Classification scheme") if part == "levels" else _("Own fields")
    bad = bool(refused) or (formset.is_bound and not formset.is_valid())
    context = {"page_title": title, "formset": formset, "part": part, "refused": refused}
    return render(request, "assets/terms.html", context, status=422 if bad else 200)


def _saved(request: Request) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("assets:index", organization=request.actor.organization.slug)
