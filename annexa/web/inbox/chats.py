"""The chats into which a member's notices go."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from annexa.organizations.permissions import Permission
from annexa.tasks import chat, notices, services
from annexa.web.forms import explain
from annexa.web.request import Request, reads


class ChatForm(forms.Form):
    """A chat's address, which holds a secret, and a name for it."""

    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=1000,
        help_text=gettext_lazy("The incoming webhook that the chat gives you, or an Apprise address."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)


@reads(Permission.TASK_WORK)
def index(request: Request) -> HttpResponse:
    """List the member's chats, and add one."""
    form = ChatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            made = services.add_channel(actor=request.actor, **form.cleaned_data)
            services.try_channel(actor=request.actor, channel=made)
            messages.success(request, _("A test message is on its way."))
            return redirect("inbox:chats", organization=request.actor.organization.slug)
    listed = [(each, chat.SERVICES[each.service].name) for each in notices.channels(request.actor)]
    examples = [(each.name, each.example) for each in chat.SERVICES.values()]
    context = {"page_title": _("Chats"), "form": form, "channels": listed, "examples": examples}
    return render(request, "inbox/chats.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.TASK_WORK)
def try_one(request: Request, channel_id: uuid.UUID) -> HttpResponse:
    """Send a test message."""
    services.try_channel(actor=request.actor, channel=notices.channel_for(request.actor, channel_id))
    messages.success(request, _("A test message is on its way."))
    return redirect("inbox:chats", organization=request.actor.organization.slug)


@require_POST
@reads(Permission.TASK_WORK)
def remove(request: Request, channel_id: uuid.UUID) -> HttpResponse:
    """Forget a chat."""
    services.remove_channel(actor=request.actor, channel=notices.channel_for(request.actor, channel_id))
    messages.success(request, _("The chat is forgotten."))
    return redirect("inbox:chats", organization=request.actor.organization.slug)
