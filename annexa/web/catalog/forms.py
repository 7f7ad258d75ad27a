from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.catalog import format
from annexa.web.catalog.words import ATTRIBUTES, THEMES, attribute_choices


class ControlForm(forms.Form):
    """A control of the organisation's own; its id stays once it is given."""

    ref = forms.CharField(
        label=_("Id"), help_text=_("Short and unique, such as OWN-1. It cannot be changed later."), max_length=40
    )
    title = forms.CharField(label=_("Title"), max_length=300)
    theme = forms.ChoiceField(label=_("Theme"), choices=[("", _("None")), *THEMES.items()], required=False)
    summary = forms.CharField(
        label=_("What it asks for"), widget=forms.Textarea({"rows": 4}), max_length=4000, required=False
    )

    def __init__(self, *args: Any, has_ref: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, title in ATTRIBUTES.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=title, choices=attribute_choices(name), widget=forms.CheckboxSelectMultiple, required=False
            )
        if has_ref:
            del self.fields["ref"]


class ImportForm(forms.Form):
    """A framework or crosswalk file."""

    file = forms.FileField(
        label=_("YAML file"),
        help_text=_("A framework or a crosswalk, at most 5 MB. The first line of the file says which."),
        widget=forms.FileInput({"accept": ".yaml,.yml"}),
    )

    def clean_file(self) -> tuple[str, str]:
        """Return name and text."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > format.LARGEST:
            raise forms.ValidationError(_text("The file is larger than 5 MB."))
        try:
            return file.name or "file", file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_text("The file is not text in UTF-8.")) from error
