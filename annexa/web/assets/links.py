"""What an asset needs: say so, and take it back."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.assets.queries import assets as queries
from annexa.assets.services import dependencies
from annexa.assets.worth import DIMENSIONS
from annexa.organizations.permissions import Permission
from annexa.web.assets.forms import NeedForm
from annexa.web.assets.views import context_of
from annexa.web.forms import explain
from annexa.web.request import Request, reads


@require_POST
@reads(Permission.ASSET_EDIT)
def add(request: Request, asset_id: uuid.UUID) -> HttpResponse:
    """Say that an asset needs another one."""
    actor, found = request.actor, queries.asset_for(request.actor, asset_id)
    form = NeedForm(request.POST, choices=queries.choices(actor, found))
    if form.is_valid():
        with explain(form):
            needed = queries.asset_for(actor, form.cleaned_data["needed"])
            flows = {name: form.cleaned_data[name] for name in DIMENSIONS}
            dependencies.link_assets(actor=actor, asset=found, needed=needed, flows=flows)
            messages.success(request, _("Linked; what it is worth flows on."))
            return redirect("assets:asset", organization=actor.organization.slug, asset_id=found.pk)
    return render(request, "assets/asset.html", context_of(request, found, need=form), status=422)


@require_POST
@reads(Permission.ASSET_EDIT)
def remove(request: Request, asset_id: uuid.UUID, needed_id: uuid.UUID) -> HttpResponse:
    """Say that an asset needs another one no more."""
    actor = request.actor
    found, needed = queries.asset_for(actor, asset_id), queries.asset_for(actor, needed_id)
    dependencies.unlink_assets(actor=actor, asset=found, needed=needed)
    messages.success(request, _("The link is gone."))
    return redirect("assets:asset", organization=actor.organization.slug, asset_id=found.pk)
