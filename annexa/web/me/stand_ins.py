"""Who stands in for the member, and for whom they do."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from annexa.lib import clock
from annexa.organizations import delegations as queries
from annexa.organizations import queries as organizations
from annexa.organizations import services
from annexa.organizations.access import Actor
from annexa.organizations.models import Delegation
from annexa.organizations.permissions import Permission
from annexa.web.fields import OwnerField
from annexa.web.forms import explain
from annexa.web.request import Request, reads


class StandInForm(forms.Form):
    """Who stands in, in what, from when to when."""

    absent = OwnerField(label=gettext_lazy("For"))
    stand_in = OwnerField(label=gettext_lazy("Who stands in"), required=True)
    kind = forms.ChoiceField(label=gettext_lazy("In what"), choices=Delegation.Kind.choices)
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput)
    ends_on = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=1000)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        kwargs.setdefault("initial", {"starts_on": clock.today()})
        super().__init__(*args, **kwargs)
        members = organizations.active_members(actor)
        OwnerField.of(self, "stand_in").offer([each for each in members if each != actor.membership], [("", "—")])
        if actor.can(Permission.MEMBERS_EDIT):
            OwnerField.of(self, "absent").offer(members, [("", _("Me"))])
        else:
            del self.fields["absent"]


@reads(Permission.TASK_WORK)
def index(request: Request) -> HttpResponse:
    """Show who stands in for whom, and let somebody stand in."""
    actor = request.actor
    form = StandInForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            scope = actor.membership.scope if actor.membership else None
            made = services.delegate(actor=actor, scope=scope, **form.cleaned_data)
            messages.success(request, _("%(name)s stands in; it is in the trail.") % {"name": made.stand_in})
            return redirect("me:stand-ins", organization=actor.organization.slug)
    listed = [(each, _may_end(request, each)) for each in queries.visible_to(actor)[:200]]
    context = {"page_title": _("Standing in"), "form": form, "delegations": listed}
    return render(request, "me/stand_ins.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.TASK_WORK)
def end(request: Request, delegation_id: uuid.UUID) -> HttpResponse:
    """End it before its day."""
    services.end_delegation(actor=request.actor, delegation=queries.delegation_for(request.actor, delegation_id))
    messages.success(request, _("It has ended."))
    return redirect("me:stand-ins", organization=request.actor.organization.slug)


def _may_end(request: Request, found: Delegation) -> bool:
    mine = request.actor.membership and request.actor.membership.pk in (found.absent_id, found.stand_in_id)
    return not found.is_over and bool(mine or request.actor.can(Permission.MEMBERS_EDIT))
