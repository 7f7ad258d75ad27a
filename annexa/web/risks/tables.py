from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from annexa.risks.models import Decision, Knowledge, Nature, Risk
from annexa.risks.queries import risks as queries
from annexa.risks.terms import DIMENSIONS, Terms
from annexa.ui.marks import DASH, avatar, status
from annexa.ui.tables import Action, Column, Filter, Table
from annexa.ui.templatetags.ui import day, due
from annexa.web.request import inside
from annexa.web.risks.marks import level_mark, stake_mark
from annexa.web.shell import scope_query

DECISIONS = dict(Decision.choices)
CELL = "cell"  # likelihood and impact of one cell of the map, as 3-4


def title_cell(risk: Risk) -> SafeString:
    """Show reference and title."""
    return format_html(
        '<span class="ax-cell-t ax-risk-t"><span class="id">{}</span><span class="t ax-clip">{}</span></span>',
        risk.reference, risk.title,
    )  # fmt: skip


def _named(names: list[str], most: int) -> SafeString:
    """Show the first names on one line, and how many more there are."""
    more = len(names) - most
    text = ", ".join(names[:most]) + (f" +{more}" if more > 0 else "")
    return format_html('<span class="ax-short ax-muted" title="{}">{}</span>', ", ".join(names), text)


class RiskTable(Table):
    """The register."""

    name = "risks"
    label = _("Risks")
    search = ("title", "event", "category", "own_id")
    search_label = _("Find a risk")
    export_formats = ("xlsx", "csv")
    opens_drawer = False
    empty_icon = "grid-4x4"
    empty_title = _("No risks yet")
    empty_text = _("Write down what may happen to an asset, or take scenarios of your industry from the library.")
    empty_action = _("Look at the library")

    def __init__(self, rows: Any, request: Any, terms: Terms | None, stage: str, count: int) -> None:
        self.columns = _columns(terms)
        mine = request.actor.membership
        self.filters = (
            Filter("above", _("Above appetite"), choices=[("yes", _("Above appetite"))],
                   apply=lambda found, _v: found.filter(current_score__gt=terms.appetite if terms else 10_000)),
            Filter("late", _("Reading due"), choices=[("yes", _("Reading due"))],
                   apply=lambda found, _v: queries.late(found)),
            Filter("mine", _("Mine"), choices=[("yes", _("Mine"))], apply=lambda found, _v: found.filter(owner=mine)),
            Filter("decision", _("Decision"), apply=_decided,
                   choices=[(value or "undecided", label) for value, label in Decision.choices]),
            Filter("nature", _("Nature"), choices=Nature.choices),
            Filter("knowledge", _("Knowledge"), choices=Knowledge.choices),
            Filter(CELL, _("Cell"), choices=_cells(terms), apply=lambda found, values: _in_cell(found, values, stage),
                   multiple=False),
        )  # fmt: skip
        if request.actor.can("risk:edit"):
            self.actions = (Action("ask", _("Ask owners to read anew"), icon="mail"),)
        super().__init__(rows, request, count=count)
        keep = scope_query(request)
        self.empty_url = reverse("risks:library", args=[request.actor.organization.slug]) + keep

    def row_url(self, row: Any) -> str:
        request = inside(self.request)
        return reverse("risks:risk", args=[request.actor.organization.slug, row.pk]) + scope_query(request)

    def row_label(self, row: Any) -> str:
        return str(row.title)


def _columns(terms: Terms | None) -> list[Column]:
    def score(name: str, label: Any) -> Column:
        field = f"{name}_score"
        return Column(field, label, sort=field, cell=lambda risk: level_mark(terms, getattr(risk, field)))

    return [
        Column("title", _("Risk"), sort="title", cell=title_cell),
        Column("assets", _("Assets"), value=lambda r: ", ".join(r.asset_names), small=False,
               cell=lambda r: _named(r.asset_names, 1)),
        Column("stake", _("C I A"), cell=stake_mark, small=False,
               export=lambda r: " ".join(str(getattr(r, name) or "–") for name in DIMENSIONS)),
        score("inherent", _("Inherent")),
        score("current", _("Current")),
        score("target", _("Target")),
        Column("decision", _("Decision"), sort="decision", value=lambda r: str(DECISIONS[r.decision]),
               cell=lambda r: DECISIONS[r.decision] if r.decision else status("none", str(DECISIONS[r.decision])),
               small=False),
        Column("controls", _("Controls"), value=lambda r: ", ".join(r.control_refs), small=False,
               cell=lambda r: _named(r.control_refs, 1)),
        Column("owner", _("Owner"), sort="owner__person__name", value=lambda r: r.owner_name or "", small=False,
               cell=lambda r: avatar(r.owner_name) if r.owner_name else DASH),
        Column("review_due", _("Next reading"), sort="review_due", small=False,
               cell=lambda r: due(r.review_due, not r.is_open)),
        Column("reference", _("Id"), sort="number", shown=False),
        Column("own_id", _("Own id"), sort="own_id", shown=False),
        Column("category", _("Category"), sort="category", shown=False),
        Column("nature", _("Nature"), sort="nature", value=lambda r: r.get_nature_display(), shown=False),
        Column("cause", _("Cause"), shown=False),
        Column("event", _("Event"), shown=False),
        Column("consequence", _("Consequence"), shown=False),
        Column("current_likelihood", _("Likelihood"), sort="current_likelihood", numeric=True, shown=False),
        Column("current_impact", _("Impact"), sort="current_impact", numeric=True, shown=False),
        Column("knowledge", _("Knowledge"), sort="knowledge", value=lambda r: r.get_knowledge_display(), shown=False),
        Column("decision_note", _("Decided because"), shown=False),
        Column("read_at", _("Last read"), sort="read_at", cell=lambda r: day(r.read_at), shown=False,
               export=lambda r: r.read_at and r.read_at.date()),
    ]  # fmt: skip


def _cells(terms: Terms | None) -> list[tuple[str, Any]]:
    if terms is None:
        return []
    return [
        (f"{x}-{y}", f"{across.name} × {up.name}")
        for y, up in enumerate(terms.impact, 1)
        for x, across in enumerate(terms.likelihood, 1)
    ]


def _in_cell(found: Any, values: list[str], stage: str) -> Any:
    across, up = values[-1].split("-")
    return found.filter(**{f"{stage}_likelihood": int(across), f"{stage}_impact": int(up)})


def _decided(found: Any, values: list[str]) -> Any:
    return found.filter(decision__in=["" if value == "undecided" else value for value in values])
