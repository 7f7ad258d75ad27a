from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.catalog.models import Requirement
from annexa.evidence.models import Evidence
from annexa.evidence.queries import evidence as queries
from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.permissions import Permission
from annexa.risks.models import Risk
from annexa.risks.queries import risks
from annexa.web.contents import ContentForm
from annexa.web.fields import OwnerField


class FactsForm(forms.Form):
    """What is said of evidence."""

    title = forms.CharField(label=_("What it shows"), max_length=200)
    controls = forms.CharField(
        label=_("Controls and requirements"),
        max_length=2000,
        required=False,
        help_text=_("With commas between, such as A.8.13, A.5.30, 9.1."),
    )
    risks = forms.CharField(label=_("Risks"), max_length=2000, required=False, help_text=_("Such as RISK-3, RISK-7."))
    period_from = forms.DateField(label=_("About the time from"), widget=forms.DateInput, required=False)
    period_to = forms.DateField(label=_("to"), widget=forms.DateInput, required=False)
    expires_on = forms.DateField(label=_("Counts until"), widget=forms.DateInput, required=False)
    owner = OwnerField()
    description = forms.CharField(label=_("Description"), required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor = actor
        if actor.can(Permission.EVIDENCE_EDIT):
            OwnerField.of(self).offer(organizations.active_members(actor))
        else:
            del self.fields["owner"]

    def clean_controls(self) -> list[Requirement]:
        try:
            return queries.requirements_named(self.actor, self.cleaned_data["controls"])
        except UserError as error:
            raise forms.ValidationError(error.sentence) from error

    def clean_risks(self) -> list[Risk]:
        names = [part.strip() for part in self.cleaned_data["risks"].replace(";", ",").split(",") if part.strip()]
        try:
            return [risks.risk_for(self.actor, name) for name in names[:100]]
        except UserError as error:
            raise forms.ValidationError(error.sentence) from error


class AddForm(FactsForm, ContentForm):
    """New evidence."""

    field_order = (
        "title", "file", "url", "text", "controls", "risks", "collected_on", "period_from", "period_to", "expires_on",
        "owner", "description",
    )  # fmt: skip


class EditionForm(ContentForm):
    """What takes the place of the newest edition."""

    expires_on = forms.DateField(label=_("Counts until"), widget=forms.DateInput, required=False)
    note = forms.CharField(label=_("What is new in it"), max_length=300, required=False)


class AskForm(forms.Form):
    """Who is asked for what, until when."""

    title = forms.CharField(label=_("What is to be shown"), max_length=200)
    owner = OwnerField(label=_("Who is asked"), required=True)
    due = forms.DateField(label=_("Until"), widget=forms.DateInput)
    control = forms.CharField(
        label=_("For the control"), max_length=100, required=False, help_text=_("Such as A.8.13.")
    )
    note = forms.CharField(label=_("What to look at"), required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor = actor
        OwnerField.of(self).offer(organizations.active_members(actor), [("", "—")])

    def clean_control(self) -> Requirement | None:
        try:
            return queries.requirement_named(self.actor, self.cleaned_data["control"])
        except UserError as error:
            raise forms.ValidationError(error.sentence) from error

    def values(self) -> dict[str, Any]:
        """Return what the command takes."""
        values = dict(self.cleaned_data)
        return {"requirement": values.pop("control"), **values}


class AnswerForm(ContentForm):
    """What is given for a request: something new, or evidence that is there already."""

    existing = forms.CharField(
        label=_("or evidence that is here already"), max_length=40, required=False, help_text=_("Such as EVID-12.")
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    field_order = ("file", "url", "text", "existing", "collected_on", "note")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor = actor
        del self.fields["collected_on"]
        if not actor.can(Permission.EVIDENCE_READ):
            del self.fields["existing"]

    def clean(self) -> dict[str, Any]:
        """Refuse what is here already together with something new: one of the two would be lost."""
        data = super().clean() or self.cleaned_data
        if data.get("existing") and any(data.get(name) for name in ("file", "url", "text")):
            self.add_error("existing", _text("Give what is here already, or something new: one of the two."))
        return data

    def clean_existing(self) -> Evidence | None:
        text = self.cleaned_data["existing"].strip()
        try:
            return queries.evidence_for(self.actor, text) if text else None
        except UserError as error:
            raise forms.ValidationError(error.sentence) from error


class ReturnForm(forms.Form):
    """Why an answer does not show it."""

    reason = forms.CharField(label=_("What is missing"), max_length=500)
