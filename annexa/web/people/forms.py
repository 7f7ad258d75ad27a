from datetime import date
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.organizations import queries, terms
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.organizations.roles import NAMES, SUMMARIES, Role
from annexa.web.fields import choose_from


class TermsForm(forms.Form):
    """Role, scope and end of a membership; what the actor may give is offered, and what stands."""

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
        roles = [role for role in Role if role in terms.roles_to_give(actor) or role == self.initial.get("role")]
        choose_from(self, "role", [(role, f"{NAMES[role]} – {SUMMARIES[role]}") for role in roles])
        is_for_all = not actor.scope_id or self.initial.get("scope") == ""
        every = [("", _("All scopes"))] if is_for_all else []
        choose_from(self, "scope", [*every, *((k, s.name) for k, s in scopes.items())])
        cast(forms.TypedChoiceField, self.fields["scope"]).coerce = lambda key: scopes[key]
        self._end_with(terms.latest_end(actor))

    def _end_with(self, latest: date | None) -> None:
        """Offer no day after the one on which the actor's own access ends."""
        if latest:
            field = self.fields["expires_on"]
            field.required, field.initial = True, latest
            field.widget.attrs["max"] = latest.isoformat()
            field.help_text = _text("At the latest on %(day)s, when your own access ends.") % {
                "day": date_format(latest, "DATE_FORMAT")
            }


class InvitationForm(TermsForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail address"))
    field_order = ("email", "role", "scope", "expires_on")


class ListForm(TermsForm):
    """Whom to invite, all as the same."""

    people = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("One a line, such as kim@example.com or Kim Lee <kim@example.com>."),
        widget=forms.Textarea({"rows": 8}),
    )
    field_order = ("people", "role", "scope", "expires_on")
