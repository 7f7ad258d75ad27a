"""How members sign in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.organizations import services
from annexa.organizations.permissions import Permission
from annexa.web.request import Request, reads


@require_POST
@reads(Permission.ORGANIZATION_EDIT)
def second_factor(request: Request) -> HttpResponse:
    """Ask everybody for a second factor, or stop asking."""
    services.require_second_factor(actor=request.actor, required="second_factor_required" in request.POST)
    messages.success(request, _("The rule is saved and in the trail."))
    return redirect("settings:index", organization=request.actor.organization.slug)
