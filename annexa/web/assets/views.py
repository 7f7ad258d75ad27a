"""The inventory: the list, one asset, and what can be done with it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from annexa.assets.models import Asset, Inventory
from annexa.assets.queries import assets as queries
from annexa.assets.services import assets as services
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations.permissions import Permission
from annexa.risks.queries import risks
from annexa.web.assets.forms import AssetForm, BulkForm, NeedForm, OwnersForm, ReviewForm
from annexa.web.assets.tables import AssetTable
from annexa.web.exports import table_or_file
from annexa.web.forms import explain
from annexa.web.request import Request, reads


@reads(Permission.ASSET_READ)
def index(request: Request) -> HttpResponse:
    """List the inventory; posted to, change the ticked assets alike."""
    counts, terms = queries.counts(request.actor), queries.inventory(request.actor)
    if request.method == "POST":
        return _change_many(request, terms)
    table = AssetTable(queries.listed(request.actor), request, terms, count=counts["every"])
    bulk = BulkForm(actor=request.actor, terms=terms) if request.actor.can(Permission.ASSET_EDIT) else None
    context = {"page_title": _("Assets"), "counts": counts, "bulk": bulk}
    return table_or_file(request, table, "assets/index.html", context)


@reads(Permission.ASSET_EDIT)
def add(request: Request) -> HttpResponse:
    """Add an asset."""
    form = AssetForm(request.POST or None, actor=request.actor, terms=queries.inventory(request.actor))
    if request.method == "POST" and form.is_valid():
        with explain(form):
            made = services.add_asset(actor=request.actor, **form.values())
            messages.success(request, _("%(reference)s is in the inventory.") % {"reference": made.reference})
            return _to(request, made)
    context = {"page_title": _("Add an asset"), "form": form, "asset": None}
    return render(request, "assets/form.html", context, status=422 if form.errors else 200)


@reads(Permission.ASSET_READ)
def asset(request: Request, asset_id: uuid.UUID) -> HttpResponse:
    """Show one asset."""
    found = queries.asset_for(request.actor, asset_id)
    return render(request, "assets/asset.html", context_of(request, found))


@reads(Permission.ASSET_EDIT_OWN)
def edit(request: Request, asset_id: uuid.UUID) -> HttpResponse:
    """Change an asset; its owner changes what owners may."""
    found = queries.asset_for(request.actor, asset_id)
    if not may_change(request, found):
        raise NotAllowed(_("You can change only the assets you own."))
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.change_asset(actor=request.actor, asset=found, **form.values())
            messages.success(request, _("Saved."))
            return _to(request, found)
    context = {"page_title": _("Change %(name)s") % {"name": found.name}, "form": form, "asset": found}
    return render(request, "assets/form.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.ASSET_EDIT_OWN)
def review(request: Request, asset_id: uuid.UUID) -> HttpResponse:
    """Say that an entry is right, and when to look again."""
    found = queries.asset_for(request.actor, asset_id)
    form = ReviewForm(request.POST)
    if form.is_valid():
        with explain(form):
            services.review_asset(actor=request.actor, asset=found, **form.cleaned_data)
            messages.success(request, _("Reviewed."))
            return _to(request, found)
    return render(request, "assets/asset.html", context_of(request, found, review=form), status=422)


@require_POST
@reads(Permission.ASSET_EDIT)
def retire(request: Request, asset_id: uuid.UUID) -> HttpResponse:
    """Take an asset out of use."""
    found = queries.asset_for(request.actor, asset_id)
    services.retire_asset(actor=request.actor, asset=found)
    messages.success(request, _("%(name)s is retired; it stays on record.") % {"name": found.name})
    return _to(request, found)


@require_POST
@reads(Permission.ASSET_EDIT)
def restore(request: Request, asset_id: uuid.UUID) -> HttpResponse:
    """Put a retired asset back in use."""
    found = queries.asset_for(request.actor, asset_id)
    services.restore_asset(actor=request.actor, asset=found)
    messages.success(request, _("%(name)s is in use again.") % {"name": found.name})
    return _to(request, found)


def context_of(request: Request, found: Asset, **forms: Any) -> dict[str, Any]:
    """Return what the page of one asset shows."""
    actor, terms = request.actor, queries.inventory(request.actor)
    may_edit = actor.can(Permission.ASSET_EDIT)
    return {
        "page_title": found.name,
        "asset": found,
        "classification": terms.classification(found.classification),
        "own_fields": [(each["label"], found.extra.get(each["key"])) for each in terms.fields],
        "flows": queries.flows(actor, found),
        "needs": queries.needs_of(actor, found),
        "needed_by": queries.needed_by(actor, found),
        "risks": risks.of_asset(actor, found) if actor.can(Permission.RISK_READ) else [],
        "may_edit": may_edit,
        "may_change": may_change(request, found),
        "need": NeedForm(choices=queries.choices(actor, found)) if may_edit and not found.is_retired else None,
        "review": ReviewForm(),
        **forms,
    }


def may_change(request: Request, found: Asset) -> bool:
    """Whether the member may change an asset at all."""
    actor = request.actor
    return actor.can(Permission.ASSET_EDIT) or (actor.can(Permission.ASSET_EDIT_OWN) and actor.owns(found))


def _change_many(request: Request, terms: Inventory) -> HttpResponse:
    form = BulkForm(request.POST, actor=request.actor, terms=terms)
    rows = list(AssetTable(queries.listed(request.actor), request, terms).selected())
    if not (rows and form.is_valid() and form.values()):
        messages.warning(request, _("Nothing was changed: tick assets, then choose what to change."))
        return redirect(request.get_full_path())
    try:
        changed = services.change_assets(actor=request.actor, assets=rows, values=form.values())
        messages.success(request, ngettext("%(n)s asset changed.", "%(n)s assets changed.", changed) % {"n": changed})
    except NotAllowed:
        raise
    except UserError as error:
        messages.error(request, error.sentence)
    return redirect(request.get_full_path())


def _form(request: Request, found: Asset) -> Any:
    if not request.actor.can(Permission.ASSET_EDIT):
        return OwnersForm(request.POST or None, asset=found)
    terms = queries.inventory(request.actor)
    return AssetForm(request.POST or None, actor=request.actor, terms=terms, asset=found)


def _to(request: Request, found: Asset) -> HttpResponse:
    return redirect("assets:asset", organization=request.actor.organization.slug, asset_id=found.pk)
