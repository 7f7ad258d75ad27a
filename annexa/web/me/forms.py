from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.organizations.access import Actor
from annexa.organizations.services import tokens
from annexa.web.fields import choose_from
from annexa.web.words import MAY


class TokenForm(forms.Form):
    """A program's name, what it may do and how long."""

    name = forms.CharField(label=_("Which program will use it"), help_text=_("Such as “asset import”."), max_length=80)
    permissions = forms.MultipleChoiceField(
        label=_("What it may do"),
        help_text=_("Only what you may do yourself. A program never approves."),
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label=_("Days until it ends"), min_value=1, max_value=tokens.MOST_DAYS, initial=tokens.USUAL_DAYS
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choose_from(self, "permissions", [(p.value, MAY[p]) for p in sorted(actor.permissions - tokens.NEVER)])
