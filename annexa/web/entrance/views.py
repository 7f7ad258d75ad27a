"""The ways in: first administrator, one-time links, invitations, choosing an organisation."""

import uuid

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.contrib.auth import login, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from annexa.isms import services as isms
from annexa.lib.database import scope
from annexa.lib.errors import UserError
from annexa.organizations import services as organizations
from annexa.organizations.models import Invitation, Person
from annexa.web.entrance.forms import AdministratorForm, OrganizationForm, PersonForm
from annexa.web.forms import explain

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _enter(request: HttpRequest, person: Person, method: str) -> None:
    """Sign somebody in whom a link has let in, and remember that it was just now."""
    login(request, person, BACKEND)
    record_authentication(request, person, method)
    UserSession.objects.create_from_request(request)


def home(request: HttpRequest) -> HttpResponse:
    """Send people to the organisation they used last, or to their only one."""
    memberships = request.memberships  # type: ignore[attr-defined]
    last = request.session.get("organization")
    chosen = next((m for m in memberships if m.organization.slug == last), memberships[0] if memberships else None)
    if chosen:
        return redirect("home:index", organization=chosen.organization.slug)
    if request.user.is_administrator:  # type: ignore[union-attr]
        return redirect("new-organization")
    return render(request, "entrance/nothing.html")


def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Create an administrator from a one-time link."""
    try:
        organizations.find_link(token)
    except UserError as error:
        return render(request, "entrance/spent.html", {"sentence": error.sentence}, status=410)
    form = AdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            person = organizations.create_administrator(token=token, **form.cleaned_data)
            _enter(request, person, "welcome")
            return redirect("home")
    return render(request, "entrance/welcome.html", {"form": form}, status=422 if form.errors else 200)


def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a one-time link; only the button spends it, so a mail scanner that follows it does no harm."""
    try:
        link = organizations.find_link(token)
        if link.person is None:
            return redirect("welcome", token=token)
        if request.method == "POST":
            organizations.spend_link(link)
            _enter(request, link.person, "link")
            return redirect("home")
    except UserError as error:
        return render(request, "entrance/spent.html", {"sentence": error.sentence}, status=410)
    return render(request, "entrance/sign_in_link.html", {"person": link.person})


def invitation(request: HttpRequest, organization_id: uuid.UUID, invitation_id: uuid.UUID, token: str) -> HttpResponse:
    """Accept an invitation, signed in or as somebody new."""
    with scope.within(organization_id):
        try:
            found = organizations.find_invitation(invitation_id=invitation_id, token=token)
        except UserError as error:
            return render(request, "entrance/spent.html", {"sentence": error.sentence}, status=410)
        return _accept(request, found)


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    known = Person.objects.filter(email__iexact=found.email).first()
    if request.user.is_authenticated and request.user != known:
        return _for_somebody_else(request, found)
    if known and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    form = PersonForm(request.POST or None)
    if request.method == "POST" and (known or form.is_valid()):
        with explain(form):
            person = known or organizations.create_person(email=found.email, **form.cleaned_data)
            organizations.accept_invitation(invitation=found, person=person)
            if not known:
                _enter(request, person, "invitation")
            return redirect("home:index", organization=found.organization.slug)
    context = {"form": None if known else form, "invitation": found}
    return render(request, "entrance/invitation.html", context, status=422 if form.errors else 200)


def _for_somebody_else(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Say who is signed in and whom the invitation is for; the button signs out and comes back here."""
    if request.method == "POST" and "sign_out" in request.POST:
        logout(request)
        return redirect(request.get_full_path())
    return render(request, "entrance/for_somebody_else.html", {"invitation": found, "person": request.user})


def new_organization(request: HttpRequest) -> HttpResponse:
    """Create an organisation."""
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            actor = isms.found_organization(person=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            return redirect("start:questions", organization=actor.organization.slug)
    return render(request, "entrance/new_organization.html", {"form": form}, status=422 if form.errors else 200)
