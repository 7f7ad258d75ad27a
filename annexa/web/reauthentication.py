"""Whether a person has just shown who they are, and where to ask them once more."""

import functools
import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from annexa.web.entry import VOUCHED

View = Callable[..., HttpResponse]


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in or confirmed themselves in the last minutes; a second factor alone counts too."""
    person = request.user
    records = get_authentication_records(request, person if isinstance(person, AbstractBaseUser) else None)
    return any(time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)


def is_needed(request: HttpRequest) -> bool:
    """Whether to ask once more; somebody who has no password, passkey or code yet has nothing to show."""
    return not is_fresh(request) and bool(_ways(request))


def ask(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks; an account page that was posted to goes on by itself afterwards."""
    return suspend_request(request, _ways(request)[0] if _ways(request) else reverse("account_login"))


def ask_then_go(request: HttpRequest, address: str) -> HttpResponse:
    """Lead to the page that asks, and from there to an address."""
    return redirect(f"{_ways(request)[0]}?{urlencode({'next': address})}")


def before_posting(page: str) -> Callable[[View], View]:
    """Ask once more before a rule about trust is changed, then lead back to its page."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def run(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and is_needed(request):
                messages.info(request, _("Once you have confirmed that it is you, make the change again."))
                return ask_then_go(request, reverse(page, args=[request.actor.organization.slug]))
            return view(request, *args, **kwargs)

        return run

    return decorate


def _ways(request: HttpRequest) -> list[str]:
    if vouched := request.session.get(VOUCHED):
        return [reverse("sso_login", args=[vouched])]
    return [method["url"] for method in get_adapter().get_reauthentication_methods(request.user)]
