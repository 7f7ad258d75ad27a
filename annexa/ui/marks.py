"""The small marks of a table cell: status, person, chip, maturity; a page draws them by the hundred."""

from collections.abc import Sequence
from functools import cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from annexa.ui.icons import icon

STATUS_ICONS = {
    "ok": "circle-check-filled",
    "part": "circle-half-2",
    "idle": "circle-dashed",
    "none": "circle",
    "warn": "clock-exclamation",
    "bad": "alert-triangle-filled",
}
STATUS_CLASSES = {"none": "idle"}
SEVERITIES = ("low", "medium", "high", "critical")
LEVELS = 5
DASH = mark_safe('<span class="ax-muted">—</span>')


def status(kind: str, label: str, symbol: str = "") -> SafeString:
    """Say a state with an icon that carries the colour and a word that stays ink."""
    return format_html(
        '<span class="ax-st is-{}">{}{}</span>',
        STATUS_CLASSES.get(kind, kind),
        icon(symbol or STATUS_ICONS[kind]),
        label,
    )


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"


def avatar(name: str, css: str = "") -> SafeString:
    """Show a person as initials that say the name."""
    return format_html(
        '<span class="ax-av {}" role="img" aria-label="{}" title="{}">{}</span>', css, name, name, initials(name)
    )


def who(name: str) -> SafeString:
    """Show a person as initials and name, or a dash when there is nobody."""
    if not name:
        return DASH
    return format_html(
        '<span class="ax-who"><span class="ax-av" aria-hidden="true">{}</span>{}</span>', initials(name), name
    )


def chip(text: str, symbol: str = "", css: str = "") -> SafeString:
    """Show a short word on a grey ground."""
    return format_html('<span class="ax-chip {}">{}{}</span>', css, icon(symbol) if symbol else "", text)


def chips(words: Sequence[str], most: int = 4) -> SafeString:
    """Show a few words as chips, and how many more there are; a dash for none."""
    if not words:
        return DASH
    more = [f"+{len(words) - most}"] if len(words) > most else []
    listed = format_html_join(" ", "{}", ((chip(word),) for word in [*words[:most], *more]))
    return format_html('<span class="ax-chips">{}</span>', listed)


def named(reference: str, title: str) -> SafeString:
    """Show a reference and a title as the first cell of a row."""
    return format_html(
        '<span class="ax-cell-t"><span class="id">{}</span><span class="t">{}</span></span>', reference, title
    )


@cache
def _steps(now: int, target: int) -> SafeString:
    kinds = ("on" if step < now else "goal" if step < target else "off" for step in range(LEVELS))
    boxes = ((step * 12 + 0.5, kind) for step, kind in enumerate(kinds))
    rects = format_html_join("", '<rect x="{}" y="0.5" width="9" height="9" rx="1.5" class="{}"/>', boxes)
    return format_html('<svg viewBox="0 0 58 10" aria-hidden="true">{}</svg>', rects)


def maturity(now: int | None, target: int | None = None) -> SafeString:
    """Show maturity as five boxes, filled up to now and outlined up to the target."""
    if now is None:
        return DASH
    words = _("Maturity %(now)s of 5") % {"now": now}
    if target is not None:
        words = _("Maturity %(now)s of 5, target %(target)s") % {"now": now, "target": target}
    return format_html(
        '<span class="ax-mat">{}<span class="ax-sr">{}</span><span aria-hidden="true">{}</span></span>',
        _steps(now, target or 0),
        words,
        now if target is None else f"{now} → {target}",
    )


def severity(level: str, label: str) -> SafeString:
    """Show a severity as four bars and its word."""
    return format_html('<span class="ax-sev is-{}">{}{}</span>', level, _bars(SEVERITIES.index(level) + 1), label)


@cache
def _bars(lit: int) -> SafeString:
    shapes = ((bar * 4, 9 - 3 * bar, 3 * bar + 3, "on" if bar < lit else "") for bar in range(len(SEVERITIES)))
    rects = format_html_join("", '<rect x="{}" y="{}" width="2.6" height="{}" rx=".6" class="{}"/>', shapes)
    return format_html('<svg viewBox="0 0 15 12" aria-hidden="true">{}</svg>', rects)


def count(number: int, symbol: str, label: str, url: str = "") -> SafeString:
    """Show a linked count as icon and number, or nothing when it is zero."""
    if not number:
        return mark_safe("")
    inside = format_html(
        '{}<span aria-hidden="true">{}</span><span class="ax-sr">{}</span>', icon(symbol), number, label
    )
    if url:
        return format_html('<a class="ax-link-n" href="{}" title="{}">{}</a>', url, label, inside)
    return format_html('<span class="ax-link-n" title="{}">{}</span>', label, inside)
