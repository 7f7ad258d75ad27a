"""Ending somebody's access, with what becomes of their work."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from annexa.organizations import queries
from annexa.organizations.access import Actor
from annexa.organizations.models import Membership
from annexa.organizations.permissions import Permission
from annexa.treatment.services import handover
from annexa.web.fields import OwnerField
from annexa.web.forms import explain
from annexa.web.request import Request, reads


class LeavingForm(forms.Form):
    """Who takes over."""

    successor = OwnerField(label=_("Who takes over"))

    def __init__(self, *args: Any, actor: Actor, leaving: Membership, **kwargs: Any):
        super().__init__(*args, **kwargs)
        others = [each for each in queries.active_members(actor) if each.pk != leaving.pk]
        OwnerField.of(self, "successor").offer(others, (("", _text("Nobody yet; it stays with them")),))


@reads(Permission.MEMBERS_EDIT)
def leave(request: Request, membership_id: uuid.UUID) -> HttpResponse:
    """Show what somebody answers for, then end their access and hand it over."""
    leaving = queries.member_for(request.actor, membership_id)
    form = LeavingForm(request.POST if request.method == "POST" else None, actor=request.actor, leaving=leaving)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            moved = handover.end_access(actor=request.actor, membership=leaving, **form.cleaned_data)
            said = ngettext("%(n)s thing was handed over.", "%(n)s things were handed over.", moved) % {"n": moved}
            messages.success(request, _text("Access has ended. What they did stays.") + (f" {said}" if moved else ""))
            return redirect("people:index", organization=request.actor.organization.slug)
    counts = {rows.__name__: rows(request.actor, leaving).count() for rows in handover.OWNED}
    title = _text("End the access of %(name)s") % {"name": leaving}
    context = {"page_title": title, "member": leaving, "form": form, **counts}
    return render(request, "people/leave.html", context, status=422 if form.errors else 200)
