"""The bridge between the 2013 and 2022 controls, as a table in either direction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annexa.catalog import format, library
from annexa.catalog.models import Requirement
from annexa.ui import marks
from annexa.ui.tables import Column, Filter, Table
from annexa.web.catalog import words
from annexa.web.request import inside

SYMBOLS = {"same": "arrow-right", "merged": "arrows-join", "split": "arrows-split", "new": "sparkles"}
KINDS = {
    "same": _("Carried over"),
    "merged": _("Merged"),
    "split": _("Split"),
    "new": _("New"),
}
Ends = list[tuple[format.Node, format.Pair]]


@dataclass(frozen=True)
class Crossing:
    """One control of an edition and where it went, or came from."""

    node: format.Node
    ends: Ends
    kind: str

    @property
    def pk(self) -> str:
        return self.node.id

    @property
    def sort_key(self) -> list[int]:
        return [int(part) for part in self.node.id.removeprefix("A.").split(".")]

    @property
    def text(self) -> str:
        """Return every id and title, for the search."""
        return " ".join(f"{node.id} {node.title}" for node in (self.node, *(end for end, _pair in self.ends)))


def crossings(edition: str) -> list[Crossing]:
    """Return all crossings, seen from the edition 2013 or 2022."""
    forward, back = library.bridge()
    here, there, pairs = (
        (library.ISO_27001_2013, library.ISO_27001, forward)
        if edition == "2013"
        else (library.ISO_27001, library.ISO_27001_2013, back)
    )
    nodes = library.frameworks()[there].by_id
    found = []
    for node in library.frameworks()[here].nodes:
        if node.kind == Requirement.Kind.CONTROL:
            ends = [(nodes[pair.target if edition == "2013" else pair.source], pair) for pair in pairs.get(node.id, ())]
            found.append(Crossing(node, ends, _kind([pair for _end, pair in ends])))
    return found


def _kind(pairs: list[format.Pair]) -> str:
    """Merged: several 2013 controls became one; split: one became several; new: it has no predecessor."""
    forward, back = library.bridge()
    if not pairs:
        return "new"
    if any(len(forward[pair.source]) > 1 for pair in pairs):
        return "split"
    return "merged" if any(len(back[pair.target]) > 1 for pair in pairs) else "same"


class BridgeTable(Table):
    """One edition's controls with their counterparts."""

    name = "bridge"
    search = ("text",)
    search_label = _("Find a control")
    page_size = 120  # a whole edition: people print it and search in it
    export_formats = ("xlsx", "csv")
    filters = (Filter("kind", _("What happened"), choices=list(KINDS.items())),)

    def __init__(self, request: HttpRequest, edition: str) -> None:
        self.edition = edition
        other = "2013" if edition == "2022" else "2022"
        self.label = _("Controls of %(edition)s") % {"edition": edition}
        self.columns = (
            Column("control", _("ISO/IEC 27001:%(edition)s") % {"edition": edition}, sort="sort_key", value=_text,
                   cell=lambda row: marks.named(row.node.id, row.node.title),
                   export=lambda row: (row.node.id, row.node.title)),
            Column("kind", _("What happened"), sort="kind", value=lambda row: KINDS[row.kind],
                   cell=_kind_chip),
            Column("ends", _("ISO/IEC 27001:%(edition)s") % {"edition": other}, cell=self._ends,
                   export=lambda row: "\n".join(f"{end.id} {end.title}" for end, _pair in row.ends)),
            Column("relation", _("How 2013 relates"), value=_relation, small=False),
        )  # fmt: skip
        super().__init__(crossings(edition), request)

    def row_url(self, row: Any) -> str:
        if self.edition == "2013":
            return ""
        slug = inside(self.request).actor.organization.slug
        return reverse("catalog:control", args=[slug, library.ISO_27001, row.node.id])

    def _ends(self, row: Crossing) -> SafeString:
        """List the counterparts; those of 2022 lead to their pages."""
        if not row.ends:
            return format_html('<span class="ax-muted">{}</span>', gettext("No predecessor"))
        return format_html(
            '<ul class="cat-ends">{}</ul>',
            format_html_join(
                "",
                '<li class="ax-cell-t"><span class="id">{}</span>{}</li>',
                ((end.id, self._linked(end)) for end, _pair in row.ends),
            ),
        )

    def _linked(self, end: format.Node) -> SafeString | str:
        if self.edition == "2022":
            return end.title
        slug = inside(self.request).actor.organization.slug
        url = reverse("catalog:control", args=[slug, library.ISO_27001, end.id])
        return format_html('<a href="{}">{}</a>', url, end.title)

    def export_rows(self) -> Iterator[list[Any]]:
        """Give id and title a column each."""
        for first, *rest in super().export_rows():
            yield [*(first if isinstance(first, tuple) else (_("Id"), first)), *rest]


def _kind_chip(row: Crossing) -> SafeString:
    return marks.chip(str(KINDS[row.kind]), SYMBOLS[row.kind], "is-accent" if row.kind == "new" else "")


def _text(row: Crossing) -> str:
    return f"{row.node.id} {row.node.title}"


def _relation(row: Crossing) -> str:
    """Say how the 2013 side relates to the 2022 side."""
    return "; ".join(dict.fromkeys(str(words.BRIDGED[pair.relation]) for _end, pair in row.ends))
