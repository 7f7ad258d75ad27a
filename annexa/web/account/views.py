"""What a person sees and changes of themselves, beside the pages of django-allauth."""

from typing import cast

from allauth.account import views as allauth
from allauth.account.models import EmailAddress
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.organizations import services as organizations
from annexa.organizations.models import Person
from annexa.web.account.devices import device
from annexa.web.account.forms import ProfileForm
from annexa.web.forms import explain


def profile(request: HttpRequest) -> HttpResponse:
    """Change name and language."""
    person = cast(Person, request.user)
    form = ProfileForm(request.POST or None, initial={"name": person.name, "language": person.language})
    if request.method == "POST" and form.is_valid():
        with explain(form):
            organizations.change_profile(person=person, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("account_profile")
    context = {"page_title": _("My account"), "form": form}
    return render(request, "account/profile.html", context, status=422 if form.errors else 200)


def email(request: HttpRequest) -> HttpResponse:
    """Change the address; the one in use counts as confirmed, since an invitation or the operator gave it."""
    person = cast(Person, request.user)
    own = {"verified": True, "primary": True}
    EmailAddress.objects.update_or_create(user=person, email=person.email.lower(), defaults=own)
    return cast(HttpResponse, allauth.email(request))


def sessions(request: HttpRequest) -> HttpResponse:
    """List where the person is signed in."""
    found = UserSession.objects.purge_and_list(request.user)
    newest = sorted(found, key=lambda each: each.created_at, reverse=True)
    listed = [(each, device(each.user_agent)) for each in newest]
    context = {"page_title": _("Signed-in devices"), "sessions": listed}
    return render(request, "account/sessions.html", context)


@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign one browser out."""
    found = UserSession.objects.filter(user=request.user, pk=session_id).first()  # type: ignore[misc]
    if found is None:
        raise Http404
    get_adapter().end_sessions([found])
    messages.success(request, _("That device is signed out."))
    return redirect("account_sessions")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign every other browser out."""
    others = UserSession.objects.filter(user=request.user)  # type: ignore[misc]
    get_adapter().end_sessions(others.exclude(session_key=request.session.session_key))
    messages.success(request, _("All other devices are signed out."))
    return redirect("account_sessions")
