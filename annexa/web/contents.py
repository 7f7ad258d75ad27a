"""What evidence holds, as forms take it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.evidence.contents import LONGEST_TEXT, Content
from annexa.lib import clock, files
from annexa.lib.errors import UserError
from annexa.organizations.access import Actor
from annexa.web.fields import LinkField


class ContentForm(forms.Form):
    """A file, a link or a text."""

    file = forms.FileField(label=_("A file"), max_length=180, required=False)
    url = LinkField(label=_("or a link"), required=False)
    text = forms.CharField(
        label=_("or a record in words"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea({"rows": 4})
    )
    collected_on = forms.DateField(label=_("Collected on"), widget=forms.DateInput)

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"collected_on": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file:
            try:
                files.check_type(file.name, file.read(512))
            except UserError as error:
                raise forms.ValidationError(error.sentence) from error
            file.seek(0)
        return file

    def content(self, actor: Actor) -> Content:
        """Store a file and return what the command takes; raises UserError."""
        file = self.cleaned_data["file"]
        given = {"url": self.cleaned_data["url"], "text": self.cleaned_data["text"]}
        if not file or any(given.values()):
            if file:
                raise UserError(_text("Give one of the three."), {"file": _text("Or a link, or a text: one of them.")})
            return Content(**given)
        stored = files.save(actor.organization_id, file.chunks())
        return Content(file_name=file.name, sha256=stored.sha256, size=stored.size)
