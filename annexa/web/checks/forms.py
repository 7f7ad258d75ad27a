from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.catalog.models import Requirement
from annexa.evidence import checking
from annexa.evidence.contents import Content
from annexa.evidence.models import CheckResult, ControlCheck, Severity
from annexa.evidence.queries import evidence as queries
from annexa.evidence.registry import READERS
from annexa.lib import clock
from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.web.contents import ContentForm
from annexa.web.fields import OwnerField


class CheckForm(forms.Form):
    """What is looked at, how often, by whom, and what it bears on."""

    title = forms.CharField(label=_("What is checked"), max_length=200)
    controls = forms.CharField(
        label=_("Controls and requirements"), max_length=1000, help_text=_("With commas between, such as A.8.13, 9.1.")
    )
    kind = forms.ChoiceField(label=_("Who answers it"), choices=ControlCheck.Kind.choices)
    every_days = forms.IntegerField(label=_("Every … days"), min_value=1, max_value=1_100, initial=90)
    due = forms.DateField(label=_("Next by"), widget=forms.DateInput, required=False)
    owner = OwnerField()
    expected = forms.CharField(label=_("What is expected"), max_length=300, required=False)
    look = forms.CharField(label=_("What to look at"), required=False, widget=forms.Textarea({"rows": 3}))
    keep = forms.CharField(label=_("What to keep"), required=False, widget=forms.Textarea({"rows": 2}))
    mend = forms.CharField(label=_("What to do when it fails"), required=False, widget=forms.Textarea({"rows": 2}))
    source = forms.ChoiceField(label=_("Scanner"), required=False, help_text=_("Only for scanner's files."))
    target = forms.CharField(
        label=_("What it scans"), max_length=120, required=False, help_text=_("As its files are brought in.")
    )
    least = forms.TypedChoiceField(
        label=_("Fails from this severity on"), coerce=int, choices=Severity.choices[1:], initial=Severity.HIGH
    )

    def __init__(self, *args: Any, actor: Actor, check: ControlCheck | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor = actor
        OwnerField.of(self).offer(organizations.active_members(actor))
        choices = [("", "—"), *((key, reader.name) for key, reader in READERS.items())]
        self.fields["source"] = forms.ChoiceField(
            label=_("Scanner"), choices=choices, required=False, help_text=_("Only for scanner's files.")
        )
        if check:
            del self.fields["kind"]
            if check.kind != ControlCheck.Kind.SCAN:
                for name in ("source", "target", "least"):
                    del self.fields[name]

    def clean_controls(self) -> list[Requirement]:
        try:
            return queries.requirements_named(self.actor, self.cleaned_data["controls"])
        except UserError as error:
            raise forms.ValidationError(error.sentence) from error


class RecordForm(ContentForm):
    """What a check showed, and perhaps what is kept of it."""

    outcome = forms.ChoiceField(label=_("What it showed"), widget=forms.RadioSelect)
    actual = forms.CharField(label=_("What was seen"), max_length=500, required=False)
    population = forms.IntegerField(
        label=_("How many were looked at"), min_value=0, max_value=2_000_000_000, required=False
    )
    items = forms.CharField(
        label=_("What failed"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One on each line; after a colon, what is wrong with it."),
    )

    field_order = ("outcome", "actual", "population", "items", "file", "url", "text", "collected_on")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [each for each in CheckResult.Outcome.choices if each[0] != "none"]
        self.fields["outcome"] = forms.ChoiceField(label=_("What it showed"), choices=choices, widget=forms.RadioSelect)
        self.fields["file"].label = _("A photo or file to keep")
        self.fields["collected_on"].label = _("Looked at on")
        self.order_fields(self.field_order)

    def clean_items(self) -> list[dict[str, str]]:
        lines = [line.partition(":") for line in self.cleaned_data["items"].splitlines() if line.strip()]
        if len(lines) > checking.MOST_ITEMS:
            raise forms.ValidationError(
                _text("At most %(most)s failing items are kept.") % {"most": checking.MOST_ITEMS}
            )
        return [{"name": name.strip(), "detail": detail.strip()} for name, _colon, detail in lines]

    def told(self, actor: Actor) -> dict[str, Any]:
        """Return what the command takes, with what is kept stored; raises UserError."""
        data = self.cleaned_data
        content: Content | None = None
        if any(data[name] for name in ("file", "url", "text")):
            content = self.content(actor)
        given = {name: data[name] for name in ("outcome", "actual", "population", "items")}
        return given | {"content": content, "on": data["collected_on"] or clock.today()}


class OffForm(forms.Form):
    """Why a check, or an item of it, does not count, and until when."""

    reason = forms.CharField(label=_("Why"), max_length=500)
    until = forms.DateField(label=_("Until"), widget=forms.DateInput)


class ExcludeForm(OffForm):
    """An item that is left out."""

    item = forms.CharField(label=_("Item"), max_length=200)
    field_order = ("item", "reason", "until")
