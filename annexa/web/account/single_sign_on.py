"""Signing in by an organisation's own OpenID Connect provider; django-allauth speaks the protocol.

The session that comes of it opens that organisation only: its provider cannot vouch for what somebody is elsewhere.
"""

import secrets
import threading
import uuid
from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login as sign_in
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from annexa.lib import http
from annexa.lib.database import scope
from annexa.lib.errors import UserError
from annexa.organizations import queries
from annexa.organizations.models import SingleSignOn
from annexa.organizations.services import single_sign_on as services
from annexa.web import entry
from annexa.web.account.forms import CompanyForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NONCE = "sso.nonce"
# Asking a provider holds a thread until it answers: a slow one must leave threads for everybody's pages.
ASKING = threading.BoundedSemaphore(max(1, settings.ENVIRONMENT.web_threads // 2))


class Provider(OpenIDConnectProvider):
    """A provider that is told a nonce, and asked to look at whoever is signed in already once more."""

    def get_auth_params_from_request(self, request: HttpRequest, action: Any) -> dict[str, str]:
        request.session[NONCE] = secrets.token_urlsafe(24)
        again = {"prompt": "login"} if request.user.is_authenticated else {}
        return {"nonce": request.session[NONCE], **again}

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return list(self.get_scope())

    def get_oauth2_adapter(self, request: HttpRequest) -> "Protocol":
        return Protocol(request, self.app.provider_id, self.app)


class Adapter(DefaultSocialAccountAdapter):
    """Requests to a provider go by the guarded way out."""

    def get_requests_session(self) -> http.Session:
        return http.Session(private=settings.ALLOW_PRIVATE_OIDC)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, exception: Any = None, **kwargs: Any
    ) -> None:
        """Answer with a page of ours, which says as much as may be said."""
        sentence = exception.sentence if isinstance(exception, UserError) else _refused()
        raise ImmediateHttpResponse(_failed(request, sentence))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class Protocol(OpenIDConnectOAuth2Adapter):
    """One organisation's provider."""

    def __init__(self, request: HttpRequest, provider_id: str, app: SocialApp) -> None:
        super().__init__(request, provider_id)
        self.app = app

    def get_provider(self) -> Provider:
        return Provider(self.request, app=self.app)

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return settings.BASE_URL + reverse("sso_callback", args=[self.provider_id])

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> Any:
        """Sign in whom the verified ID token names; the answer leaves by an exception, past allauth's own accounts."""
        claims = self._verified(str(kwargs["response"].get("id_token") or ""))
        raise ImmediateHttpResponse(_enter(request, uuid.UUID(self.provider_id), claims))

    def _verified(self, id_token: str) -> dict[str, Any]:
        """Return the claims of an ID token that is signed, ours, fresh and an answer to what was asked."""
        if self.openid_config.get("issuer", "").rstrip("/") != self.app.settings["server_url"].rstrip("/"):
            raise OAuth2Error("The provider calls itself by another name.")
        try:
            claims = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=self.app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (KeyError, ValueError, TypeError) as error:
            raise OAuth2Error("The ID token cannot be read.") from error
        nonce = self.request.session.pop(NONCE, "")
        if not nonce or not secrets.compare_digest(str(claims.get("nonce") or ""), nonce):
            raise OAuth2Error("The ID token answers another question.")
        return cast(dict[str, Any], claims)


def start(request: HttpRequest) -> HttpResponse:
    """Ask for the address, and go to the provider of its domain."""
    form = CompanyForm(request.POST or None)
    onward = _onward(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method == "POST" and form.is_valid():
        holder = queries.signed_in_elsewhere(form.cleaned_data["email"])
        if holder:
            request.session[entry.ONWARD] = onward
            return redirect("sso_login", organization_id=holder)
        form.add_error("email", _("No organisation here signs in this domain; use your password or passkey."))
    context = {"form": form, "next": onward}
    return render(request, "account/company.html", context, status=422 if form.errors else 200)


def login(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """Go to the organisation's provider."""
    if onward := _onward(request, request.GET.get("next", "")):
        request.session[entry.ONWARD] = onward
    answer = _told(request, lambda: OAuth2LoginView.adapter_view(_protocol(request, organization_id))(request))
    if isinstance(answer, HttpResponseRedirect):
        # A page in between: the content policy lets no form lead, even by redirection, to another site.
        return render(request, "account/company_go.html", {"address": answer.url})
    return answer


def callback(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """Come back from it."""
    return _told(request, lambda: OAuth2CallbackView.adapter_view(_protocol(request, organization_id))(request))


def _told(request: HttpRequest, act: Any) -> HttpResponse:
    """Show in a sentence what stood in the way."""
    if not ASKING.acquire(blocking=False):
        return _failed(request, _("Many people sign in this way at the moment. Try again in a few seconds."), 503)
    try:
        return cast(HttpResponse, act())
    except UserError as error:
        sentence = error.sentence
    except (OAuth2Error, OSError, KeyError, ValueError):  # requests' errors are OSErrors
        sentence = _refused()
    finally:
        ASKING.release()
    return _failed(request, sentence)


def _refused() -> str:
    return _("The provider did not answer as OpenID Connect asks. Try once more; whoever runs it can say why.")


def _failed(request: HttpRequest, sentence: str, status: int = 403) -> HttpResponse:
    return render(request, "account/company_failed.html", {"sentence": sentence}, status=status)


def _protocol(request: HttpRequest, organization_id: uuid.UUID) -> Protocol:
    with scope.within(organization_id):
        found = queries.single_sign_on(organization_id)
    if found is None:
        raise Http404
    return Protocol(request, str(organization_id), _app(found))


def _app(found: SingleSignOn) -> SocialApp:
    """Return the connection in the shape that allauth expects; it is never saved."""
    return SocialApp(
        provider="openid_connect",
        provider_id=str(found.organization_id),
        name=found.organization.name,
        client_id=found.client_id,
        secret=found.client_secret,
        settings={"server_url": found.issuer, "oauth_pkce_enabled": True, "fetch_userinfo": False},
    )


def _enter(request: HttpRequest, organization_id: uuid.UUID, claims: dict[str, Any]) -> HttpResponse:
    with scope.within(organization_id):
        found = queries.single_sign_on(organization_id)
        if found is None:
            raise Http404
        membership = services.arrive(connection=found, claims=claims)
        organization, person = membership.organization, membership.person
    sign_in(request, person, BACKEND)
    request.session[entry.VOUCHED] = str(organization_id)
    record_authentication(request, person, "single_sign_on")
    UserSession.objects.create_from_request(request)
    onward = request.session.pop(entry.ONWARD, "")
    return redirect(onward or reverse("home:index", args=[organization.slug]))


def _onward(request: HttpRequest, address: str) -> str:
    """Return an address of this installation, or nothing."""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""
