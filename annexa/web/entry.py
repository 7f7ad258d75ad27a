"""What an organisation asks of its members before anything of it opens."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from annexa.organizations import queries as organizations
from annexa.organizations.models import Membership


def detour(request: HttpRequest, membership: Membership) -> HttpResponse | None:
    """Return the way to what is still missing, or None when the member may come in."""
    organization = membership.organization
    if organization.second_factor_required and not organizations.with_second_factor([membership.person_id]):
        sentence = _("%(name)s asks everybody for a second factor. Set up an authenticator app or a passkey.")
        messages.warning(request, sentence % {"name": organization.name})
        return redirect("mfa_index")
    return None
