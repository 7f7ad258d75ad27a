"""Invented people, firms and numbers for the gallery."""

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.jobs.models import Progress
from annexa.lib import clock
from annexa.ui import marks
from annexa.ui.tables import Action, Column, Filter, Table

PEOPLE = ("Mara Lindqvist", "Samir Benali", "Priya Raman", "Jonas Weber", "Tomas Okafor")
STATES = (("ok", _("Implemented")), ("part", _("In progress")), ("idle", _("Planned")), ("bad", _("Contradicts")))
THEMES = (("organizational", _("Organizational")), ("people", _("People")), ("technological", _("Technological")))
TITLES = (
    "Policies for information security",
    "Information security roles and responsibilities",
    "Segregation of duties",
    "Threat intelligence",
    "Access control",
    "Screening",
    "Remote working",
    "User endpoint devices",
    "Information backup",
    "Logging",
    "Secure coding",
    "Separation of development, test and production environments",
)
MONTHS = ("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
SCORES = (742, 748, 748, 755, 731, 758, 764, 771, 779, 776, 803, 812)


@dataclass(frozen=True)
class Control:
    """One row of the sample table."""

    pk: str
    sort_key: int
    title: str
    theme: str
    state: str
    now: int
    target: int
    owner: str
    due: date

    @property
    def state_label(self) -> Any:
        """Return the word of the state."""
        return dict(STATES)[self.state]


def controls() -> list[Control]:
    """Return enough controls for three pages, in order of their themes."""
    size = len(TITLES)
    return [
        Control(
            pk=f"C-{number + 1}",
            sort_key=number,
            title=TITLES[number % size],
            theme=THEMES[number // size][0],
            state=STATES[number % 7 % 4][0],
            now=number % 5,
            target=min(5, number % 5 + 1),
            owner=PEOPLE[number % 6] if number % 6 < len(PEOPLE) else "",
            due=clock.today() + timedelta(days=(number * 5) % 40 - 6),
        )
        for number in range(size * len(THEMES))
    ]


class ControlTable(Table):
    """Shows every ability of a table."""

    name = "sample"
    label = _("Controls")
    search = ("pk", "title", "owner")
    search_label = _("Find a control")
    page_size = 16
    group_by = "theme"
    export_formats = ("csv", "xlsx")
    columns = [
        Column("title", _("Control"), sort="title", cell="gallery/cell_title.html"),
        Column("state", _("Status"), sort="state", cell=lambda row: marks.status(row.state, row.state_label)),
        Column("now", _("Maturity"), sort="now", cell=lambda row: marks.maturity(row.now, row.target)),
        Column("owner", _("Owner"), sort="owner", cell=lambda row: marks.who(row.owner), small=False),
        Column("due", _("Due"), sort="due", cell="gallery/cell_due.html"),
        Column("pk", _("Key"), shown=False, small=False),
    ]
    filters = [
        Filter("theme", _("Theme"), choices=THEMES),
        Filter("state", _("Status"), choices=STATES),
        Filter("late", _("Late"), choices=[("1", _("Late"))], apply=lambda rows, _values: _late(rows)),
    ]
    actions = [
        Action("assign", _("Assign"), icon="user-plus"),
        Action("leave-out", _("Leave out"), confirm=_("Leave the selected controls out?"), danger=True),
    ]

    def row_url(self, row: Control) -> str:
        """Open the drawer of a control."""
        return self.link(page=self.params.get("page"), open=row.pk)

    def row_class(self, row: Control) -> str:
        """Mark the open row."""
        return "is-sel" if self.params.get("open") == row.pk else ""

    def row_label(self, row: Control) -> str:
        """Name the row."""
        return row.title

    def group_label(self, key: str, members: list[Control]) -> object:
        """Name the theme."""
        return super().group_label(dict(THEMES)[key], members)


def _late(rows: list[Control]) -> list[Control]:
    return [row for row in rows if row.due < clock.today()]


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=_("Title"), help_text=_("As it stands in the standard."))
    reason = forms.CharField(label=_("Justification"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    owner = forms.ChoiceField(label=_("Owner"), choices=[("", "—"), *((name, name) for name in PEOPLE)], required=False)
    review = forms.DateField(label=_("Next review"), widget=forms.DateInput, required=False)
    effort = forms.IntegerField(label=_("Effort in days"), min_value=0, required=False)
    reasons = forms.MultipleChoiceField(
        label=_("Reasons"),
        choices=[("risk", _("Risk")), ("legal", _("Legal")), ("contract", _("Contract"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    applicable = forms.ChoiceField(
        label=_("Applicable"), choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect
    )
    told = forms.BooleanField(label=_("The owner has been told"), required=False)


def shell() -> dict[str, Any]:
    """Return what the shell shows around the gallery."""
    person = SimpleNamespace(name=PEOPLE[0], initials="ML")
    actor = SimpleNamespace(
        organization=SimpleNamespace(name="Harbour Cloud", slug="harbour-cloud"),
        membership=SimpleNamespace(person=person, role_name=_("Security lead")),
    )
    item = {"url": "#", "active": False, "count": 0, "late": 0}
    return {
        "actor": actor,
        "switches": [
            {"name": "Harbour Cloud", "url": "#", "current": True},
            {"name": "Quillpost", "url": "#", "current": False},
        ],
        "scopes": [
            {"name": _("Platform"), "slug": "platform", "url": "#", "current": True},
            {"name": _("Lisbon office"), "slug": "lisbon", "url": "#", "current": False},
        ],
        "relaxed_four_eyes": True,
        "nav": [
            {"title": "", "items": [{**item, "title": _("UI kit"), "icon": "sparkles", "active": True}]},
            {
                "title": _("Plan"),
                "items": [
                    {**item, "title": _("Context and scope"), "icon": "map-2"},
                    {**item, "title": _("Treatment"), "icon": "route", "late": 2},
                ],
            },
            {"title": _("Do"), "items": [{**item, "title": _("Vendors"), "icon": "building-store", "count": 3}]},
        ],
    }


def progress() -> dict[str, Progress]:
    """Return a job in each state."""
    title = "Complete export"
    states = Progress.State
    return {
        "waiting": Progress(title=title),
        "running": Progress(title=title, state=states.RUNNING, done=6, total=10, sentence="Table treatment_gaprating"),
        "finished": Progress(title=title, state=states.DONE, sentence="12,840 rows, 3.1 MB."),
        "failed": Progress(title=title, state=states.FAILED, sentence="The disk is full."),
    }


def context() -> dict[str, Any]:
    """Return the variables that the specimens use."""
    now, today = clock.now(), clock.today()
    return {
        **progress(),
        "form": SampleForm(initial={"title": "Information backup", "applicable": "yes", "review": today}),
        "wrong": SampleForm({"title": "", "applicable": "", "effort": "-1"}),
        "moments": [
            now - timedelta(seconds=20),
            now - timedelta(minutes=40),
            now - timedelta(days=1),
            now - timedelta(days=400),
        ],
        "dates": [
            today - timedelta(days=6),
            today,
            today + timedelta(days=1),
            today + timedelta(days=4),
            today + timedelta(days=300),
        ],
        "today": today,
        "yesterday": today - timedelta(days=1),
        "scores": SCORES,
        "series": list(zip(MONTHS, SCORES, strict=True)),
        "counts": list(zip(MONTHS, (3, 5, 2, 8, 6, 4, 9, 7, 5, 6, 8, 11), strict=True)),
        "grades": [
            ("a", 9, "A"),
            ("b", 15, "B"),
            ("c", 10, "C"),
            ("d", 4, "D"),
            ("f", 1, "F"),
            ("mute", 2, _("Not rated")),
        ],
        "clauses": [
            {"label": _("Context"), "ok": 4, "part": 0, "total": 4, "url": "#"},
            {"label": _("Planning"), "ok": 4, "part": 4, "total": 10, "url": "#"},
            {"label": _("Evaluation"), "ok": 1, "part": 2, "total": 6},
        ],
        "hostile": "<script>alert(1)</script>",
    }
