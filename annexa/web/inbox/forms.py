from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.tasks.models import Kind, NoticeChoice

WAYS = [("at_once", _("Mail at once")), ("digest", _("In the daily digest")), ("inbox", _("Only in the inbox"))]


class ChoiceForm(forms.Form):
    """One line per kind of notice, and the hours."""

    digest_hour = forms.TypedChoiceField(
        label=_("The digest comes at"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)]
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    quiet_to = forms.TimeField(
        label=_("Quiet to"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text=_("Mail waits until the quiet hours end. The same time twice means none."),
    )

    def __init__(self, *args: Any, choice: NoticeChoice, **kwargs: Any):
        kwargs["initial"] = {name: getattr(choice, name) for name in ("digest_hour", "quiet_from", "quiet_to")}
        super().__init__(*args, **kwargs)
        kinds: dict[str, forms.Field] = {}
        for kind in Kind:
            way = "at_once" if kind in choice.mail_at_once else "digest" if kind in choice.in_digest else "inbox"
            kinds[_name(kind)] = forms.ChoiceField(label=kind.label, choices=WAYS, initial=way)
            kinds[f"{_name(kind)}_chat"] = forms.BooleanField(
                label=_("Chat"), required=False, initial=kind in choice.chat_at_once
            )
        self.fields = {**kinds, **self.fields}
        for name in [each for each in kinds if not each.endswith("_chat")]:
            self.fields[name].widget.attrs["aria-label"] = _("By mail: %(kind)s") % {"kind": kinds[name].label}
            self.fields[f"{name}_chat"].widget.attrs["aria-label"] = _("By chat: %(kind)s") % {
                "kind": kinds[name].label
            }

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return each kind's two choices, for the table of them."""
        return [(self[_name(kind)], self[f"{_name(kind)}_chat"]) for kind in Kind]

    def hours(self) -> list[forms.BoundField]:
        """Return the fields below the table."""
        return [self[name] for name in ("digest_hour", "quiet_from", "quiet_to")]

    def values(self) -> dict[str, Any]:
        """Return what the command takes."""
        way = {kind: self.cleaned_data[_name(kind)] for kind in Kind}
        hours = {name: self.cleaned_data[name] for name in ("digest_hour", "quiet_from", "quiet_to")}
        at_once = [kind.value for kind in Kind if way[kind] == "at_once"]
        chat = [kind.value for kind in Kind if self.cleaned_data[f"{_name(kind)}_chat"]]
        digest = [kind.value for kind in Kind if way[kind] == "digest"]
        return {"mail_at_once": at_once, "in_digest": digest, "chat_at_once": chat, **hours}


def _name(kind: Kind) -> str:
    return kind.value.replace(".", "_")
