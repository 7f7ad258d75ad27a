"""Between the steps of an import: what was uploaded, shared by all processes, gone after an hour."""

import secrets
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.cache import cache
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.lib import sheets
from annexa.web.request import Request

SECONDS = 3600
SESSION = "uploads"
MOST_AT_ONCE = 5  # of one session; the oldest is forgotten


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes


class UploadForm(forms.Form):
    """A spreadsheet; the value is an Upload."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        max_length=150,
        help_text=_("XLSX, ODS or CSV, at most 10 MB. Nothing is changed yet; the file is forgotten after an hour."),
        widget=forms.ClearableFileInput({"accept": ".xlsx,.ods,.csv"}),
    )

    def clean_file(self) -> Upload:
        file = self.cleaned_data["file"]
        if file.size > sheets.MOST_BYTES:
            raise forms.ValidationError(_text("The file is larger than 10 MB."))
        return Upload(file.name, file.read())


def keep(request: Request, purpose: str, value: Any) -> str:
    """Remember something for this session; returns its token."""
    token = secrets.token_urlsafe(16)
    kept = [*request.session.get(SESSION, []), token]
    for old in kept[:-MOST_AT_ONCE]:
        forget(request, purpose, old)
    request.session[SESSION] = kept[-MOST_AT_ONCE:]
    cache.set(_key(request, purpose, token), value, SECONDS)
    return token


def recall(request: Request, purpose: str, token: str) -> Any:
    """Return what this session kept for a purpose in this organisation, or None when it has expired."""
    return cache.get(_key(request, purpose, token)) if token in request.session.get(SESSION, []) else None


def forget(request: Request, purpose: str, token: str) -> None:
    """Remove what was used."""
    cache.delete(_key(request, purpose, token))


def _key(request: Request, purpose: str, token: str) -> str:
    return f"upload:{purpose}:{request.actor.organization_id}:{token}"
