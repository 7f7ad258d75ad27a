"""Template tags of the UI kit; every page sees them without loading."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annexa.ui import charts, dates, forms, icons, marks, rows

register = template.Library()

register.simple_tag(icons.icon, name="icon")
register.simple_tag(marks.status, name="status")
register.simple_tag(marks.avatar, name="avatar")
register.simple_tag(marks.maturity, name="maturity")
register.simple_tag(marks.severity, name="severity")
register.simple_tag(marks.count, name="count")
register.simple_tag(charts.sparkline, name="sparkline")
register.simple_tag(charts.columns, name="bar_chart")
register.simple_tag(rows.render, takes_context=True, name="table_rows")
register.filter("control", forms.control)
register.filter("control_kind", forms.kind)
register.filter("control_options", forms.options)
register.filter("initials", marks.initials)


@register.simple_tag
def who(person: object) -> SafeString:
    """Show a person, given as a name or anything with a name, as initials and name."""
    return marks.who(str(getattr(person, "name", person) or ""))


@register.simple_tag
def chip(text: str, icon: str = "", kind: str = "") -> SafeString:
    """Show a short word on a grey ground, or on a tint for kind accent, ok, warn or bad."""
    return marks.chip(text, icon, f"is-{kind}" if kind else "")


@register.simple_tag
def meter(label: str, ok: float, part: float, total: float, css: str = "") -> SafeString:
    """Draw a bar: done, in progress, and the rest."""
    return charts.meter(label, [charts.Part("ok", ok), charts.Part("info", part)], total, css)


@register.simple_tag
def stack(label: str, parts: Iterable[Sequence[Any]]) -> SafeString:
    """Draw a tall bar of any parts, given as (kind, amount) pairs."""
    shares = [charts.Part(kind, amount) for kind, amount, *_rest in parts]
    return charts.meter(label, shares, sum(share.amount for share in shares), "ax-meter-tall", gap=0.8)


@register.simple_tag
def ring(label: str, ok: float, part: float, total: float, text: str = "", caption: str = "") -> SafeString:
    """Draw a ring: done, in progress, and the rest; the text inside is the percentage unless given."""
    inside = text or f"{round(100 * ok / total) if total else 0}%"
    return charts.ring(label, [charts.Part("ok", ok), charts.Part("info", part)], total, inside, caption)


@register.simple_tag
def line_chart(
    series: Sequence[charts.Point], label: str, target: float | None = None, target_label: str = ""
) -> SafeString:
    """Draw a line over (label, value) points, with an optional target line."""
    return charts.line(series, label, target=target, target_label=target_label)


@register.inclusion_tag("ui/bars.html")
def bars(rows: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """Show named shares below each other; a row has label, ok, part, total and perhaps url."""
    return {"rows": [{**row, "percent": round(100 * row["ok"] / row["total"]) if row["total"] else 0} for row in rows]}


@register.simple_tag
def swatch(kind: str) -> SafeString:
    """Draw the small square that ties a word to a colour of a chart."""
    return format_html(
        '<svg class="ax-swatch" viewBox="0 0 8 8" aria-hidden="true">'
        '<rect width="8" height="8" rx="2" class="fill-{}"/></svg>',
        kind,
    )


@register.simple_tag
def ago(moment: datetime | None) -> SafeString:
    """Show how long ago something was, with the exact moment on hover."""
    if moment is None:
        return marks.DASH
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), dates.moment(moment), dates.ago(moment)
    )


@register.simple_tag
def day(value: date | None) -> SafeString:
    """Show a date in full."""
    if value is None:
        return marks.DASH
    return format_html('<time datetime="{}">{}</time>', dates.local_day(value).isoformat(), dates.day(value))


@register.simple_tag
def due(value: date | None, done: bool = False) -> SafeString:
    """Show a due date as people say it, in red and with an icon once it is late."""
    if value is None or done:
        return day(value)
    late = dates.days_left(value) < 0
    return format_html(
        '<time class="ax-due{}" datetime="{}" title="{}">{}{}</time>',
        " ax-late" if late else "",
        dates.local_day(value).isoformat(),
        dates.day(value),
        icons.icon("clock-exclamation") if late else "",
        dates.due(value),
    )


@register.filter
def yes_no(value: bool | None) -> str:
    """Say yes or no; a dash when nobody has said."""
    return "—" if value is None else _("Yes") if value else _("No")


@register.filter
def amount(value: float | None) -> str:
    """Say an amount of money in whole units, grouped as the language does; a dash when there is none."""
    return "—" if value is None else number_format(round(value), force_grouping=True)
