from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.risks.models import Estimate
from annexa.risks.services.numbers import FEWEST_TRIALS, MOST_SEED, MOST_TRIALS, RANGES, SHARES, TRIALS

KINDS = [
    ("", _("not said")),
    ("fixed", _("one value")),
    ("pert", _("lowest, likeliest, highest")),
    ("lognormal", _("90 of 100 lie between low and high")),
]
LABELS = {
    "frequency": (_("How often a year"), _("0.2 is once in five years.")),
    "loss": (_("What one event costs"), _("Work, replacement, lost business.")),
    "secondary": (_("What others may claim on top"), _("Fines, damages, lost customers.")),
    "prevented": (_("Events that the treatment prevents"), _("Percent.")),
    "cheaper": (_("What the others cost less"), _("Percent.")),
}
PARTS = (("low", _("Low or value")), ("likely", _("Likeliest")), ("high", _("High")))


class EstimateForm(forms.Form):
    """A risk in numbers: each quantity as a range."""

    cost = forms.DecimalField(
        label=_("What the treatment costs a year"),
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        required=False,
    )
    note = forms.CharField(
        label=_("Where the figures come from"), widget=forms.Textarea({"rows": 2}), required=False, max_length=4000
    )

    def __init__(self, *args: Any, estimate: Estimate | None = None, **kwargs: Any):
        kwargs.setdefault("initial", _initial(estimate) if estimate else {})
        super().__init__(*args, **kwargs)
        for name in RANGES:
            needed = name in ("frequency", "loss")
            kinds = KINDS[1:] if needed else KINDS
            self.fields[f"{name}-kind"] = forms.ChoiceField(label=_("Kind"), choices=kinds, required=needed)
            for part, label in PARTS:
                self.fields[f"{name}-{part}"] = forms.FloatField(label=label, min_value=0, required=False)

    def groups(self) -> list[tuple[Any, Any, list[forms.BoundField]]]:
        """Return the ranges as the page shows them: what it is, a hint, and its fields."""
        return [
            (*LABELS[name], [self[f"{name}-{part}"] for part in ("kind", *(part for part, _label in PARTS))])
            for name in RANGES
        ]

    def values(self) -> dict[str, Any]:
        """Return what the command takes."""
        ranges: dict[str, Any] = {}
        for name in RANGES:
            given = {part: self.cleaned_data.get(f"{name}-{part}") for part in ("kind", "low", "likely", "high")}
            if not given["kind"]:
                continue
            scale = 100 if name in SHARES else 1
            ranges[name] = {k: v / scale if isinstance(v, float) else v for k, v in given.items()}
            if ranges[name]["low"] is None:
                ranges[name]["low"] = -1.0  # said to be wrong by the command, with its sentence
            if given["kind"] != "pert":
                ranges[name]["likely"] = None
            if given["kind"] == "fixed":
                ranges[name]["high"] = None
        return {"ranges": ranges, "cost": self.cleaned_data["cost"], "note": self.cleaned_data["note"]}


class SimulationForm(forms.Form):
    """How many years, and perhaps the seed of an earlier run."""

    trials = forms.IntegerField(label=_("Years"), min_value=FEWEST_TRIALS, max_value=MOST_TRIALS, initial=TRIALS)
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=MOST_SEED, required=False,
        help_text=_("The same seed gives the same figures; empty for a new one."),
    )  # fmt: skip


def _initial(estimate: Estimate) -> dict[str, Any]:
    found: dict[str, Any] = {"cost": estimate.cost, "note": estimate.note}
    for name in RANGES:
        plain = getattr(estimate, name) or {}
        scale = 100 if name in SHARES else 1
        for part in ("kind", "low", "likely", "high"):
            value = plain.get(part)
            found[f"{name}-{part}"] = value * scale if isinstance(value, float | int) else value
    return found
