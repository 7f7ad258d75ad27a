"""Form fields that several page sets share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.models import Membership


class OwnerField(forms.TypedChoiceField):
    """A choice of the organisation's active members; the value is a Membership or None."""

    def __init__(self, **kwargs: Any):
        super().__init__(coerce=self._member, empty_value=None, **kwargs)
        self._members: dict[str, Membership] = {}

    def offer(self, actor: Actor) -> None:
        """Offer the members of the actor's organisation."""
        self._members = {str(m.pk): m for m in organizations.members(actor) if m.is_active()}
        self.choices = [("", _("Nobody"))] + [(key, str(member)) for key, member in self._members.items()]

    def prepare_value(self, value: Any) -> Any:
        return str(value.pk) if isinstance(value, Membership) else value

    def _member(self, value: str) -> Membership:
        return self._members[str(value)]
