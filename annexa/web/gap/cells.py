"""What stands in the cells of the requirement list; called 123 times a page."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.lib import clock
from annexa.treatment.models import Conformity, DocumentState, GapRating
from annexa.treatment.queries.gap import Difference
from annexa.ui import marks
from annexa.ui.dates import day
from annexa.ui.icons import icon

LOOKS = {
    Conformity.NOT_ASSESSED: ("idle", ""),
    Conformity.NONCONFORMING: ("bad", ""),
    Conformity.PARTIAL: ("part", ""),
    Conformity.CONFORMING: ("ok", ""),
    Conformity.NOT_APPLICABLE: ("none", "circle-minus"),
}
DOCUMENT_LOOKS = {DocumentState.MISSING: "bad", DocumentState.DRAFT: "part", DocumentState.PRESENT: "ok"}
ORDER = list(Conformity.values)
NONE = mark_safe('<span class="ax-muted">–</span>')


@dataclass(frozen=True)
class Line:
    """A rating as the list shows it."""

    rating: GapRating
    url: str
    may_rate: bool
    query: str = ""
    group: str = field(default="")

    @property
    def pk(self) -> Any:
        return self.rating.pk

    @property
    def ref(self) -> str:
        return self.rating.requirement.ref

    @property
    def title(self) -> str:
        return self.rating.requirement.title

    @property
    def sort_key(self) -> str:
        return self.rating.requirement.sort_key

    @property
    def conformity_order(self) -> int:
        return ORDER.index(self.rating.conformity)

    @property
    def owner_name(self) -> str:
        return str(self.rating.owner) if self.rating.owner else ""

    @property
    def action(self) -> str:
        return self.rating.action

    @property
    def maturity(self) -> int | None:
        return self.rating.maturity

    @property
    def effort(self) -> Any:
        return self.rating.effort

    @property
    def due(self) -> date | None:
        return self.rating.due


@lru_cache(maxsize=64)
def _conformity(value: str, word: str) -> SafeString:
    kind, symbol = LOOKS[Conformity(value)]
    return marks.status(kind, word, symbol)


def conformity_mark(value: str) -> SafeString:
    """Show a conformity as icon and word."""
    return _conformity(value, str(Conformity(value).label))


def document_mark(value: str) -> SafeString:
    """Show the state of a mandatory document as icon and word."""
    return marks.status(DOCUMENT_LOOKS[DocumentState(value)], str(DocumentState(value).label))


def title(line: Line) -> SafeString:
    """Show id and title; scripts find here where the row is rated."""
    return format_html(
        '<span class="ax-cell-t gap-t" data-rate-url="{}" data-rate-query="{}"><span class="id">{}</span><span class="t">{}</span></span>',
        line.url if line.may_rate else "",
        line.query,
        line.ref,
        line.title,
    )


def conformity(line: Line) -> SafeString:
    """Show conformity, as a button for who may change it."""
    return _button(line, "conformity", line.rating.conformity, conformity_mark(line.rating.conformity), _("Conformity"))


def maturity(line: Line) -> SafeString:
    """Show maturity now and target, as a button for who may change it."""
    now, target = line.rating.maturity, line.rating.target
    shown = maturity_mark(now, target)
    return _button(line, "maturity", "" if now is None else str(now), shown, _("Maturity"))


def maturity_mark(now: int | None, target: int) -> SafeString:
    """Show maturity as boxes; without a rating only the target is drawn."""
    if now is not None:
        return marks.maturity(now, target)
    words = _("Maturity not rated, target %(target)s") % {"target": target}
    return format_html(
        '<span class="ax-mat">{}<span class="ax-sr">{}</span><span aria-hidden="true">– → {}</span></span>',
        marks._steps(0, target),
        words,
        target,
    )


def evidence(line: Line) -> SafeString:
    """Show how many pieces of evidence there are."""
    number = line.rating.evidence_count  # type: ignore[attr-defined]
    label = ngettext("%(number)s piece of evidence", "%(number)s pieces of evidence", number) % {"number": number}
    return marks.count(number, "folder-check", label) or mark_safe(f'<span class="ax-xs ax-muted">{_("None")}</span>')


def action(line: Line) -> SafeString:
    """Show the next action on one line."""
    if not line.rating.action:
        return NONE
    return format_html('<span class="ax-just-l ax-clip" title="{0}">{0}</span>', line.rating.action)


def owner(line: Line) -> SafeString:
    """Show who owns the row."""
    return marks.who(line.owner_name) if line.owner_name else NONE


def effort(line: Line) -> str:
    """Show days of work."""
    return _("%(days)s d") % {"days": f"{line.rating.effort:g}"} if line.rating.effort else ""


def due(line: Line) -> SafeString | str:
    """Show when it is due; in red once it is late and still open."""
    value = line.rating.due
    if value is None:
        return ""
    late = line.rating.conformity != Conformity.CONFORMING and value < clock.today()
    shape = '<time class="ax-due{}" datetime="{}">{}{}</time>'
    return format_html(shape, " ax-late" if late else "", value.isoformat(), icon("clock-exclamation") if late else "", day(value))


def _button(line: Line, name: str, seen: str, shown: SafeString, label: str) -> SafeString:
    if not line.may_rate:
        return shown
    return format_html(
        '<button type="button" class="gap-set" data-rate="{}" data-seen="{}" aria-haspopup="true">'
        '<span class="ax-sr">{} </span>{}</button>',
        name,
        seen,
        label,
        shown,
    )


def difference(found: Difference) -> dict[str, object]:
    """Return what a line of a comparison shows."""
    sides = (found.before, found.after)
    before, after = (conformity_mark(side.conformity) if side else NONE for side in sides)
    levels = [("–" if side is None or side.maturity is None else str(side.maturity)) for side in sides]
    return {"ref": found.ref, "title": found.title, "before": before, "after": after, "maturity": " → ".join(levels)}
