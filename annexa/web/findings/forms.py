from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.evidence.models import Finding
from annexa.evidence.registry import READERS
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.web.fields import OwnerField

DECISIONS = [
    ("open", _("Open")),
    ("accepted", _("Accept until a day")),
    ("disputed", _("Dispute: it is not ours, or not so")),
    ("false", _("False positive")),
]


class ImportForm(forms.Form):
    """A scanner's file, and what it looked at."""

    file = forms.FileField(
        label=_("File"),
        max_length=180,
        help_text=_("As the scanner wrote it, up to 50 MB: all of it comes in, or nothing."),
    )
    target = forms.CharField(
        label=_("What was scanned"),
        max_length=120,
        help_text=_(
            "Such as “shop, main branch”. What a later file of the same does not name any more counts as mended."
        ),
    )
    source = forms.ChoiceField(label=_("Format"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [("", _("Recognise it")), *((key, reader.name) for key, reader in READERS.items())]
        self.fields["source"] = forms.ChoiceField(label=_("Format"), choices=choices, required=False)


class DecisionForm(forms.Form):
    """What becomes of a finding, and why."""

    state = forms.ChoiceField(label=_("What becomes of it"), choices=DECISIONS)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    until = forms.DateField(label=_("Accepted until"), widget=forms.DateInput, required=False)


class AssignForm(forms.Form):
    """Who mends it, and until when."""

    owner = OwnerField()
    due = forms.DateField(label=_("Mend by"), widget=forms.DateInput, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        OwnerField.of(self).offer(organizations.active_members(actor))


class BulkForm(forms.Form):
    """What to do with the ticked findings; empty leaves it."""

    state = forms.ChoiceField(
        label=_("What becomes of them"), choices=[("", _("Decision")), *DECISIONS], required=False
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.TextInput({"placeholder": _("Reason")})
    )
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput)
    owner = OwnerField()

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        OwnerField.of(self).offer(organizations.active_members(actor), before=[("", _("Owner"))])


def decision_of(finding: Finding) -> dict[str, Any]:
    """Return a finding's decision as its form holds it."""
    state = finding.state if finding.state in dict(DECISIONS) else "open"
    return {"state": state, "reason": finding.reason, "until": finding.accepted_until}
