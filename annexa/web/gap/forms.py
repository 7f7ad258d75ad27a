"""Forms of the gap analysis."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock, files
from annexa.lib.errors import UserError
from annexa.organizations.models import Membership
from annexa.treatment.models import Conformity, DocumentState, GapRating
from annexa.web.fields import LinkField, OwnerField, choose_from

PREFIX = "row"  # a control named "action" would hide the address of its form from scripts
UNRATED = ("", _("Not rated"))
LEVELS = [(str(level), str(level)) for level in range(6)]


class RatingForm(forms.Form):
    """Everything one row says; each field is saved by itself."""

    conformity = forms.ChoiceField(label=_("Conformity"), choices=Conformity.choices)
    maturity = forms.TypedChoiceField(
        label=_("Maturity now"), choices=[UNRATED, *LEVELS], coerce=int, empty_value=None, required=False
    )
    target = forms.TypedChoiceField(label=_("Target"), choices=LEVELS, coerce=int)
    note = forms.CharField(label=_("Note"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 3}))
    action = forms.CharField(label=_("Next action"), max_length=300, required=False)
    owner = OwnerField()
    effort = forms.DecimalField(
        label=_("Effort (days)"),
        min_value=0.1,
        max_digits=5,
        decimal_places=1,
        required=False,
        widget=forms.NumberInput({"step": "0.5", "min": "0.5"}),
    )
    due = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput)

    def __init__(self, members: Iterable[Membership], rating: GapRating | None = None, data: Any = None):
        initial = {name: plain(getattr(rating, name)) for name in self.base_fields} if rating else None
        super().__init__(data, initial=initial, prefix=PREFIX)
        OwnerField.of(self).offer(members, [("", "–")])
        if rating and rating.requirement.kind == "requirement":
            conformity = [each for each in Conformity.choices if each[0] != Conformity.NOT_APPLICABLE]
            choose_from(self, "conformity", conformity)

    def read(self, name: str, text: str) -> Any:
        """Return the value of one field from what was sent; raises UserError."""
        if name not in self.fields:
            raise UserError(str(_("There is no such field.")))
        try:
            return self.fields[name].clean(text)
        except forms.ValidationError as error:
            raise UserError(" ".join(error.messages)) from error

    def read_seen(self) -> dict[str, Any]:
        """Return what the person looked at when they sent the whole form."""
        given = {name: self.data.get(f"seen_{name}", "")[1:] for name in self.fields if f"seen_{name}" in self.data}
        return {name: self.read(name, text) for name, text in given.items()}

    def changed(self) -> dict[str, Any]:
        """Return what differs from what the person looked at."""
        seen = self.read_seen()
        return {name: value for name, value in self.cleaned_data.items() if name not in seen or seen[name] != value}

    @property
    def seen(self) -> list[tuple[str, str]]:
        """Return name and value of the hidden inputs that say what the person looks at."""
        now = {f"seen_{name}": sealed(value) for name, value in self.initial.items()}
        return [(name, self.data.get(name, value)) for name, value in now.items()]


def plain(value: Any) -> str:
    """Return a value as an input holds it."""
    if value is None:
        return ""
    return str(value.pk) if isinstance(value, Membership) else str(value)


def sealed(text: str) -> str:
    """Mark a value that was seen, so that an empty one differs from none at all."""
    return f"={text}"


class BulkForm(forms.Form):
    """What to set for all selected rows; what stays empty stays as it is."""

    conformity = forms.ChoiceField(choices=[("", _("Conformity")), *Conformity.choices], required=False)
    target = forms.TypedChoiceField(choices=[("", _("Target")), *LEVELS], coerce=int, empty_value=None, required=False)
    owner = OwnerField()
    due = forms.DateField(required=False, widget=forms.DateInput)

    def __init__(self, members: Iterable[Membership], data: Any = None):
        super().__init__(data, auto_id="bulk_%s")
        OwnerField.of(self).offer(members, [("", _("Owner"))])
        for name, label in (
            ("conformity", _("Conformity")),
            ("target", _("Target")),
            ("owner", _("Owner")),
            ("due", _("Due")),
        ):
            self.fields[name].label = label

    @property
    def values(self) -> dict[str, Any]:
        """Return what was chosen."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class EvidenceForm(forms.Form):
    """A file or a link, with its date."""

    title = forms.CharField(label=_("What it shows"), max_length=180, required=False)
    dated = forms.DateField(label=_("Dated"), widget=forms.DateInput)
    url = LinkField(required=False)
    file = forms.FileField(label=_("or a file"), max_length=180, required=False)

    def __init__(self, data: Any = None, files: Any = None):
        super().__init__(data, files, auto_id="evidence_%s", initial={"dated": clock.today()})

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file:
            try:
                files.check_type(file.name, file.read(512))
            except UserError as error:
                raise forms.ValidationError(error.sentence) from error
            file.seek(0)
        return file

    def stored_title(self) -> str:
        """Return the title; a file's keeps the extension, because it is also the name of the download."""
        title, file = self.cleaned_data["title"].strip(), self.cleaned_data["file"]
        if not file:
            return title
        extension = files.extension(file.name)
        return file.name if not title else title if files.extension(title) == extension else f"{title}.{extension}"


class DocumentForm(forms.Form):
    """Whether a mandatory document exists, and where."""

    state = forms.ChoiceField(label=_("State"), choices=DocumentState.choices, widget=forms.RadioSelect)
    url = LinkField(required=False, help_text=_("Where it can be read."))


class TitleForm(forms.Form):
    """The title of an assessment."""

    title = forms.CharField(label=_("Title"), max_length=160)


class StartForm(forms.Form):
    """A new assessment."""

    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("Such as “Before stage 1” or the quarter."))
    copy = forms.BooleanField(
        label=_("Copy the last one"),
        required=False,
        help_text=_("Ratings, notes, evidence and open actions come along; you change what has changed."),
    )
    close_open = forms.BooleanField(
        label=_("Close the open one"),
        required=False,
        help_text=_("It stays readable and comparable, but nobody can change it any more."),
    )
