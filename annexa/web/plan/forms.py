from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.catalog.models import Requirement
from annexa.lib import links
from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.risks.models import Risk
from annexa.treatment.models import Action
from annexa.web.fields import ManyField, OwnerField

GROUPS = (
    (_("What is to be done"), ("title", "note", "risks", "controls")),
    (_("Who, until when, with what"), ("owner", "due", "cost", "effort", "resources")),
    (_("How far it is"), ("state", "state_note", "links")),
)
SAME = ("title", "note", "owner", "due", "cost", "effort", "resources", "state", "state_note")
LONG = forms.Textarea({"rows": 2})


class LinksField(forms.CharField):
    """Links a line each, an address and perhaps a title after it; the value is what the command takes."""

    def __init__(self) -> None:
        words = _("A line each: the address, then what it is called.")
        super().__init__(label=_("What shows it"), required=False, widget=LONG, help_text=words)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{each['url']} {each['title']}".strip() for each in value)
        return value

    def clean(self, value: Any) -> list[dict[str, str]]:
        lines = [line.split(None, 1) for line in super().clean(value).splitlines() if line.strip()]
        try:
            return [{"url": links.web_address(line[0]), "title": "".join(line[1:]).strip()} for line in lines]
        except UserError as error:
            raise forms.ValidationError(error.sentence) from error


class ProgressForm(forms.Form):
    """How far an action is: what its owner may say."""

    state = forms.ChoiceField(label=_("State"), choices=Action.State.choices)
    state_note = forms.CharField(label=_("In a sentence"), widget=LONG, required=False, max_length=4000)
    links = LinksField()


class ActionForm(ProgressForm):
    """An action of the treatment plan."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    note = forms.CharField(label=_("More about it"), widget=LONG, required=False)
    risks = ManyField(label=_("Risks it treats"), widget=forms.SelectMultiple({"size": 6}))
    controls = ManyField(label=_("Controls it puts in place"), required=False, widget=forms.SelectMultiple({"size": 6}))
    owner = OwnerField(help_text=_("Has it as a task, with reminders."))
    due = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput)
    cost = forms.DecimalField(label=_("Cost"), required=False, min_value=0, max_digits=12, decimal_places=2)
    effort = forms.DecimalField(label=_("Effort in days"), required=False, min_value=0, max_digits=6, decimal_places=1)
    resources = forms.CharField(label=_("Resources"), widget=LONG, required=False)

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        risks: Sequence[Risk],
        controls: Iterable[Requirement],
        action: Action | None = None,
        **kwargs: Any,
    ):
        kwargs.setdefault("initial", _initial(action) if action else {})
        super().__init__(*args, **kwargs)
        OwnerField.of(self).offer(organizations.active_members(actor))
        choices: Any = self.fields["risks"]
        choices.offer({str(each.pk): (f"{each.reference} {each.title}", each) for each in risks})
        choices = self.fields["controls"]
        choices.offer({str(each.pk): (f"{each.ref} {each.title}", each) for each in controls})
        self.fields["cost"].help_text = _text("In %(currency)s.") % {"currency": actor.organization.currency}

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Yield the fields as the page shows them."""
        for title, names in GROUPS:
            yield title, [self[name] for name in names]


def _initial(action: Action) -> dict[str, Any]:
    return {name: getattr(action, name) for name in (*SAME, "links")} | {
        "risks": [str(key) for key in action.risks.values_list("risk_id", flat=True)],
        "controls": [str(key) for key in action.controls.values_list("requirement_id", flat=True)],
    }
