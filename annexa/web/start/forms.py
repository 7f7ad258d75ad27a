from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.isms import profiles
from annexa.isms.profiles import Answers
from annexa.web.fields import choose_from


class QuestionsForm(forms.Form):
    """The three questions of the guided start."""

    profile = forms.ChoiceField(label=_("What do you do?"), widget=forms.RadioSelect)
    size = forms.ChoiceField(label=_("How many people work for you?"), widget=forms.RadioSelect)
    protects = forms.MultipleChoiceField(
        label=_("What do you protect?"),
        help_text=_("Choose all that fit; laws and contracts follow from it."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        questions = profiles.questions()
        known = [profiles.profile(name) for name in profiles.PROFILES]
        self._choose("profile", known)
        self._choose("size", questions["sizes"])
        self._choose("protects", questions["protects"])

    def answers(self) -> Answers:
        """Return what was chosen."""
        data = self.cleaned_data
        return Answers(data["profile"], data["size"], tuple(data["protects"]))

    def _choose(self, name: str, entries: list[dict[str, Any]]) -> None:
        choose_from(self, name, [(entry["id"], entry["title"]) for entry in entries])


class ScopeForm(forms.Form):
    """The scope statement (clause 4.3)."""

    name = forms.CharField(label=_("Name of the scope"), max_length=160)
    statement = forms.CharField(
        label=_("Scope statement"),
        help_text=_("This sentence ends up on the certificate."),
        widget=forms.Textarea({"rows": 5}),
    )
    sites = forms.CharField(
        label=_("Sites"), help_text=_("One per line."), widget=forms.Textarea({"rows": 2}), required=False
    )
    headcount = forms.IntegerField(label=_("People in scope"), min_value=1, max_value=1_000_000, required=False)
    boundaries = forms.CharField(
        label=_("Boundaries"),
        help_text=_("What is inside and what is not, and why."),
        widget=forms.Textarea({"rows": 4}),
        required=False,
    )
    interfaces = forms.CharField(
        label=_("Interfaces and dependencies"),
        help_text=_("What you rely on others for, and what others rely on you for."),
        widget=forms.Textarea({"rows": 4}),
        required=False,
    )
