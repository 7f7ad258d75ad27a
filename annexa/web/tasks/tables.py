from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from annexa.tasks.models import Task
from annexa.ui.tables import Column, Filter, Table
from annexa.ui.templatetags.ui import due, who

WHOSE = (("mine", _("Mine")),)


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
        Column("state", _("State"), sort="state", value=lambda task: task.get_state_display()),
    )
    filters = (Filter("state", _("State"), choices=Task.State.choices),)
    export_formats = ("xlsx", "csv")
    empty_icon = "checkbox"
    empty_title = _("No tasks yet")
    empty_text = _("Actions of the gap analysis become tasks here, and you can add your own.")

    def row_url(self, row: Any) -> str:
        return reverse("tasks:task", args=[self.request.actor.organization.slug, row.pk])  # type: ignore[attr-defined]
