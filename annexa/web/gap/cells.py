"""What stands in the cells of the requirement list; called 123 times a page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from annexa.treatment.models import Conformity, DocumentState, GapRating
from annexa.treatment.queries.gap import Difference, heading
from annexa.ui import marks

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
    group: str = ""
    is_opened: bool = False

    @property
    def pk(self) -> Any:
        return self.rating.pk

    @property
    def ref(self) -> str:
        return self.rating.requirement.ref

    @property
    def title(self) -> str:
        return heading(self.rating.requirement)

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


def days(effort: Decimal | float) -> str:
    """Say how many days of work something is."""
    return _("%(days)s d") % {"days": f"{float(effort):g}"}


def difference(found: Difference) -> dict[str, object]:
    """Return what a line of a comparison shows."""
    sides = (found.before, found.after)
    before, after = (conformity_mark(side.conformity) if side else NONE for side in sides)
    levels = [("–" if side is None or side.maturity is None else str(side.maturity)) for side in sides]
    return {"ref": found.ref, "title": found.title, "before": before, "after": after, "maturity": " → ".join(levels)}
