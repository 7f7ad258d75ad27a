"""Curves over a horizontal scale of amounts: how likely it is that something exceeds each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from annexa.ui.charts import scale

WIDTH, HEIGHT = 520, 230
LEFT, RIGHT, TOP, BOTTOM = 44, 508, 10, 192
EVERY = (0, 25, 50, 75, 100)
Points = Sequence[tuple[float, float]]  # an amount, and a share from 0 to 1


@dataclass(frozen=True)
class Curve:
    """One curve; `css` is its class: before, after or tolerance."""

    label: str
    css: str
    points: Points


def exceedance(curves: Sequence[Curve], label: str, amounts: str, end: float) -> SafeString:
    """Draw the chance of more than each amount, from nothing to `end`."""
    if not curves or end <= 0:
        return mark_safe("")
    ticks = scale([0, end])
    lines = format_html_join(
        "", '<polyline class="cv-{}" points="{}"/>', ((each.css, _path(each.points, ticks[-1])) for each in curves)
    )
    return format_html(
        '<svg class="ax-chart ax-curve" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}'
        '<text x="{}" y="{}" text-anchor="middle">{}</text></svg>',
        WIDTH, HEIGHT, label, _shares(), _amounts(ticks), lines, (LEFT + RIGHT) / 2, HEIGHT - 8, amounts,
    )  # fmt: skip


def short(amount: float) -> str:
    """Say an amount in at most four digits: 950, 12k, 3.4M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(amount) >= size:
            return f"{amount / size:.3g}{letter}"
    return f"{amount:.3g}"


def _path(points: Points, end: float) -> str:
    inside = [(min(amount, end), share) for amount, share in points]
    return " ".join(f"{_x(amount, end):.1f},{_y(share):.1f}" for amount, share in inside)


def _x(amount: float, end: float) -> float:
    return LEFT + (RIGHT - LEFT) * amount / end


def _y(share: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * share


def _shares() -> SafeString:
    lines = ((_y(each / 100), _y(each / 100) + 3.5, each) for each in EVERY)
    return format_html_join(
        "",
        '<line class="grid" x1="44" x2="508" y1="{0}" y2="{0}"/><text x="38" y="{1}" text-anchor="end">{2} %</text>',
        lines,
    )


def _amounts(ticks: Sequence[float]) -> SafeString:
    marks = ((f"{_x(tick, ticks[-1]):.1f}", short(tick)) for tick in ticks)
    return format_html_join("", '<text x="{}" y="208" text-anchor="middle">{}</text>', marks)
