"""Read a sheet that somebody uploaded as an inventory, against the inventory it shall go into."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from annexa.assets.importers import asset_sheet
from annexa.assets.importers.asset_sheet import Line, Outcome
from annexa.assets.models import Asset, Dependency, Inventory, Kind
from annexa.assets.queries import assets as queries
from annexa.lib import headings, mapped
from annexa.lib.cells import Problem
from annexa.lib.errors import UserError
from annexa.lib.mapped import Book, Sheet
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor

ExtraValue = Callable[[Mapping[str, Any], Any], Any]


@dataclass(frozen=True)
class Preview:
    """What bringing in a sheet would do."""

    outcome: Outcome
    new: int
    changed: int
    same: int

    @property
    def stops(self) -> bool:
        return self.outcome.stops


def fields_of(terms: Inventory) -> list[str]:
    """Return every field a column can hold, the organisation's own ones last."""
    return [*asset_sheet.FIELDS, *(f"extra.{each['key']}" for each in terms.fields)]


def open_sheet(terms: Inventory, book: Book, name: str = "") -> Sheet:
    """Return the named sheet, or the one that looks most like an inventory, with its columns guessed or remembered."""
    patterns = [*((f"extra.{f['key']}", rf"^{_escaped(f['label'])}$") for f in terms.fields), *asset_sheet.HEADINGS]
    return mapped.open_sheet(
        book, patterns, terms.columns, lambda sheet: ("name" in sheet.columns, len(sheet.columns)), name
    )


def read(actor: Actor, terms: Inventory, sheet: Sheet, extra_value: ExtraValue) -> Preview:
    """Return what a sheet would change; raises UserError without a column of names or ids."""
    if not {"name", "own_id"} & set(sheet.columns):
        raise UserError(_("Say which column holds the names of the assets."), {"name": _("Choose a column.")})
    with queries.across_scopes(actor):
        every = list(Asset.objects.filter(organization_id=actor.organization_id).values_list("pk", "number", "own_id"))
    mine = {asset.pk: asset for asset in queries.visible_to(actor)}
    known = _known(actor, terms, mine, every, extra_value)
    outcome = asset_sheet.read(sheet.rows, sheet.columns, known, sheet.heading + 1)
    _refuse_taken(outcome, sheet, mine, every)
    there = set(Dependency.objects.filter(organization_id=actor.organization_id).values_list("asset_id", "needed_id"))
    return preview(outcome, mine, there)


def preview(outcome: Outcome, mine: Mapping[Any, Asset], there: set[tuple[Any, Any]]) -> Preview:
    """Return what an import would do to known assets, given which links (asset, needed) there are."""
    known = [line for line in outcome.lines if line.key in mine]
    changed = sum(_differs(mine[line.key], line) or _links_more(line, outcome.lines, there) for line in known)
    new = sum(line.key is None for line in outcome.lines)
    return Preview(outcome, new, changed, len(outcome.lines) - new - changed)


def sentence(problem: Problem) -> str:
    """Return a problem with its cell and what to do about it."""
    sentences = {
        "name": _("%(cell)s: a new asset needs a name."),
        "twice": _("%(cell)s: “%(value)s” stands in the sheet twice. Keep one of the rows, or give each its own id."),
        "taken": _("%(cell)s: the id “%(value)s” belongs to an asset of a scope you do not see."),
        "kind": _("%(cell)s: “%(value)s” is no kind of asset. Write one of: %(kinds)s."),
        "state": _("%(cell)s: “%(value)s” is no state. Write planned, in use or retired."),
        "value": _("%(cell)s: “%(value)s” is no value. Write 1 to 5, or very low, low, medium, high, very high."),
        "classification": _("%(cell)s: the classification scheme has no “%(value)s”."),
        "scope": _("%(cell)s: there is no scope “%(value)s”."),
        "person": _("%(cell)s: nobody here is called “%(value)s”; the field stays as it is."),
        "recovery_time": _("%(cell)s: “%(value)s” is no time. Write hours such as 4, or 2 days."),
        "recovery_point": _("%(cell)s: “%(value)s” is no time. Write hours such as 4, or 2 days."),
        "personal_data": _("%(cell)s: “%(value)s” is neither yes nor no."),
        "unpatchable": _("%(cell)s: “%(value)s” is neither yes nor no."),
        "vendor_managed": _("%(cell)s: “%(value)s” is neither yes nor no."),
        "day": _("%(cell)s: “%(value)s” is no day. Write 2026-12-31 or 31.12.2026."),
        "tags": _("%(cell)s: at most 20 tags of at most 40 characters, with commas between."),
        "long": _("%(cell)s: “%(value)s…” is longer than %(detail)s characters."),
        "needs": _("%(cell)s: there is no asset “%(value)s” here or in the sheet."),
        "extra": _("%(cell)s: “%(value)s” does not fit. %(detail)s"),
        "nothing": _("This sheet has no row with an asset. Choose another sheet or column."),
    }
    kinds = ", ".join(str(label).lower() for label in Kind.labels)
    values = {"cell": problem.cell, "value": problem.value, "detail": problem.detail, "kinds": kinds}
    return sentences[problem.kind] % values


def _escaped(label: str) -> str:
    return "".join(f"\\{each}" if not each.isalnum() and not each.isspace() else each for each in label.casefold())


def _known(actor: Actor, terms: Inventory, mine: Mapping[Any, Asset], every: list[Any], extra_value: ExtraValue) -> Any:
    names = Counter(asset.name.casefold() for asset in mine.values() if not asset.is_retired)
    return asset_sheet.Known(
        own_ids={asset.own_id.casefold(): asset.pk for asset in mine.values() if asset.own_id},
        references={f"asset-{number}": key for key, number, _own in every if key in mine},
        names={a.name.casefold(): a.pk for a in mine.values() if names[a.name.casefold()] == 1 and not a.is_retired},
        members=organizations.members_by_word(actor),
        scopes={word: scope for scope in organizations.scopes(actor) for word in (scope.slug, scope.name.casefold())},
        classifications={w.casefold(): lv["key"] for lv in terms.classifications for w in (lv["key"], lv["name"])},
        extra={each["key"]: partial(extra_value, each) for each in terms.fields},
    )


def _refuse_taken(outcome: Outcome, sheet: Sheet, mine: Mapping[Any, Asset], every: list[Any]) -> None:
    """An id that an asset out of sight has cannot be given again."""
    hidden = {own.casefold() for key, _number, own in every if own and key not in mine}
    for line in outcome.lines:
        own = str(line.values.get("own_id") or "")
        if line.key is None and own.casefold() in hidden:
            cell = headings.cell_name(line.number, sheet.columns.get("own_id", 0))
            outcome.problems.append(Problem(cell, "taken", own))


def _differs(asset: Asset, line: Line) -> bool:
    for name, value in line.values.items():
        now = getattr(asset, f"{name}_id") if name in ("owner", "custodian", "scope") else getattr(asset, name)
        if name == "extra":
            if any(now.get(key) != each for key, each in value.items() if each is not None or key in now):
                return True
        elif now != (value.pk if hasattr(value, "pk") else value):
            return True
    return False


def _links_more(line: Line, lines: list[Line], there: set[tuple[Any, Any]]) -> bool:
    targets = [lines[target].key if place == "line" else target for place, target in line.needs]
    return any((line.key, target) not in there for target in targets)
