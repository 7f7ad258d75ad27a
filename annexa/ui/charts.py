"""Charts drawn on the server as SVG; data sits in attributes because the policy allows no inline style."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

RING_RADIUS = 45
RING_LENGTH = 2 * math.pi * RING_RADIUS
RING_GAP = 2
WIDTH, HEIGHT = 360, 128
LEFT, RIGHT, TOP, BOTTOM = 30, 330, 8, 108
MOST_LABELS = 7

Point = tuple[str, float]


@dataclass(frozen=True)
class Part:
    """One coloured share of a whole; `kind` is the last part of a fill-… or str-… class."""

    kind: str
    amount: float


def meter(label: str, parts: Iterable[Part], total: float, css: str = "", gap: float = 0) -> SafeString:
    """Draw one horizontal bar with its parts from left to right."""
    start, shapes = 0.0, []
    for part in parts:
        width = 100 * part.amount / total if total else 0
        if width > 0:
            shapes.append((f"{start:g}", f"{max(width - gap, 0.4):g}", part.kind))
        start += width
    bars = format_html_join("", '<rect x="{}" width="{}" height="6" class="fill-{}"/>', shapes)
    return format_html(
        '<svg class="ax-meter {}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        css,
        label,
        bars,
    )


def ring(label: str, parts: Iterable[Part], total: float, text: str, caption: str) -> SafeString:
    """Draw a ring with its parts clockwise from the top and two words inside."""
    start, arcs = 0.0, []
    for part in parts:
        length = RING_LENGTH * part.amount / total if total else 0
        if length > 0:
            gap = RING_GAP if length < RING_LENGTH else 0
            visible = max(length - gap, 1)
            arcs.append((part.kind, f"{visible:.1f} {RING_LENGTH - visible:.1f}", f"{-start:.1f}"))
        start += length
    circles = format_html_join(
        "",
        '<circle cx="56" cy="56" r="45" class="str-{}" stroke-dasharray="{}" stroke-dashoffset="{}" '
        'transform="rotate(-90 56 56)"/>',
        arcs,
    )
    return format_html(
        '<svg class="ax-ring" viewBox="0 0 112 112" role="img" aria-label="{}">'
        '<circle cx="56" cy="56" r="45" class="str-track"/>{}'
        '<text x="56" y="{}" text-anchor="middle" class="ax-ring-n">{}</text>'
        '<text x="56" y="74" text-anchor="middle" class="ax-ring-t">{}</text></svg>',
        label,
        circles,
        58 if caption else 64,
        text,
        caption,
    )


def sparkline(values: Sequence[float], label: str) -> SafeString:
    """Draw a trend the size of a word."""
    points = _scaled(values, box=(2, 62, 2.5, 17.5), low=min(values), high=max(values)) if values else []
    if not points:
        return mark_safe("")
    return format_html(
        '<svg class="ax-spark" viewBox="0 0 64 20" role="img" aria-label="{}">'
        '<polyline points="{}"/><circle cx="{}" cy="{}" r="2"/></svg>',
        label,
        _path(points),
        *(f"{number:.1f}" for number in points[-1]),
    )


def line(series: Sequence[Point], label: str, *, target: float | None = None, target_label: str = "") -> SafeString:
    """Draw a line over labelled points, with the scale at the left and the last value at its end."""
    if not series:
        return mark_safe("")
    ticks = scale([value for _, value in series] + ([] if target is None else [target]))
    points = _scaled([value for _, value in series], box=(LEFT, RIGHT, TOP, BOTTOM), low=ticks[0], high=ticks[-1])
    drawing = [_grid(ticks), _axis([name for name, _ in series], [x for x, _ in points])]
    if target is not None:
        drawing.append(_target(target, target_label, ticks))
    (last_x, last_y), last = points[-1], series[-1][1]
    drawing.append(
        format_html(
            '<polygon class="area" points="{},{} {} {},{}"/><polyline class="line" points="{}"/>'
            '<circle cx="{}" cy="{}" r="3.5" class="fill-accent"/><text class="lbl" x="{}" y="{}">{}</text>',
            *(f"{points[0][0]:.1f}", BOTTOM, _path(points), f"{last_x:.1f}", BOTTOM, _path(points)),
            *(f"{last_x:.1f}", f"{last_y:.1f}", f"{last_x + 7:.1f}", f"{last_y + 4:.1f}", f"{last:g}"),
        )
    )
    return _chart(label, drawing)


def columns(series: Sequence[Point], label: str) -> SafeString:
    """Draw one upright bar per labelled value."""
    if not series:
        return mark_safe("")
    ticks = scale([0, *(value for _, value in series)])
    step = (RIGHT - LEFT) / len(series)
    centres = [LEFT + step * (index + 0.5) for index in range(len(series))]
    width = min(step * 0.62, 22)
    tops = [_height(value, ticks) for _, value in series]
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" rx="1.5" class="fill-accent"/>',
        (
            (f"{x - width / 2:.1f}", f"{top:.1f}", f"{width:.1f}", f"{BOTTOM - top:.1f}")
            for x, top in zip(centres, tops, strict=True)
        ),
    )
    return _chart(label, [_grid(ticks), _axis([name for name, _ in series], centres), bars])


def scale(values: Sequence[float]) -> list[float]:
    """Return three to six round numbers that enclose the values."""
    low, high = min(values), max(values)
    rough = (high - low or abs(high) or 1) / 3
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 6) for number in range(first, max(last, first + 1) + 1)]


def _chart(label: str, drawing: Iterable[SafeString]) -> SafeString:
    return format_html(
        '<svg class="ax-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        *(WIDTH, HEIGHT, label, format_html_join("", "{}", ((part,) for part in drawing))),
    )


def _grid(ticks: Sequence[float]) -> SafeString:
    lines = ((f"{y:.1f}", f"{y + 3.5:.1f}", f"{tick:g}") for tick in ticks for y in [_height(tick, ticks)])
    return format_html_join(
        "",
        '<line class="grid" x1="30" x2="330" y1="{0}" y2="{0}"/><text x="23" y="{1}" text-anchor="end">{2}</text>',
        lines,
    )


def _axis(names: Sequence[str], places: Sequence[float]) -> SafeString:
    every = math.ceil(len(names) / MOST_LABELS)
    shown = list(zip(names, places, strict=True))[::every]
    labels = ((f"{x:.1f}", name) for name, x in shown)
    return format_html_join("", '<text x="{}" y="124" text-anchor="middle">{}</text>', labels)


def _target(value: float, label: str, ticks: Sequence[float]) -> SafeString:
    y = _height(value, ticks)
    return format_html(
        '<line class="dash" x1="30" x2="330" y1="{0}" y2="{0}"/><text x="34" y="{1}">{2}</text>',
        *(f"{y:.1f}", f"{y - 5:.1f}", label),
    )


def _height(value: float, ticks: Sequence[float]) -> float:
    return BOTTOM - (BOTTOM - TOP) * (value - ticks[0]) / (ticks[-1] - ticks[0])


def _scaled(
    values: Sequence[float], *, box: tuple[float, float, float, float], low: float, high: float
) -> list[tuple[float, float]]:
    left, right, top, bottom = box
    step = (right - left) / max(len(values) - 1, 1)
    span = high - low
    share = [(value - low) / span if span else 0.5 for value in values]
    return [(left + step * index, bottom - (bottom - top) * part) for index, part in enumerate(share)]


def _path(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
