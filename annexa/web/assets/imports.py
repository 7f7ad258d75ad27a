"""An inventory kept elsewhere: upload, say which column is which, look at what comes of it, apply."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annexa.assets import checks
from annexa.assets.queries import assets as queries
from annexa.assets.queries import sbom as bills
from annexa.assets.queries import sheet as sheets_of_assets
from annexa.assets.services import imports
from annexa.lib import sheets
from annexa.lib.errors import UserError
from annexa.lib.mapped import Sheet
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.permissions import Permission
from annexa.web import uploads
from annexa.web.fields import OwnerField
from annexa.web.forms import explain
from annexa.web.mapping import MappingForm, problems
from annexa.web.request import Request, reads

PURPOSE, BILL = "assets", "sbom"
LABELS = {
    "own_id": gettext_lazy("Own id"), "name": gettext_lazy("Name"), "kind": gettext_lazy("Type"),
    "description": gettext_lazy("Description"), "owner": gettext_lazy("Owner"), "custodian": gettext_lazy("Custodian"),
    "classification": gettext_lazy("Classification"), "confidentiality": gettext_lazy("Confidentiality"),
    "integrity": gettext_lazy("Integrity"), "availability": gettext_lazy("Availability"),
    "recovery_time": gettext_lazy("Recovery time (RTO)"), "recovery_point": gettext_lazy("Recovery point (RPO)"),
    "personal_data": gettext_lazy("Personal data"), "unpatchable": gettext_lazy("Unpatchable"),
    "vendor_managed": gettext_lazy("Vendor-managed"), "needs": gettext_lazy("What it needs"),
    "review_due": gettext_lazy("Next review"), "state": gettext_lazy("Status"), "location": gettext_lazy("Location"),
    "tags": gettext_lazy("Tags"), "scope": gettext_lazy("Scope"),
}  # fmt: skip
ORDER = ("own_id", "name", *(name for name in LABELS if name not in ("own_id", "name")))


@reads(Permission.ASSET_EDIT)
def upload(request: Request) -> HttpResponse:
    """Take a spreadsheet and remember it until it is applied."""
    form = uploads.UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with explain(form):
            file = form.cleaned_data["file"]
            token = uploads.keep(request, PURPOSE, sheets.read(file.content, file.name))
            return redirect("assets:import-columns", organization=request.actor.organization.slug, token=token)
    context = {"page_title": _("Import assets"), "form": form}
    return render(request, "assets/import.html", context, status=422 if form.errors else 200)


@reads(Permission.ASSET_EDIT)
def columns(request: Request, token: str) -> HttpResponse:
    """Ask which column is which and show what would change; apply all of it or nothing."""
    book, terms = uploads.recall(request, PURPOSE, token), queries.inventory(request.actor)
    if book is None:
        messages.warning(request, _("The upload has expired. Please choose the file again."))
        return redirect("assets:import", organization=request.actor.organization.slug)
    own = {f"extra.{each['key']}": each["label"] for each in terms.fields}
    form = MappingForm(
        request.POST or None, book=book, labels={**{name: LABELS[name] for name in ORDER}, **own},
        opened=partial(sheets_of_assets.open_sheet, terms, book),
    )  # fmt: skip
    slug = request.actor.organization.slug
    context: dict[str, Any] = {
        "page_title": _("Import assets"), "form": form, "part": _("Assets"),
        "index": reverse("assets:index", args=[slug]), "upload": reverse("assets:import", args=[slug]),
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with explain(form):
            found = sheets_of_assets.read(request.actor, terms, form.sheet(), checks.extra_value)
            if request.POST.get("step") == "apply":
                return _apply(request, form.sheet(), found, token)
            context |= {"preview": found, **problems(found.outcome.problems, sheets_of_assets.sentence)}
    return render(request, "mapping.html", context, status=422 if form.errors else 200)


def _apply(request: Request, sheet: Sheet, found: sheets_of_assets.Preview, token: str) -> HttpResponse:
    counts = imports.import_assets(actor=request.actor, outcome=found.outcome, columns=sheet.remembered)
    uploads.forget(request, PURPOSE, token)
    messages.success(request, _("Imported: %(new)s new, %(changed)s changed.") % counts)
    return redirect("assets:index", organization=request.actor.organization.slug)


class BillForm(forms.Form):
    """A bill of materials, and whose its new assets are."""

    file = forms.FileField(
        label=gettext_lazy("CycloneDX file"), max_length=150,
        help_text=gettext_lazy("JSON, at most 10 MB. Nothing is changed yet; the file is forgotten after an hour."),
        widget=forms.ClearableFileInput({"accept": ".json,.cdx"}),
    )  # fmt: skip
    owner = OwnerField(label=gettext_lazy("Owner of new assets"))

    def __init__(self, *args: Any, actor: Actor, is_kept: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not is_kept
        OwnerField.of(self).offer(organizations.active_members(actor))

    def clean_file(self) -> uploads.Upload | None:
        file = self.cleaned_data["file"]
        if file is not None and file.size > sheets.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return uploads.Upload(file.name, file.read()) if file else None


@reads(Permission.ASSET_EDIT)
def bill(request: Request, token: str = "") -> HttpResponse:
    """Take a bill of materials, show what would change, apply all of it or nothing."""
    form = BillForm(request.POST or None, request.FILES or None, actor=request.actor, is_kept=bool(token))
    context: dict[str, Any] = {"page_title": _("Import a bill of materials"), "form": form}
    if request.method == "POST" and form.is_valid():
        with explain(form):
            content = form.cleaned_data["file"].content if form.cleaned_data["file"] else _kept(request, token)
            scope = request.actor.membership.scope if request.actor.membership else None
            found = bills.read(request.actor, bills.parse(content), owner=form.cleaned_data["owner"], scope=scope)
            if request.POST.get("step") == "apply":
                counts = imports.import_assets(actor=request.actor, outcome=found.outcome)
                uploads.forget(request, BILL, token)
                messages.success(request, _("Imported: %(new)s new, %(changed)s changed.") % counts)
                return redirect("assets:index", organization=request.actor.organization.slug)
            kept = token if not form.cleaned_data["file"] else uploads.keep(request, BILL, content)
            context |= {"preview": found, "token": kept, **problems(found.outcome.problems, bills.sentence)}
    return render(request, "assets/bill.html", context, status=422 if form.errors else 200)


def _kept(request: Request, token: str) -> bytes:
    """Return the bill that was uploaded before; raises UserError when there is none any more."""
    found = uploads.recall(request, BILL, token)
    if not isinstance(found, bytes):
        sentence = _("The upload has expired. Please choose the file again.")
        raise UserError(sentence, {"file": sentence})
    return found
