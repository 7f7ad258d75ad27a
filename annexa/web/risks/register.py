"""The register on one page: heat map, appetite, table."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.catalog import queries as catalog
from annexa.organizations.permissions import Permission
from annexa.risks.models import Stage
from annexa.risks.queries import methods
from annexa.risks.queries import risks as queries
from annexa.risks.services import campaigns
from annexa.risks.terms import Terms
from annexa.ui.heat import HeatMap, Move
from annexa.web.exports import table_or_file
from annexa.web.request import Request, reads, scope_of
from annexa.web.risks.marks import level_mark
from annexa.web.risks.tables import CELL, RiskTable


@reads(Permission.RISK_READ)
def index(request: Request) -> HttpResponse:
    """Show the register of a scope; posted to, ask the owners of the ticked risks to read them anew."""
    actor, scope, stage = request.actor, scope_of(request), stage_of(request)
    method = methods.in_force(actor)
    terms = method.terms if method else None
    if request.method == "POST":
        return _ask_owners(request, terms, stage)
    overview = queries.overview(actor, scope, stage, terms)
    table = _table(request, terms, stage, overview.counts["total"])
    context: dict[str, Any] = {"page_title": _("Risks"), "method": method, "counts": overview.counts, "stage": stage}
    if not request.GET.get("format") and method:
        highest, moved = queries.foremost(actor, scope)
        context |= {
            "map": _map(request, method.terms, stage, overview, moved).draw(),
            "highest": [(risk, level_mark(terms, risk.current_score)) for risk in highest],
            "stages": [(value, label, _with(request, stage=value)) for value, label in Stage.choices],
        }
    return table_or_file(request, table, "risks/index.html", context)


@reads(Permission.RISK_READ)
def against(request: Request, framework: str, ref: str) -> HttpResponse:
    """Show the risks that a control works against; the control's page asks for them once it stands."""
    control = catalog.requirement_for(request.actor, framework, ref)
    return render(request, "risks/against.html", {"risks": queries.of_control(request.actor, control)})


def stage_of(request: Request) -> str:
    """Return the stage that the page shows: `?stage=`, or current."""
    wanted = request.GET.get("stage", Stage.CURRENT)
    return wanted if wanted in Stage.values else Stage.CURRENT.value


def heat_of(terms: Terms, **drawing: Any) -> HeatMap:
    """Return a map of a method's scales."""
    return HeatMap(
        across=[step.name for step in terms.likelihood],
        up=[step.name for step in terms.impact],
        across_label=_("Likelihood"),
        up_label=_("Impact"),
        colours=[[terms.levels[terms.level_of(score)].colour for score in row] for row in terms.grid],
        within=[[terms.is_within(score) for score in row] for row in terms.grid],
        **drawing,
    )


def _ask_owners(request: Request, terms: Terms | None, stage: str) -> HttpResponse:
    rows = list(_table(request, terms, stage, 0).selected().select_related("owner__person"))  # type: ignore[union-attr]
    asked = campaigns.ask_for_readings(actor=request.actor, risks=rows)
    if asked:
        words = ngettext("%(n)s owner has a task now.", "%(n)s owners have a task now.", asked)
        messages.success(request, words % {"n": asked})
    else:
        messages.warning(request, _("Nobody was asked: tick open risks that have an owner."))
    return redirect(request.get_full_path())


def _table(request: Request, terms: Terms | None, stage: str, count: int) -> RiskTable:
    rows = queries.listed(queries.in_scope(request.actor, scope_of(request)))
    return RiskTable(rows, request, terms, stage, count)


def _map(request: Request, terms: Terms, stage: str, overview: queries.Overview, moved: list[Any]) -> HeatMap:
    steps = (len(terms.likelihood), len(terms.impact))
    moves = [_move(risk) for risk in moved if risk.inherent_likelihood <= steps[0] and risk.inherent_impact <= steps[1]]
    chosen = request.GET.get(CELL, "").split("-")
    cell = (int(chosen[0]), int(chosen[1])) if len(chosen) == 2 and all(each.isdigit() for each in chosen) else None
    return heat_of(
        terms, counts=overview.cells, url=lambda x, y: _with(request, **{CELL: f"{x}-{y}"}), chosen=cell,
        moves=moves if stage == Stage.CURRENT else (),
    )  # fmt: skip


def _with(request: Request, **changes: str) -> str:
    """Return the page's address with other values in its query."""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    query.pop("page", None)
    return f"?{query.urlencode()}"


def _move(risk: Any) -> Move:
    start = (risk.inherent_likelihood, risk.inherent_impact)
    return Move(risk.reference, start, (risk.current_likelihood, risk.current_impact))
