from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from annexa.assets.models import Asset, Inventory, Kind, State
from annexa.assets.queries import assets as queries
from annexa.assets.worth import DIMENSIONS
from annexa.ui.marks import DASH, chip, status
from annexa.ui.tables import Action, Column, Filter, Table
from annexa.ui.templatetags.ui import due, who
from annexa.web.request import inside

STATE_KINDS = {State.PLANNED: "none", State.IN_USE: "ok", State.RETIRED: "idle"}
DIMENSION_LABELS = (_("Confidentiality"), _("Integrity"), _("Availability"))
LETTERS = dict(zip(DIMENSIONS, "CIA", strict=True))
HIGH = 4


def worth_cell(asset: Asset) -> SafeString:
    """Show what an asset is worth, high values standing out."""
    values = {name: getattr(asset, f"worth_{name}") for name in DIMENSIONS}
    if not any(values.values()):
        return DASH
    marks = [_mark(name, value) for name, value in values.items()]
    return format_html('<span class="ax-cia">{}{}{}</span>', *marks)


def _mark(name: str, value: int | None) -> SafeString:
    css = "w" if (value or 0) >= HIGH else ""
    return format_html('<span class="{}">{}{}</span>', css, LETTERS[name], value or "–")


def name_cell(asset: Asset) -> SafeString:
    """Show reference and name, and what needs special care."""
    flags = [_text("Personal data")] if asset.personal_data else []
    flags += [_text("Cannot be patched")] if asset.unpatchable else []
    return format_html(
        '<span class="ax-cell-t"><span class="id">{}</span><span class="t">{} {}</span></span>',
        asset.reference, asset.name, format_html_join(" ", "{}", ((chip(each),) for each in flags)),
    )  # fmt: skip


class AssetTable(Table):
    """The inventory."""

    name = "assets"
    label = _("Assets")
    search = ("name", "own_id", "location", "description")
    search_label = _("Find an asset")
    bulk_fields = "assets/bulk.html"
    export_formats = ("xlsx", "csv")
    opens_drawer = False
    empty_icon = "stack-2"
    empty_title = _("No assets yet")
    empty_text = _(
        "Bring the list you have as a spreadsheet, or add what matters most first: data, then what holds it."
    )
    empty_action = _("Import a spreadsheet")

    def __init__(self, rows: Any, request: Any, terms: Inventory, count: int | None = None) -> None:
        mine, may_edit = request.actor.membership, request.actor.can("asset:edit")
        self.columns = _columns(terms)
        self.filters = (
            Filter("mine", _("Mine"), choices=[("yes", _("Mine"))], apply=lambda found, _v: found.filter(owner=mine)),
            Filter("late", _("Review due"), choices=[("yes", _("Review due"))],
                   apply=lambda found, _v: queries.due_for_review(found)),
            Filter("lacks", _("Lacks"), choices=[("owner", _("An owner")), ("value", _("A value"))], apply=_lacking),
            Filter("kind", _("Type"), choices=Kind.choices),
            Filter("classification", _("Classification"),
                   choices=[(level["key"], level["name"]) for level in terms.classifications]),
            Filter("tag", _("Tag"), choices=cache(lambda: [(tag, tag) for tag in queries.tags(request.actor)]),
                   apply=lambda found, values: found.filter(tags__overlap=values)),
            Filter("state", _("Status"), choices=State.choices),
        )  # fmt: skip
        if may_edit:
            self.actions = (Action("change", _("Change")),)
        super().__init__(rows, request, count=count)
        self.empty_url = reverse("assets:import", args=[request.actor.organization.slug]) if may_edit else ""

    def row_url(self, row: Any) -> str:
        return reverse("assets:asset", args=[inside(self.request).actor.organization.slug, row.pk])

    def row_class(self, row: Any) -> str:
        return "ax-out" if row.is_retired else ""

    def row_label(self, row: Any) -> str:
        return str(row.name)


def _columns(terms: Inventory) -> list[Column]:
    return [
        Column("name", _("Name"), sort=("name",), cell=name_cell),
        Column("kind", _("Type"), sort="kind", value=lambda a: a.get_kind_display()),
        Column("worth", _("C I A"), sort=tuple(f"worth_{name}" for name in DIMENSIONS),
               cell=worth_cell, export=lambda a: " ".join(str(getattr(a, f"worth_{n}") or "–") for n in DIMENSIONS)),
        Column("classification", _("Classification"), sort="classification",
               value=lambda a: terms.classification(a.classification), small=False),
        Column("owner", _("Owner"), sort="owner__person__name", cell=lambda a: who(a.owner and str(a.owner)),
               value=lambda a: str(a.owner or ""), small=False),
        Column("review_due", _("Next review"), sort="review_due", small=False,
               cell=lambda a: due(a.review_due, a.is_retired)),
        Column("state", _("Status"), sort="state", value=lambda a: a.get_state_display(),
               cell=lambda a: status(STATE_KINDS[a.state], a.get_state_display())),
        Column("reference", _("Id"), sort="number", shown=False),
        Column("own_id", _("Own id"), sort="own_id", shown=False),
        Column("custodian", _("Custodian"), value=lambda a: str(a.custodian or ""), shown=False),
        Column("scope", _("Scope"), value=lambda a: a.scope.name if a.scope else "", shown=False),
        *(Column(name, label, sort=name, numeric=True, shown=False)
          for name, label in zip(DIMENSIONS, DIMENSION_LABELS, strict=True)),
        Column("location", _("Location"), sort="location", shown=False),
        Column("tags", _("Tags"), value=lambda a: ", ".join(a.tags), shown=False),
        Column("recovery_time", _("RTO"), sort="recovery_time", numeric=True, shown=False),
        Column("recovery_point", _("RPO"), sort="recovery_point", numeric=True, shown=False),
        Column("personal_data", _("Personal data"), sort="personal_data", shown=False),
        Column("vendor_managed", _("Vendor-managed"), sort="vendor_managed", shown=False),
        Column("unpatchable", _("Unpatchable"), sort="unpatchable", shown=False),
        *(Column(f"x-{field['key']}", field["label"], value=_own_value(field["key"]), shown=False)
          for field in terms.fields),
    ]  # fmt: skip


def _own_value(key: str) -> Any:
    return lambda asset: asset.extra.get(key, "")


def _lacking(found: Any, values: list[str]) -> Any:
    live = found.exclude(state=State.RETIRED)
    if "owner" in values:
        live = live.filter(owner=None)
    if "value" in values:
        live = live.filter(worth_confidentiality=None, worth_integrity=None, worth_availability=None)
    return live
