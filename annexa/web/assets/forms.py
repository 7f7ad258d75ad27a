from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.assets.checks import extra_value
from annexa.assets.models import Asset, Inventory, Kind, State, Value
from annexa.assets.worth import DIMENSIONS
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.models import Scope
from annexa.web.assets.tables import DIMENSION_LABELS
from annexa.web.fields import OwnerField, choose_from

EMPTY = ("", "—")
VALUES = [EMPTY, *((str(value), f"{value} {label}") for value, label in Value.choices)]
GROUPS = (
    (_("What it is"), ("name", "kind", "own_id", "description", "state", "scope", "location", "tags")),
    (_("Who looks after it"), ("owner", "custodian", "vendor_managed", "review_due")),
    (_("What it is worth"), ("classification", *DIMENSIONS, "recovery_time", "recovery_point", "personal_data",
                             "unpatchable")),
)  # fmt: skip


def _hours(label: Any, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=8760, required=False, help_text=help_text)


class AssetForm(forms.Form):
    """An asset; the organisation's own fields come last."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Type"), choices=Kind.choices)
    own_id = forms.CharField(
        label=_("Own id"), max_length=120, required=False,
        help_text=_("What your other lists call it; an import finds the asset again by it."),
    )  # fmt: skip
    description = forms.CharField(label=_("Description"), widget=forms.Textarea({"rows": 3}), required=False)
    state = forms.ChoiceField(label=_("Status"), choices=[each for each in State.choices if each[0] != State.RETIRED])
    scope = forms.TypedChoiceField(label=_("Scope"), required=False, empty_value=None)
    location = forms.CharField(label=_("Location"), max_length=200, required=False)
    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("With commas between."))
    owner = OwnerField(help_text=_("Answers for it: its value, its classification, who may use it."))
    custodian = OwnerField(label=_("Custodian"), help_text=_("Looks after it from day to day."))
    vendor_managed = forms.BooleanField(label=_("A supplier runs or maintains it"), required=False)
    review_due = forms.DateField(label=_("Next review"), required=False, widget=forms.DateInput)
    classification = forms.ChoiceField(label=_("Classification"), required=False)
    recovery_time = _hours(_("Recovery time, hours"), _("Back in service within (RTO)."))
    recovery_point = _hours(_("Recovery point, hours"), _("At most this much work lost (RPO)."))
    personal_data = forms.BooleanField(label=_("It holds or handles personal data"), required=False)
    unpatchable = forms.BooleanField(label=_("It cannot be patched"), required=False)

    def __init__(self, *args: Any, actor: Actor, terms: Inventory, asset: Asset | None = None, **kwargs: Any):
        kwargs.setdefault("initial", _initial(asset) if asset else {"owner": actor.membership, "state": State.IN_USE})
        super().__init__(*args, **kwargs)
        self.terms = terms
        for name in ("owner", "custodian"):
            OwnerField.of(self, name).offer(organizations.active_members(actor))
        levels = [(level["key"], level["name"]) for level in terms.classifications]
        choose_from(self, "classification", [EMPTY, *levels])
        self._offer_scopes(organizations.scopes(actor), actor)
        for name, label in zip(DIMENSIONS, DIMENSION_LABELS, strict=True):
            self.fields[name] = forms.TypedChoiceField(
                label=label, choices=VALUES, coerce=int, empty_value=None, required=False
            )
        for about in terms.fields:
            self.fields[f"x-{about['key']}"] = _own_field(about)
        if asset and asset.is_retired:
            del self.fields["state"]

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Yield the fields as the page shows them."""
        for title, names in GROUPS:
            yield title, [self[name] for name in names if name in self.fields]
        if own := [self[f"x-{about['key']}"] for about in self.terms.fields]:
            yield _("Your own fields"), own

    def clean_tags(self) -> list[str]:
        return [tag for each in self.cleaned_data["tags"].split(",") if (tag := each.strip())]

    def values(self) -> dict[str, Any]:
        """Return what the command takes."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("x-")}
        if self.terms.fields:
            given["extra"] = {
                about["key"]: self.cleaned_data.get(f"x-{about['key']}") for about in self.terms.fields
            }  # fmt: skip
        return given

    def _offer_scopes(self, scopes: list[Scope], actor: Actor) -> None:
        if len(scopes) < 2 or actor.scope_id:
            del self.fields["scope"]
            return
        known = {str(scope.pk): scope for scope in scopes}
        field: Any = self.fields["scope"]
        field.choices = [("", _("The whole organisation")), *((key, scope.name) for key, scope in known.items())]
        field.coerce = lambda key: known[key]


class OwnersForm(forms.Form):
    """What the owner of an asset keeps up to date."""

    description = forms.CharField(label=_("Description"), widget=forms.Textarea({"rows": 4}), required=False)
    location = forms.CharField(label=_("Location"), max_length=200, required=False)
    recovery_time = _hours(_("Recovery time, hours"), _("Back in service within (RTO)."))
    recovery_point = _hours(_("Recovery point, hours"), _("At most this much work lost (RPO)."))

    def __init__(self, *args: Any, asset: Asset, **kwargs: Any):
        kwargs.setdefault("initial", {name: getattr(asset, name) for name in self.base_fields})
        super().__init__(*args, **kwargs)

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Yield the fields as the page shows them."""
        yield _("What you keep up to date"), list(self)

    def values(self) -> dict[str, Any]:
        """Return what the command takes."""
        return dict(self.cleaned_data)


