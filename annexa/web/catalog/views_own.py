"""An organisation's own controls and imported files."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annexa.catalog import queries, services
from annexa.catalog.errors import BadCatalogFile, Problem
from annexa.catalog.models import OWN, Framework
from annexa.organizations.permissions import Permission
from annexa.web.catalog.forms import ControlForm, ImportForm
from annexa.web.forms import explain
from annexa.web.request import Request, reads


@reads(Permission.CATALOG_EDIT)
def add(request: Request) -> HttpResponse:
    """Add a control of the organisation's own."""
    form = ControlForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            control = services.create_control(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("%(control)s is in the catalog.") % {"control": control})
            return redirect("catalog:control", request.actor.organization.slug, OWN, control.ref)
    context = {"page_title": _("Add an own control"), "form": form, "requirement": None}
    return render(request, "catalog/form.html", context, status=422 if form.errors else 200)


@reads(Permission.CATALOG_EDIT)
def edit(request: Request, ref: str) -> HttpResponse:
    """Change an own control's words."""
    control = queries.requirement_for(request.actor, OWN, ref)
    initial = {**control.attributes, **{name: getattr(control, name) for name in ("title", "theme", "summary")}}
    form = ControlForm(request.POST or None, initial=initial, has_ref=True)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            services.update_control(actor=request.actor, control=control, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("catalog:control", request.actor.organization.slug, OWN, ref)
    context = {"page_title": _("Change %(control)s") % {"control": control.ref}, "form": form, "requirement": control}
    return render(request, "catalog/form.html", context, status=422 if form.errors else 200)


@require_POST
@reads(Permission.CATALOG_EDIT)
def retire(request: Request, ref: str) -> HttpResponse:
    """Take an own control out of new statements."""
    control = queries.requirement_for(request.actor, OWN, ref)
    services.retire_control(actor=request.actor, control=control)
    messages.success(request, _("%(control)s is retired; what refers to it stays.") % {"control": control})
    return redirect("catalog:control", request.actor.organization.slug, OWN, ref)


@require_POST
@reads(Permission.CATALOG_EDIT)
def restore(request: Request, ref: str) -> HttpResponse:
    """Bring a retired own control back."""
    control = queries.requirement_for(request.actor, OWN, ref)
    services.retire_control(actor=request.actor, control=control, retired=False)
    messages.success(request, _("%(control)s is back in the catalog.") % {"control": control})
    return redirect("catalog:control", request.actor.organization.slug, OWN, ref)


@reads(Permission.CATALOG_EDIT)
def import_file(request: Request) -> HttpResponse:
    """Import a framework or crosswalk file; what is wrong with it is listed by line and field."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        name, text = form.cleaned_data["file"]
        with explain(form):
            try:
                result = services.import_file(actor=request.actor, text=text, file=name)
                return _imported(request, result)
            except BadCatalogFile as error:
                problems = error.problems
    failed = bool(form.errors or problems)
    context = {"page_title": _("Import a framework"), "form": form, "problems": problems}
    return render(request, "catalog/import.html", context, status=422 if failed else 200)


def _imported(request: Request, result: Framework | int) -> HttpResponse:
    slug = request.actor.organization.slug
    if isinstance(result, Framework):
        messages.success(request, _("%(framework)s is in the catalog.") % {"framework": result})
        return redirect("catalog:framework", slug, result.slug)
    messages.success(request, _("The crosswalk is imported: %(count)s pairs.") % {"count": result})
    return redirect("catalog:index", slug)
