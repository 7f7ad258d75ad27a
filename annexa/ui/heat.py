"""A heat map: how many risks lie in each cell of two scales, the line of what is acceptable, how far some moved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

CELL_WIDTH, CELL_HEIGHT = 80, 50
Cell = tuple[int, int]  # across and up, from 1


@dataclass(frozen=True)
class Move:
    """Something that moved from one cell to another."""

    name: str
    start: Cell
    end: Cell


@dataclass(frozen=True)
class HeatMap:
    """What to draw; `colours` and `within` have a row per step of the upright scale, lowest first."""

    across: Sequence[str]
    up: Sequence[str]
    across_label: str
    up_label: str
    colours: Sequence[Sequence[int]]
    within: Sequence[Sequence[bool]]
    counts: Mapping[Cell, int]
    url: Callable[[int, int], str]
    chosen: Cell | None = None
    scores: Mapping[Cell, int] | None = None  # shown instead of counts, where a method is explained
    moves: Sequence[Move] = ()

    def draw(self) -> SafeString:
        """Return the map; each cell is a link that says in words where it lies and how many lie in it."""
        names = format_html_join("", "<span>{} {}</span>", reversed([(n, i) for i, n in enumerate(self.up, 1)]))
        below = format_html_join(
            "", '<span>{}<span class="ax-hide-m"> {}</span></span>', list(enumerate(self.across, 1))
        )
        cells = format_html_join("", "{}", ((self._cell(x, y),) for y in self._rows() for x in self._columns()))
        return format_html(
            '<div class="ax-heatwrap is-c{} is-r{}"><div class="ax-heat-y">{}</div><div class="ax-heat-yl">{}</div>'
            '<div class="ax-heat">{}{}{}</div><div class="ax-heat-xl">{}</div><div class="ax-heat-x">{}</div></div>',
            len(self.across), len(self.up), self.up_label, names, cells, self._line(), self._arrows(), below,
            self.across_label,
        )  # fmt: skip

    def _rows(self) -> Sequence[int]:
        return range(len(self.up), 0, -1)

    def _columns(self) -> Sequence[int]:
        return range(1, len(self.across) + 1)

    def _cell(self, x: int, y: int) -> SafeString:
        if self.scores:
            return self._score(x, y, self.scores[x, y])
        number = self.counts.get((x, y), 0)
        words = ngettext("%(up)s, %(across)s: %(n)s risk", "%(up)s, %(across)s: %(n)s risks", number)
        label = words % {"up": self.up[y - 1], "across": self.across[x - 1], "n": number}
        inside = format_html("<b>{}</b>", number) if number else ""
        css = f"l{self.colours[y - 1][x - 1] + 1}" + (" is-on" if self.chosen == (x, y) else "")
        return format_html('<a href="{}" class="{}" aria-label="{}">{}</a>', self.url(x, y), css, label, inside)

    def _score(self, x: int, y: int, score: int) -> SafeString:
        words = _("%(up)s, %(across)s: score %(n)s") % {"up": self.up[y - 1], "across": self.across[x - 1], "n": score}
        colour = self.colours[y - 1][x - 1] + 1
        return format_html(
            '<a href="{}" class="l{}" aria-label="{}"><b>{}</b></a>', self.url(x, y), colour, words, score
        )

    def _line(self) -> SafeString:
        """Draw the border between what is within and what is not, edge by edge."""
        rows, columns = len(self.up), len(self.across)
        edges = []
        for y in range(1, rows + 1):
            for x in range(1, columns + 1):
                here = self.within[y - 1][x - 1]
                top, left = (rows - y) * CELL_HEIGHT, (x - 1) * CELL_WIDTH
                if x < columns and self.within[y - 1][x] != here:
                    edges.append(f"M{left + CELL_WIDTH} {top}v{CELL_HEIGHT}")
                if y < rows and self.within[y][x - 1] != here:
                    edges.append(f"M{left} {top}h{CELL_WIDTH}")
        return format_html(
            '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
            '<path class="appetite" d="{}"/></svg>',
            columns * CELL_WIDTH, rows * CELL_HEIGHT, " ".join(edges),
        )  # fmt: skip

    def _arrows(self) -> SafeString:
        if not self.moves:
            return SafeString()
        drawn = format_html_join("", "{}", ((self._arrow(move, place),) for place, move in enumerate(self.moves)))
        return format_html(
            '<svg class="ax-moves" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
            len(self.across) * CELL_WIDTH, len(self.up) * CELL_HEIGHT, self._told(), drawn,
        )  # fmt: skip

    def _told(self) -> str:
        words = _("%(name)s from %(a)s, %(b)s to %(c)s, %(d)s")
        return "; ".join(
            words % {"name": move.name, "a": self.up[move.start[1] - 1], "b": self.across[move.start[0] - 1],
                     "c": self.up[move.end[1] - 1], "d": self.across[move.end[0] - 1]}
            for move in self.moves
        )  # fmt: skip

    def _arrow(self, move: Move, place: int) -> SafeString:
        """Draw an arrow; several through one cell lie beside each other."""
        shift = (place % 3 - 1) * 9
        (x1, y1), (x2, y2) = self._centre(move.start), self._centre(move.end)
        y1, y2 = y1 + shift, y2 + shift
        length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1)
        dx, dy = (x2 - x1) / length, (y2 - y1) / length
        foot = (x2 - 7 * dx, y2 - 7 * dy)
        points = [(x2, y2), (foot[0] - 4 * dy, foot[1] + 4 * dx), (foot[0] + 4 * dy, foot[1] - 4 * dx)]
        return format_html(
            '<line class="mv" x1="{}" y1="{}" x2="{}" y2="{}"/><circle class="from" cx="{}" cy="{}" r="3.5"/>'
            '<polygon class="head" points="{}"/><text class="tag" x="{}" y="{}">{}</text>',
            *(f"{each:.0f}" for each in (x1, y1, *foot, x1, y1)),
            " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
            f"{x2 - 34:.0f}", f"{y2 + 16 if y2 + 16 < len(self.up) * CELL_HEIGHT else y2 - 7:.0f}", move.name,
        )  # fmt: skip

    def _centre(self, cell: Cell) -> tuple[float, float]:
        return (cell[0] - 0.4) * CELL_WIDTH, (len(self.up) - cell[1] + 0.5) * CELL_HEIGHT
