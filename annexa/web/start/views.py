"""The guided start: three questions, then the scope."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from annexa.isms import profiles, services
from annexa.isms import queries as isms
from annexa.isms.models import InterestedParty, Issue, Obligation
from annexa.isms.profiles import Answers
from annexa.organizations.permissions import Permission
from annexa.web.forms import explain
from annexa.web.request import Request, reads, scope_of
from annexa.web.shell import scope_query
from annexa.web.start.forms import QuestionsForm, ScopeForm

SCOPE_FIELDS = ("name", "statement", "sites", "headcount", "boundaries", "interfaces")


@reads(Permission.CONTEXT_EDIT)
def questions(request: Request) -> HttpResponse:
    """Ask industry, size and what is protected; load the profile that follows."""
    scope = scope_of(request)
    chosen = isms.answers_for(scope)
    form = QuestionsForm(request.POST or None, initial=_initial(chosen, request.GET.get("profile", "")))
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.choose_profile(actor=request.actor, scope=scope, answers=form.answers())
            return redirect(reverse("start:scope", args=[request.actor.organization.slug]) + scope_query(request))
    context = {
        "page_title": _("Guided start"),
        "form": form,
        "profiles": [profiles.profile(name) for name in profiles.PROFILES],
        "hints": profiles.questions()["protects"],
        "chosen": chosen,
    }
    return render(request, "start/questions.html", context, status=422 if form.errors else 200)


@reads(Permission.CONTEXT_EDIT)
def scope(request: Request) -> HttpResponse:
    """Show what the profile proposes and let the scope be put in one's own words."""
    found = scope_of(request)
    initial = {name: getattr(found, name) for name in SCOPE_FIELDS}
    form = ScopeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.describe_scope(actor=request.actor, scope=found, **form.cleaned_data)
            return redirect(reverse("home:guide", args=[request.actor.organization.slug]) + scope_query(request))
    answers = isms.answers_for(found)
    context = {"page_title": _("Your scope"), "form": form, **_brought(found, answers)}
    return render(request, "start/scope.html", context, status=422 if form.errors else 200)


def _initial(chosen: Answers | None, wanted: str) -> dict[str, Any]:
    if chosen:
        return {"profile": chosen.profile, "size": chosen.size, "protects": list(chosen.protects)}
    return {"profile": wanted if wanted in profiles.PROFILES else ""}


def _brought(scope: Any, answers: Answers | None) -> dict[str, Any]:
    """Return what the profile brought in, for the column beside the form."""
    if answers is None:
        return {"profile": None}
    return {
        "profile": profiles.profile(answers.profile),
        "counts": [
            (_("issues"), len(isms.rows(Issue, scope))),
            (_("interested parties"), len(isms.rows(InterestedParty, scope))),
        ],
        "obligations": isms.rows(Obligation, scope),
        "priorities": profiles.priorities(answers.profile)[:5],
        "exclusions": list(profiles.exclusions(answers.profile)),
    }
