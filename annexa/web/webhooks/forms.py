from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.webhooks import queries


class WebhookForm(forms.Form):
    """An address and what it is told of."""

    url = forms.CharField(label=_("Address"), max_length=1000, widget=forms.URLInput({"placeholder": "https://"}))
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    events = forms.MultipleChoiceField(
        label=_("Events"), widget=forms.SelectMultiple({"size": 14}),
        help_text=_("A part with a star means all of its events, also later ones."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        parts: dict[str, list[tuple[str, str]]] = {}
        for name in queries.events():
            part = name.partition(".")[0]
            parts.setdefault(part, [(f"{part}.*", f"{part}.*")]).append((name, name))
        field: Any = self.fields["events"]
        field.choices = [("*", _text("Everything")), *parts.items()]
