import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.catalog import library
from annexa.isms.models import Issue, Obligation


class ScopeForm(forms.Form):
    """The scope (clause 4.3)."""

    name = forms.CharField(label=_("Name"), max_length=160)
    statement = forms.CharField(label=_("Scope statement"), widget=forms.Textarea({"rows": 5}), required=False)
    sites = forms.CharField(
        label=_("Sites"), help_text=_("One per line."), widget=forms.Textarea({"rows": 3}), required=False
    )
    headcount = forms.IntegerField(label=_("People in scope"), min_value=1, max_value=1_000_000, required=False)
    boundaries = forms.CharField(label=_("Boundaries"), widget=forms.Textarea({"rows": 4}), required=False)
    interfaces = forms.CharField(
        label=_("Interfaces and dependencies"), widget=forms.Textarea({"rows": 4}), required=False
    )


class NewScopeForm(forms.Form):
    """A further scope."""

    name = forms.CharField(label=_("Name"), max_length=160)
    statement = forms.CharField(label=_("Scope statement"), widget=forms.Textarea({"rows": 4}), required=False)


class IssueForm(forms.Form):
    """An issue (clause 4.1)."""

    side = forms.ChoiceField(label=_("Side"), choices=Issue.Side.choices)
    text = forms.CharField(label=_("Issue"), widget=forms.Textarea({"rows": 3}), max_length=4000)


class PartyForm(forms.Form):
    """An interested party (clause 4.2)."""

    name = forms.CharField(label=_("Who"), max_length=160)
    needs = forms.CharField(label=_("What they need"), widget=forms.Textarea({"rows": 3}), max_length=4000)
    addressed = forms.BooleanField(label=_("The ISMS meets this need"), required=False)


class ObligationForm(forms.Form):
    """A law, regulation or contract (A.5.31)."""

    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Obligation.Kind.choices)
    why = forms.CharField(label=_("Why it applies"), widget=forms.Textarea({"rows": 3}), required=False)
    controls = forms.CharField(
        label=_("Controls and clauses it names"),
        help_text=_("Ids with commas between, such as A.5.34, A.8.24."),
        required=False,
    )

    def clean_controls(self) -> list[str]:
        """Return the ids; refuse those the standard does not have."""
        refs = [ref for ref in re.split(r"[\s,;]+", self.cleaned_data["controls"]) if ref]
        known = library.frameworks()[library.ISO_27001].by_id
        if unknown := [ref for ref in refs if ref not in known]:
            raise forms.ValidationError(_text("ISO/IEC 27001:2022 has no %(ids)s.") % {"ids": ", ".join(unknown)})
        return list(dict.fromkeys(refs))


FORMS: dict[str, type[forms.Form]] = {"issues": IssueForm, "parties": PartyForm, "obligations": ObligationForm}


def initial(kind: str, row: Any) -> dict[str, Any]:
    """Return a row's values as its form shows them."""
    values = {name: getattr(row, name) for name in FORMS[kind].base_fields}
    if kind == "obligations":
        values["controls"] = ", ".join(row.controls)
    return values