class ReviewForm(forms.Form):
    """When to look again."""

    next_review = forms.DateField(label=_("Look again on"), required=False, widget=forms.DateInput)


class NeedForm(forms.Form):
    """What an asset needs, and what flows."""

    needed = forms.ChoiceField(label=_("It needs"))
    confidentiality = forms.BooleanField(label=_("Confidentiality flows"), required=False, initial=True)
    integrity = forms.BooleanField(label=_("Integrity flows"), required=False, initial=True)
    availability = forms.BooleanField(label=_("Availability flows"), required=False, initial=True)

    def __init__(self, *args: Any, choices: list[tuple[Any, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        choose_from(self, "needed", [("", _("Choose an asset")), *choices])


class BulkForm(forms.Form):
    """What to change of the ticked assets; empty leaves it."""

    classification = forms.ChoiceField(label=_("Classification"), required=False)
    owner = OwnerField()
    review_due = forms.DateField(label=_("Next review"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, actor: Actor, terms: Inventory, **kwargs: Any):
        super().__init__(*args, **kwargs)
        levels = [(level["key"], level["name"]) for level in terms.classifications]
        choose_from(self, "classification", [("", _("Classification")), *levels])
        OwnerField.of(self).offer(organizations.active_members(actor), before=[("", _("Owner"))])

    def values(self) -> dict[str, Any]:
        """Return what was chosen."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class LevelForm(forms.Form):
    """One level of the classification scheme; without a name it is taken away."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    handling = forms.CharField(label=_("How it is handled"), max_length=300, required=False)


class OwnFieldForm(forms.Form):
    """One field of the organisation's own; without a label it is taken away."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    label = forms.CharField(label=_("Label"), max_length=60, required=False)
    kind = forms.ChoiceField(
        label=_("Holds"),
        choices=[("text", _("Text")), ("number", _("Number")), ("day", _("Day")), ("choice", _("One of several"))],
    )
    choices = forms.CharField(
        label=_("Choices"), required=False, max_length=2500, help_text=_("For one of several, with commas between.")
    )

    def clean_choices(self) -> list[str]:
        return [word for each in self.cleaned_data["choices"].split(",") if (word := each.strip())]


def _own_field(about: dict[str, Any]) -> forms.Field:
    if about["kind"] == "choice":
        choices = [EMPTY, *((each, each) for each in about["choices"])]
        return forms.ChoiceField(label=about["label"], choices=choices, required=False)
    return _CheckedField(about)


class _CheckedField(forms.CharField):
    """A text that fits what the organisation says its own field holds."""

    def __init__(self, about: dict[str, Any]):
        widget = forms.DateInput if about["kind"] == "day" else forms.TextInput
        super().__init__(label=about["label"], required=False, widget=widget)
        self.about = about

    def clean(self, value: Any) -> Any:
        try:
            return extra_value(self.about, super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error) or _text("This does not fit.")) from error


def _initial(asset: Asset) -> dict[str, Any]:
    same = ("name", "kind", "own_id", "description", "state", "location", "owner", "custodian", "vendor_managed",
            "review_due", "classification", "recovery_time", "recovery_point", "personal_data", "unpatchable",
            *DIMENSIONS)  # fmt: skip
    extra = {f"x-{key}": value for key, value in asset.extra.items()}
    scope = str(asset.scope_id or "")
    return {name: getattr(asset, name) for name in same} | {"tags": ", ".join(asset.tags), "scope": scope} | extra
