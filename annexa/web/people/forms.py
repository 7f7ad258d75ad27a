from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.organizations import queries
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.organizations.roles import NAMES, SUMMARIES, Role


class TermsForm(forms.Form):
    """Role, scope and end of a membership."""

    role = forms.TypedChoiceField(label=_("Role"), coerce=Role)
    scope = forms.TypedChoiceField(
        label=_("Scope"), help_text=_("An external auditor reads one scope."), required=False, empty_value=None
    )
    expires_on = forms.DateField(
        label=_("Access ends on"),
        help_text=_("Needed for an external auditor; useful for guests."),
        required=False,
        widget=forms.DateInput,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        scopes: dict[str, Scope] = {str(scope.pk): scope for scope in queries.scopes(actor)}
        self.fields["role"].choices = [(role, f"{NAMES[role]} – {SUMMARIES[role]}") for role in Role]  # type: ignore[attr-defined]
        self.fields["scope"].choices = [("", _("All scopes")), *((k, s.name) for k, s in scopes.items())]  # type: ignore[attr-defined]
        self.fields["scope"].coerce = lambda key: scopes[key]  # type: ignore[attr-defined]


class InvitationForm(TermsForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail address"))
    field_order = ("email", "role", "scope", "expires_on")
