"""Tasks: the list, one task, and what can be done with it."""

import uuid

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.organizations.permissions import Permission
from annexa.tasks import queries, services
from annexa.web.exports import table_or_file
from annexa.web.forms import explain
from annexa.web.request import Request, reads
from annexa.web.tasks.forms import TaskForm
from annexa.web.tasks.tables import TaskTable


@reads(Permission.TASK_WORK)
def index(request: Request) -> HttpResponse:
    """List the tasks the person may see."""
    rows = queries.visible_to(request.actor).order_by("-state", F("due").asc(nulls_last=True), "-created_at")
    table = TaskTable(rows, request)
    return table_or_file(request, table, "tasks/index.html", {"page_title": _("Tasks")})


@reads(Permission.TASK_WORK)
def add(request: Request) -> HttpResponse:
    """Add a task."""
    form = TaskForm(request.POST or None, actor=request.actor, initial={"owner": request.actor.membership})
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.create_task(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("The task is on the list."))
            return redirect("tasks:index", organization=request.actor.organization.slug)
    context = {"page_title": _("Add a task"), "form": form, "task": None}
    return render(request, "tasks/task.html", context, status=422 if form.errors else 200)


@reads(Permission.TASK_WORK)
def task(request: Request, task_id: uuid.UUID) -> HttpResponse:
    """Show and change one task."""
    found = queries.task_for(request.actor, task_id)
    initial = {name: getattr(found, name) for name in ("title", "owner", "due", "rhythm", "note")}
    form = TaskForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.update_task(actor=request.actor, task=found, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("tasks:index", organization=request.actor.organization.slug)
    context = {"page_title": found.title, "form": form, "task": found}
    return render(request, "tasks/task.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.TASK_WORK)
def finish(request: Request, task_id: uuid.UUID) -> HttpResponse:
    """Mark a task done."""
    services.finish_task(actor=request.actor, task=queries.task_for(request.actor, task_id))
    messages.success(request, _("Done."))
    return redirect("tasks:index", organization=request.actor.organization.slug)


@require_POST
@reads(Permission.TASK_WORK)
def reopen(request: Request, task_id: uuid.UUID) -> HttpResponse:
    """Put a task back on the list."""
    services.reopen_task(actor=request.actor, task=queries.task_for(request.actor, task_id))
    return redirect("tasks:task", organization=request.actor.organization.slug, task_id=task_id)
