"""Rows of the requirement list, written without templates: 123 of them stand on one page, and speed is felt."""

from collections.abc import Callable, Iterable
from functools import cached_property

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.lib import clock
from annexa.treatment.models import Conformity
from annexa.treatment.queries.gap import evidence_count
from annexa.ui import dates, marks
from annexa.ui.icons import icon
from annexa.web.gap import cells
from annexa.web.gap.cells import Line
from annexa.web.gap.tables import GapTable

NONE = '<span class="ax-muted">–</span>'


class Writer:
    """Writes rows of one table; what is the same in each of them is looked up once. Everything typed is escaped."""

    def __init__(self, table: GapTable):
        self.columns = [(self._writer(column.name), column.classes) for column in table.shown[1:]]
        self.first_class = table.shown[0].classes
        self.picks = bool(table.actions)
        self.today = clock.today()
        self.select, self.none = escape(_("Select")), escape(_("None"))
        self.labels = {"conformity": escape(_("Conformity")), "maturity": escape(_("Maturity"))}
        self._marks: dict[object, str] = {}

    def rows(self, lines: Iterable[Line]) -> SafeString:
        """Return table rows for lines."""
        return mark_safe("\n".join(map(self.row, lines)))  # noqa: S308 - each part is escaped below

    def row(self, line: Line) -> str:
        """Return one table row."""
        ref, title = escape(line.ref), escape(line.title)
        rate = f' data-rate-url="{line.url}" data-rate-query="{escape(line.query)}"' if line.may_rate else ""
        out = "ax-out" if line.rating.conformity == Conformity.NOT_APPLICABLE else ""
        css = f"{out} is-sel" if line.is_opened else out
        parts = [f'<tr class="{css}" data-row>', self._pick(line, ref, title)]
        parts.append(
            f'<th scope="row" class="{self.first_class}"><a class="ax-rowlink" href="{line.url}{escape(line.query)}">'
            f'<span class="ax-cell-t gap-t"{rate}><span class="id">{ref}</span>'
            f'<span class="t" title="{title}">{title}</span></span></a></th>'
        )
        parts += [f'<td class="{css}">{write(line)}</td>' for write, css in self.columns]
        return "".join(parts) + "</tr>"

    def _pick(self, line: Line, ref: str, title: str) -> str:
        if not self.picks:
            return ""
        return (
            f'<td class="c"><input type="checkbox" class="form-check-input" name="selected" value="{line.pk}"'
            f' form="bulk-gap" data-pick aria-label="{self.select} {ref} {title}"></td>'
        )

    def _writer(self, name: str) -> Callable[[Line], str]:
        return {
            "conformity": self._conformity,
            "maturity": self._maturity,
            "evidence": self._evidence,
            "action": self._action,
            "owner": self._owner,
            "effort": self._effort,
            "due": self._due,
        }[name]

    def _mark(self, key: object, make: Callable[[], object]) -> str:
        if key not in self._marks:
            self._marks[key] = str(make())
        return self._marks[key]

    def _button(self, line: Line, name: str, seen: object, shown: str) -> str:
        if not line.may_rate:
            return shown
        return (
            f'<button type="button" class="gap-set" data-rate="{name}" data-seen="{seen}" aria-haspopup="true">'
            f'<span class="ax-sr">{self.labels[name]}: </span>{shown}</button>'
        )

    def _conformity(self, line: Line) -> str:
        value = line.rating.conformity
        return self._button(line, "conformity", value, self._mark(value, lambda: cells.conformity_mark(value)))

    def _maturity(self, line: Line) -> str:
        now, target = line.rating.maturity, line.rating.target
        shown = self._mark((now, target), lambda: cells.maturity_mark(now, target))
        return self._button(line, "maturity", "" if now is None else now, shown)

    def _evidence(self, line: Line) -> str:
        number = evidence_count(line.rating)
        if not number:
            return f'<span class="ax-xs ax-muted">{self.none}</span>'
        return self._mark(("evidence", number), lambda: marks.count(number, "folder-check", evidence_words(number)))

    def _action(self, line: Line) -> str:
        words = escape(line.rating.action)
        return f'<span class="ax-just-l ax-clip" title="{words}">{words}</span>' if words else NONE

    def _owner(self, line: Line) -> str:
        name = line.owner_name
        return self._mark(("owner", name), lambda: marks.who(name)) if name else NONE

    def _effort(self, line: Line) -> str:
        return escape(cells.days(line.rating.effort)) if line.rating.effort else ""

    def _due(self, line: Line) -> str:
        value = line.rating.due
        if value is None:
            return ""
        late = value < self.today and line.rating.conformity != Conformity.CONFORMING
        css, sign = (" ax-late", self._clock) if late else ("", "")
        shown = self._mark(value, lambda: dates.day(value))
        return f'<time class="ax-due{css}" datetime="{value.isoformat()}">{sign}{shown}</time>'

    @cached_property
    def _clock(self) -> str:
        return str(icon("clock-exclamation"))


def evidence_words(number: int) -> str:
    """Say how many pieces of evidence there are."""
    return ngettext("%(number)s piece of evidence", "%(number)s pieces of evidence", number) % {"number": number}
