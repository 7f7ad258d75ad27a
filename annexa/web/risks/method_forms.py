from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.organizations.roles import NAMES
from annexa.risks.terms import COLOURS, MOST_LEVELS, RULES

STEPS = forms.Textarea({"rows": 6})


class MethodForm(forms.Form):
    """Scales, and how impact and score come about."""

    likelihood = forms.CharField(
        label=_("Likelihood, lowest first"), widget=STEPS, max_length=4000,
        help_text=_("One step a line: its name, a colon, what it means."),
    )  # fmt: skip
    impact = forms.CharField(
        label=_("Impact, lowest first"), widget=STEPS, max_length=4000,
        help_text=_("The same steps for confidentiality, integrity and availability."),
    )  # fmt: skip
    combine = forms.ChoiceField(
        label=_("Impact is"),
        choices=[("worst", _("the worst of the three")), ("mean", _("the mean of those that are said"))],
    )
    rule = forms.ChoiceField(
        label=_("The score is"),
        choices=[("product", _("likelihood × impact")), ("sum", _("likelihood + impact")), ("matrix", _("a matrix"))],
    )
    matrix = forms.CharField(
        label=_("Matrix"), widget=forms.Textarea({"rows": 5}), required=False, max_length=2000,
        help_text=_("For a matrix: a line per impact, lowest first; in it a number per likelihood."),
    )  # fmt: skip
    appetite = forms.IntegerField(
        label=_("Appetite"), min_value=0, max_value=10_000, help_text=_("The highest score that needs no treatment.")
    )
    tolerance = forms.CharField(
        label=_("Appetite in money"), widget=forms.Textarea({"rows": 4}), required=False, max_length=1000,
        help_text=_("A line per point: a loss, and in how many years of a hundred it may cost more. 100000 20"),
    )  # fmt: skip
    triggers = forms.CharField(
        label=_("When risks are read anew"), widget=forms.Textarea({"rows": 3}), required=False, max_length=4000
    )

    def __init__(self, *args: Any, plain: Mapping[str, Any], **kwargs: Any):
        initial = {name: plain[name] for name in ("combine", "rule", "appetite", "triggers")}
        initial |= {name: _lines(plain[name]) for name in ("likelihood", "impact")}
        initial["tolerance"] = "\n".join(f"{loss:g} {100 * chance:g}" for loss, chance in plain.get("tolerance", ()))
        initial["matrix"] = "\n".join(" ".join(map(str, row)) for row in plain["matrix"])
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)

    def clean_likelihood(self) -> list[dict[str, str]]:
        return _steps(self.cleaned_data["likelihood"])

    def clean_impact(self) -> list[dict[str, str]]:
        return _steps(self.cleaned_data["impact"])

    def clean_matrix(self) -> list[list[int]]:
        rows = [line.replace(",", " ").replace(";", " ").split() for line in self.cleaned_data["matrix"].splitlines()]
        if any(not cell.isdecimal() or len(cell) > 5 for row in rows for cell in row):
            raise forms.ValidationError(_("Write whole numbers with spaces between."))
        return [[int(cell) for cell in row] for row in rows if row]

    def clean_tolerance(self) -> list[list[float]]:
        points = []
        for line in self.cleaned_data["tolerance"].splitlines():
            try:
                loss, percent = map(float, line.split())
            except ValueError as error:
                if line.strip():
                    raise forms.ValidationError(_("Write two numbers on each line.")) from error
                continue
            points.append([loss, percent / 100])
        return points


class LevelForm(forms.Form):
    """A level of risk; without a name it is taken away."""

    name = forms.CharField(label=_("Name"), max_length=40, required=False)
    lowest = forms.IntegerField(label=_("From score"), min_value=0, max_value=10_000, required=False)
    colour = forms.TypedChoiceField(
        label=_("Colour"), coerce=int,
        choices=list(enumerate((_("Calm"), _("Quiet"), _("Warm"), _("Hot"))))[:COLOURS],
    )  # fmt: skip
    acceptable = forms.BooleanField(label=_("May be accepted without treatment"), required=False)
    accepted_by = forms.ChoiceField(
        label=_("Signs besides the owner"), choices=[("", _("Nobody")), *NAMES.items()], required=False
    )
    accepted_months = forms.IntegerField(label=_("Accepted for months"), min_value=1, max_value=60, required=False)
    review_months = forms.IntegerField(label=_("Read every so many months"), min_value=0, max_value=60, required=False)


LevelFormSet = forms.formset_factory(LevelForm, extra=1, max_num=MOST_LEVELS, absolute_max=MOST_LEVELS * 2)


def terms_of(form: MethodForm, levels: Any) -> dict[str, Any]:
    """Return what the two forms say together, as a method's terms."""
    terms = dict(form.cleaned_data)
    assert terms["rule"] in RULES
    kept = [dict(each.cleaned_data) for each in levels if each.cleaned_data.get("name")]
    terms["levels"] = [
        {**each, "accepted_months": each["accepted_months"] or 12, "review_months": each["review_months"] or 0}
        for each in kept
    ]
    return terms


def _lines(steps: list[dict[str, str]]) -> str:
    return "\n".join(f"{step['name']}: {step['wording']}" if step["wording"] else step["name"] for step in steps)


def _steps(text: str) -> list[dict[str, str]]:
    steps = []
    for line in text.splitlines():
        name, _colon, wording = line.partition(":")
        if name.strip():
            steps.append({"name": name.strip(), "wording": wording.strip()})
    return steps
