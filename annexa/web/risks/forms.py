from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.assets.models import Asset
from annexa.catalog.models import Requirement
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.risks import library
from annexa.risks.models import Decision, Knowledge, Nature, Risk, RiskControl, Stage
from annexa.risks.terms import DIMENSIONS, Terms
from annexa.web.fields import ManyField, OwnerField, choose_from

GROUPS = (
    (_("What may happen"), ("title", "nature", "cause", "event", "consequence")),
    (_("Where"), ("assets", "category", "threat", "vulnerability")),
    (_("Who and when"), ("owner", "knowledge", "review_due", "own_id", "sources")),
)
LONG = forms.Textarea({"rows": 2})
DIMENSION_LABELS = dict(zip(DIMENSIONS, (_("Confidentiality"), _("Integrity"), _("Availability")), strict=True))


class RiskForm(forms.Form):
    """A risk or an opportunity, in words."""

    title = forms.CharField(label=_("Title"), max_length=200)
    nature = forms.ChoiceField(label=_("Nature"), choices=Nature.choices)
    cause = forms.CharField(label=_("Cause"), widget=LONG, required=False, help_text=_("Because of …"))
    event = forms.CharField(label=_("Event"), widget=LONG, required=False, help_text=_("it may happen that …"))
    consequence = forms.CharField(label=_("Consequence"), widget=LONG, required=False, help_text=_("so that …"))
    assets = ManyField(label=_("Assets"), required=False, widget=forms.SelectMultiple({"size": 6}))
    category = forms.CharField(label=_("Category"), max_length=60, required=False)
    threat = forms.CharField(label=_("Threat"), max_length=120, required=False)
    vulnerability = forms.CharField(label=_("Vulnerability"), max_length=200, required=False)
    owner = OwnerField(help_text=_("Answers for it, and accepts what remains."))
    knowledge = forms.ChoiceField(label=_("How well it is known"), choices=Knowledge.choices)
    review_due = forms.DateField(label=_("Next reading"), required=False, widget=forms.DateInput)
    own_id = forms.CharField(label=_("Own id"), max_length=120, required=False)
    sources = forms.CharField(label=_("Sources"), widget=LONG, required=False)

    def __init__(self, *args: Any, actor: Actor, assets: list[Asset], risk: Risk | None = None, **kwargs: Any):
        kwargs.setdefault("initial", _initial(risk) if risk else {"knowledge": Knowledge.FAIR})
        super().__init__(*args, **kwargs)
        OwnerField.of(self).offer(organizations.active_members(actor))
        field: Any = self.fields["assets"]
        field.offer({str(each.pk): (f"{each.name} · {each.reference}", each) for each in assets})

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Yield the fields as the page shows them."""
        for title, names in GROUPS:
            yield title, [self[name] for name in names]


class ReadingForm(forms.Form):
    """What somebody reads of a risk, in steps of the method."""

    stage = forms.ChoiceField(label=_("Reading"), choices=Stage.choices)
    likelihood = forms.TypedChoiceField(label=_("Likelihood"), coerce=int)
    note = forms.CharField(label=_("Why"), widget=LONG, required=False, max_length=4000)

    def __init__(self, *args: Any, terms: Terms, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choose_from(self, "likelihood", [("", "—"), *_steps(terms.likelihood)])
        for name, label in DIMENSION_LABELS.items():
            choices = [("", "—"), *_steps(terms.impact)]
            self.fields[name] = forms.TypedChoiceField(
                label=label, choices=choices, coerce=int, empty_value=None, required=False
            )
        self.order_fields(["stage", "likelihood", *DIMENSIONS, "note"])

    def values(self) -> dict[str, Any]:
        """Return what the command takes."""
        given = dict(self.cleaned_data)
        return {"impacts": {name: given.pop(name) for name in DIMENSIONS}, **given}


class DecisionForm(forms.Form):
    """What is done about a risk, and which controls work against it."""

    decision = forms.ChoiceField(label=_("Decision"), required=False)
    decision_note = forms.CharField(
        label=_("Which contract, activity or criterion"), widget=LONG, required=False, max_length=4000,
        help_text=_("Transfer names the contract or insurance, avoid the activity, accept the criterion."),
    )  # fmt: skip
    existing = ManyField(
        label=_("Controls that work already"), required=False, widget=forms.SelectMultiple({"size": 5})
    )
    treating = ManyField(label=_("Controls of the treatment"), required=False, widget=forms.SelectMultiple({"size": 5}))

    def __init__(self, *args: Any, controls: list[Requirement], risk: Risk, **kwargs: Any):
        links = list(risk.controls.all())
        roles = {
            role: [str(link.requirement_id) for link in links if link.role == role] for role in RiskControl.Role.values
        }
        if not links and risk.scenario in library.scenarios():  # what the library says treats it, to begin with
            suggested = library.scenarios()[risk.scenario].controls
            roles["treating"] = [str(each.pk) for each in controls if each.ref in suggested]
        kwargs.setdefault("initial", {"decision": risk.decision, "decision_note": risk.decision_note, **roles})
        super().__init__(*args, **kwargs)
        choose_from(self, "decision", Decision.choices)
        for name in ("existing", "treating"):
            field: Any = self.fields[name]
            field.offer({str(each.pk): (f"{each.ref} {each.title}", each) for each in controls})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        both = {each.ref for each in given.get("existing", [])} & {each.ref for each in given.get("treating", [])}
        if both:
            words = _text("%(refs)s works already or is part of the treatment, not both.")
            raise forms.ValidationError(words % {"refs": ", ".join(sorted(both))})
        return given


class CloseForm(forms.Form):
    """Why a risk cannot happen any more."""

    reason = forms.CharField(label=_("Why it cannot happen any more"), widget=LONG, max_length=4000)


class SignForm(forms.Form):
    """What a signature says besides the figures."""

    seen = forms.CharField(widget=forms.HiddenInput)
    valid_until = forms.DateField(label=_("Holds until"), widget=forms.DateInput)
    note = forms.CharField(label=_("Note"), widget=LONG, required=False, max_length=4000)


class WithdrawForm(forms.Form):
    """Why it is not accepted any more."""

    reason = forms.CharField(label=_("Why it is not accepted any more"), widget=LONG, max_length=4000)


def _steps(scale: Any) -> list[tuple[int, str]]:
    return [(number, f"{number} {step.name}") for number, step in enumerate(scale, 1)]


def _initial(risk: Risk) -> dict[str, Any]:
    same = ("title", "nature", "cause", "event", "consequence", "category", "threat", "vulnerability", "owner",
            "knowledge", "review_due", "own_id", "sources")  # fmt: skip
    chosen = [str(key) for key in risk.assets.values_list("asset_id", flat=True)]
    return {name: getattr(risk, name) for name in same} | {"assets": chosen}
