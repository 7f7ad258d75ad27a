"""A control's fields, one at a time as they are typed, or many controls' at once."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.organizations.models import Membership
from annexa.treatment.models import Reason, StatementRow, Status
from annexa.web.fields import LinkField, OwnerField

ANSWERS = {"yes": True, "no": False, "": None}
DECISION = ("applicable", "reasons", "justification")
WORK = ("status", "implementation")
FIELDS = (*DECISION, *WORK, "owner")


class RowForm(forms.Form):
    """What may be decided about one control; `seen` values beside it tell whether somebody else was faster."""

    applicable = forms.ChoiceField(
        label=_("Applicable"), choices=[("", _("Undecided")), ("yes", _("Yes")), ("no", _("No"))], required=False
    )
    reasons = forms.MultipleChoiceField(
        label=_("Reasons"), choices=Reason.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    justification = forms.CharField(
        label=_("Justification"), widget=forms.Textarea({"rows": 3}), max_length=20_000, required=False
    )
    status = forms.ChoiceField(label=_("Status"), choices=Status.choices)
    implementation = forms.CharField(
        label=_("How it is implemented"), widget=forms.Textarea({"rows": 3}), max_length=20_000, required=False
    )
    owner = OwnerField()

    use_required_attribute = False

    def __init__(self, *args: Any, members: Iterable[Membership], names: Iterable[str] = FIELDS, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.owner = OwnerField.of(self)
        self.owner.offer(members, [("", "—")])
        wanted = set(names)
        self.fields = {name: field for name, field in self.fields.items() if name in wanted}
        for field in self.fields.values():
            field.required = not self.is_bound  # nothing is called optional, and nothing posted is missed
            field.widget.attrs.setdefault("autocomplete", "off")

    def values(self) -> dict[str, Any]:
        """Return what was posted as the row stores it."""
        return {name: self.stored(name, value) for name, value in self.cleaned_data.items()}

    def changed(self) -> dict[str, Any]:
        """Return what was posted and is not what the person looked at: without scripts a form comes as a whole."""
        seen = self.seen()
        return {name: value for name, value in self.values().items() if name not in seen or seen[name] != value}

    def keep(self) -> "RowForm":
        """Return the form as it is shown again after a refusal."""
        for field in self.fields.values():
            field.required = True  # nothing is called optional
        return self

    def seen(self) -> dict[str, Any]:
        """Return what the person looked at, as the row stores it."""
        found = {}
        for name in self.fields:
            if (raw := self.data.get(f"seen_{name}")) is not None:
                value = [each for each in raw.split(",") if each] if name == "reasons" else raw
                found[name] = self.stored(name, value)
        return found

    def stored(self, name: str, value: Any) -> Any:
        """Return a posted value as the row stores it."""
        if name == "applicable":
            return ANSWERS.get(value)
        if name == "reasons":
            return sorted(value)
        if name == "owner":
            return value if isinstance(value, Membership) else self.owner.members.get(value)
        return str(value).replace("\r\n", "\n").strip()


class BulkForm(forms.Form):
    """The same change for many controls; what is left open stays as it is."""

    applicable = forms.ChoiceField(
        label=_("Applicable"),
        choices=[("", _("Applicable: as it is")), ("yes", _("Yes")), ("no", _("No"))],
        required=False,
    )
    reasons = forms.MultipleChoiceField(
        label=_("Reasons"), choices=Reason.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("Status: as it is")), *Status.choices], required=False
    )
    owner = OwnerField()

    def __init__(self, *args: Any, members: Iterable[Membership], **kwargs: Any):
        super().__init__(*args, **kwargs)
        OwnerField.of(self).offer(members, [("", _("Owner: as it is")), ("nobody", _("Nobody"))])

    def values(self) -> dict[str, Any]:
        """Return only what was chosen."""
        given = self.cleaned_data
        found: dict[str, Any] = {}
        if given["applicable"]:
            found["applicable"] = ANSWERS[given["applicable"]]
        if given["reasons"]:
            found["reasons"] = sorted(given["reasons"])
        if given["status"]:
            found["status"] = given["status"]
        if self.data.get("owner"):
            found["owner"] = given["owner"]
        return found


def initial(row: StatementRow) -> dict[str, Any]:
    """Return a row's values as the form shows them."""
    return {
        "applicable": {True: "yes", False: "no", None: ""}[row.applicable],
        "reasons": sorted(row.reasons),
        "justification": row.justification,
        "status": row.status,
        "implementation": row.implementation,
        "owner": str(row.owner_id or ""),
    }


def as_seen(values: dict[str, Any]) -> dict[str, str]:
    """Return form values as the hidden inputs hold them."""
    return {name: ",".join(value) if isinstance(value, list) else value for name, value in values.items()}


class LeaveOutForm(forms.Form):
    """A person's own justification for leaving a control out."""

    justification = forms.CharField(
        label=_("Your justification, in your own words"), widget=forms.Textarea({"rows": 3}), max_length=20_000
    )


class LinkForm(forms.Form):
    """A document or page that shows the control at work."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    url = LinkField(label=_("Address"))


class NoteForm(forms.Form):
    """What a reviewer has to say."""

    note = forms.CharField(label=_("Note"), widget=forms.Textarea({"rows": 2}), max_length=5_000, required=False)
