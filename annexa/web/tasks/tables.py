from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from annexa.lib import clock
from annexa.tasks.models import Task
from annexa.ui.marks import status
from annexa.ui.tables import Column, Filter, Table
from annexa.ui.templatetags.ui import due, who
from annexa.web.request import inside

STATE_KINDS = {Task.State.OPEN: "none", Task.State.DONE: "ok", Task.State.DROPPED: "idle"}


class TaskTable(Table):
    """Tasks by due date."""

    name = "tasks"
    label = _("Tasks")
    search = ("title", "reference")
    search_label = _("Find a task")
    columns = (
        Column("title", _("Task"), sort="title"),
        Column("reference", _("For"), sort="reference"),
        Column("owner", _("Owner"), sort="owner__person__name", cell=lambda task: who(task.owner and str(task.owner))),
        Column("due", _("Due"), sort="due", cell=lambda task: due(task.due, task.state != Task.State.OPEN)),
        Column("state", _("State"), sort="state", value=lambda task: task.get_state_display(),
               cell=lambda task: status(STATE_KINDS[task.state], task.get_state_display())),
    )  # fmt: skip
    export_formats = ("xlsx", "csv")
    opens_drawer = False
    empty_icon = "checkbox"
    empty_title = _("No tasks yet")
    empty_action = _("Add a task")
    empty_text = _("Actions of the gap analysis become tasks here, and you can add your own.")

    def __init__(self, rows: Any, request: Any) -> None:
        mine = request.actor.membership
        self.filters = (
            Filter("mine", _("Mine"), choices=[("yes", _("Mine"))], apply=lambda found, _v: found.filter(owner=mine)),
            Filter("late", _("Overdue"), choices=[("yes", _("Overdue"))],
                   apply=lambda found, _v: found.filter(state=Task.State.OPEN, due__lt=clock.today())),
            Filter("state", _("State"), choices=Task.State.choices),
        )  # fmt: skip
        super().__init__(rows, request)
        self.empty_url = reverse("tasks:add", args=[request.actor.organization.slug])

    def row_url(self, row: Any) -> str:
        return reverse("tasks:task", args=[inside(self.request).actor.organization.slug, row.pk])
