"""What an organisation asks of its members before anything of it opens, and what its provider's word opens."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from annexa.organizations import queries as organizations
from annexa.organizations.models import Membership
from annexa.organizations.roles import Role

# In a session: the organisation whose provider vouched for the person, and where they wanted to go.
VOUCHED, ONWARD = "sso.organization", "sso.next"
OWN_MEANS = ("mfa_", "account_email", "account_change_password", "account_set_password")


def opened(request: HttpRequest, memberships: list[Membership]) -> list[Membership]:
    """Return the memberships a session opens: a provider vouches for its own organisation only."""
    vouched = request.session.get(VOUCHED)
    return [m for m in memberships if vouched in (None, str(m.organization_id))]


def check_own_means(request: HttpRequest) -> None:
    """Keep whoever a provider vouched for from changing the person's own passwords, passkeys and address."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if request.session.get(VOUCHED) and name.startswith(OWN_MEANS):
        raise PermissionDenied(_("Your company signs you in; it also keeps your password, address and second factor."))


def missing(membership: Membership, vouched: str | None) -> str:
    """Return what keeps a member out until they bring it: `single_sign_on`, `second_factor`, or nothing."""
    organization = membership.organization
    if vouched == str(organization.pk):
        return ""
    if organization.single_sign_on_required and membership.role != Role.OWNER:
        return "single_sign_on"
    needs_factor = organization.second_factor_required
    return "second_factor" if needs_factor and not organizations.with_second_factor([membership.person_id]) else ""


def detour(request: HttpRequest, membership: Membership) -> HttpResponse | None:
    """Return the way to what is still missing, or None when the member may come in."""
    lacks = missing(membership, request.session.get(VOUCHED))
    if lacks == "single_sign_on":
        address = reverse("sso_login", args=[membership.organization_id])
        return redirect(f"{address}?{urlencode({'next': request.get_full_path()})}")
    if lacks == "second_factor":
        sentence = _("%(name)s asks everybody for a second factor. Set up an authenticator app or a passkey.")
        messages.warning(request, sentence % {"name": membership.organization.name})
        return redirect("mfa_index")
    return None
