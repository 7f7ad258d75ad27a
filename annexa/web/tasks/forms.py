from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.permissions import Permission
from annexa.tasks.models import Task
from annexa.web.fields import OwnerField


class TaskForm(forms.Form):
    """A task; who may not hand it to others has no owner field, nor has whoever may not see its owner."""

    title = forms.CharField(label=_("What is to be done"), max_length=300)
    owner = OwnerField()
    due = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput)
    rhythm = forms.ChoiceField(
        label=_("Comes again"),
        choices=Task.Rhythm.choices,
        required=False,
        help_text=_("When it is done, the next one appears, due one step later."),
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea({"rows": 4}), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        owner = self.initial.get("owner")
        sees_owner = owner is None or not actor.scope_id or owner.scope_id in (None, actor.scope_id)
        if actor.can(Permission.TASK_EDIT) and sees_owner:
            OwnerField.of(self).offer(organizations.active_members(actor))
        else:
            del self.fields["owner"]
