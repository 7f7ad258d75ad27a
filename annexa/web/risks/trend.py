"""How the register develops: levels month by month, who owns what, which assets most is about."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from annexa.lib import moments
from annexa.organizations.permissions import Permission
from annexa.risks.queries import methods
from annexa.risks.queries import risks as queries
from annexa.risks.terms import Terms
from annexa.ui import dates
from annexa.ui.charts import Part, meter
from annexa.web.request import Request, reads, scope_of
from annexa.web.risks.links import link

MONTHS = 12


@reads(Permission.RISK_READ)
def trend(request: Request) -> HttpResponse:
    """Show a year of levels, and risks by owner and by asset."""
    actor, scope, method = request.actor, scope_of(request), methods.in_force(request.actor)
    context: dict[str, Any] = {"page_title": _("How risks develop"), "index": link(request, "index"), "method": method}
    if method:
        appetite = method.terms.appetite
        context |= {
            "levels": method.terms.levels,
            "months": _months(method.terms, queries.level_trend(actor, scope, moments.month_ends(MONTHS))),
            "owners": queries.by_owner(actor, scope, appetite),
            "assets": queries.by_asset(actor, scope, appetite),
        }
    return render(request, "risks/trend.html", context)


def _months(terms: Terms, tallies: list[dict[int, int]]) -> list[dict[str, Any]]:
    most = max((sum(tally.values()) for tally in tallies), default=0)
    rows = []
    for moment, tally in zip(moments.month_ends(MONTHS), tallies, strict=True):
        counts = [tally.get(number, 0) for number in range(len(terms.levels))]
        parts = [Part(f"l{level.colour + 1}", count) for level, count in zip(terms.levels, counts, strict=True)]
        words = ", ".join(f"{level.name} {count}" for level, count in zip(terms.levels, counts, strict=True))
        rows.append(
            {"on": dates.day(moment), "counts": counts, "bar": meter(words, parts, most, "ax-meter-tall", gap=0.4)}
        )
    return rows
