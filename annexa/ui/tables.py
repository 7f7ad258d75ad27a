"""Tables declared once: search, filters, order, pages, chosen columns and export, all held in the URL."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, ClassVar

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annexa.ui import sources
from annexa.ui.columns import Action, Column, Filter

__all__ = ["Action", "Column", "Filter", "Table"]

NEIGHBOURS = 2


@dataclass(frozen=True)
class Head:
    """A column's heading with its sort link: up, down, then back to the usual order."""

    column: Column
    url: str
    direction: str


@dataclass(frozen=True)
class Choice:
    """One choice of a filter with the link that sets or clears it."""

    label: str
    url: str
    on: bool


@dataclass(frozen=True)
class FilterView:
    """A filter as drawn: one toggle, or a menu of choices."""

    filter: Filter
    choices: list[Choice]

    @property
    def toggle(self) -> Choice | None:
        """Return the only choice of a filter that has one."""
        return self.choices[0] if len(self.choices) == 1 else None


@dataclass(frozen=True)
class Chip:
    """A value in force, with the link that removes it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class PageLink:
    """A page number with its link; number None stands for a gap."""

    number: int | None
    url: str = ""
    current: bool = False


class Table:
    """Base of all tables; declare the class attributes and give it rows and the request."""

    name: ClassVar[str] = "rows"
    label: ClassVar[Any] = gettext_lazy("Rows")
    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    search: ClassVar[Sequence[str]] = ()
    search_label: ClassVar[Any] = gettext_lazy("Find")
    actions: ClassVar[Sequence[Action]] = ()
    page_size: ClassVar[int] = 50
    group_by: ClassVar[str] = ""  # an attribute; rows of one group must follow each other in the usual order
    export_formats: ClassVar[Sequence[str]] = ()  # shown as links that add ?format=
    empty_icon: ClassVar[str] = "search"
    empty_title: ClassVar[Any] = gettext_lazy("Nothing here yet")
    empty_text: ClassVar[Any] = ""
    empty_action: ClassVar[Any] = ""
    empty_url = ""  # set it on the instance; leads to what fills the table

    def __init__(self, source: sources.Rows, request: HttpRequest, *, count: int | None = None) -> None:
        self.source = source
        self.request = request
        self.params: QueryDict = request.GET
        self._notices: list[str] = []
        self._count = count
        self.text = self.params.get("q", "").strip() if self.search else ""
        self.chosen = {each.name: self._chosen(each) for each in self.filters}
        self.order = self._order()

    # What a table may redefine

    def row_url(self, row: Any) -> str:
        """Return the address a row opens, in the drawer where there is one."""
        return ""

    def row_class(self, row: Any) -> str:
        """Return the classes of a row: is-sel for the open one, ax-out for one that does not count."""
        return ""

    def row_label(self, row: Any) -> str:
        """Return what a screen reader calls a row."""
        return str(self.columns[0].value_of(row) or row)

    def group_label(self, key: Any, members: list[Any]) -> object:
        """Return the heading of a group; may be HTML."""
        return key

    # Rows

    @cached_property
    def matching(self) -> sources.Rows:
        """Return every row that search and filters leave, in order."""
        found = sources.search(self.source, self.text, self.search)
        for each in self.filters:
            if self.chosen[each.name]:
                found = each.narrow(found, self.chosen[each.name])
        if self.order:
            column, descending = self.order
            found = sources.order(found, column.sort_fields, descending=descending)
        return found

    @cached_property
    def total(self) -> int:
        """Return how many rows match."""
        if self._count is not None and not self.is_narrowed:
            return self._count
        return sources.count(self.matching)

    @cached_property
    def page(self) -> int:
        """Return the page in force, within what there is."""
        wanted = self.params.get("page", "1")
        if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= self.pages:
            return int(wanted)
        self._notices.append(_("There is no page “%(page)s”; this is page 1.") % {"page": wanted})
        return 1

    @property
    def notices(self) -> list[str]:
        """Return what the URL asked for and the table does not know."""
        return self._notices if self.page else []

    @property
    def pages(self) -> int:
        """Return the number of pages, at least one."""
        return max(1, -(-self.total // self.page_size))

    @cached_property
    def rows(self) -> list[Any]:
        """Return the rows of this page."""
        first = (self.page - 1) * self.page_size
        return list(self.matching[first : first + self.page_size])

    @cached_property
    def groups(self) -> list[tuple[object, list[Any]]]:
        """Return the rows of this page in their groups; one group without a label when not grouped."""
        if not self.group_by or self.order:
            return [("", self.rows)]
        found = ((key, list(members)) for key, members in groupby(self.rows, lambda row: sources.read(row, self.group_by)))
        return [(self.group_label(key, members), members) for key, members in found]

    @property
    def first(self) -> int:
        """Return the number of the first row on this page."""
        return (self.page - 1) * self.page_size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Return the number of the last row on this page."""
        return min(self.page * self.page_size, self.total)

    @property
    def is_narrowed(self) -> bool:
        """Tell whether a search or filter hides rows."""
        return bool(self.text) or any(self.chosen.values())

    def export_rows(self) -> Iterator[list[Any]]:
        """Yield the headings, then plain values of every matching row."""
        yield [str(column.label) for column in self.shown]
        found = self.matching if isinstance(self.matching, list) else self.matching.iterator(chunk_size=1000)
        for row in found:
            yield [column.export_of(row) for column in self.shown]

    def selected(self) -> sources.Rows:
        """Return the rows a posted bulk action is about: the ticked ones, or all that match."""
        if self.request.POST.get("everything"):
            return self.matching
        keys = self.request.POST.getlist("selected")
        if isinstance(self.matching, list):
            return [row for row in self.matching if str(sources.read(row, "pk")) in keys]
        return self.matching.filter(pk__in=keys)

    # Columns

    @cached_property
    def shown(self) -> list[Column]:
        """Return the columns to draw; the first always stays, because it names the row."""
        names = self.params.getlist("columns") or self._remembered()
        if not names:
            return [column for column in self.columns if column.shown]
        return [column for column in self.columns if column.name in names or column is self.columns[0]]

    @property
    def cookie(self) -> str:
        """Return the name of the cookie that remembers the columns."""
        return f"ax-columns-{self.name}"

    @property
    def span(self) -> int:
        """Return how many columns a group's heading covers."""
        return len(self.shown) + bool(self.actions)

    @property
    def heads(self) -> list[Head]:
        """Return the headings of the columns shown."""
        return [self._head(column) for column in self.shown]

    # Links

    @property
    def filter_views(self) -> list[FilterView]:
        """Return the filters with a link per choice."""
        return [self._filter_view(each) for each in self.filters]

    @property
    def chips(self) -> list[Chip]:
        """Return search text and filter values in force with links that remove them."""
        found = [Chip(_("Search"), self.text, self.link(q=None))] if self.text else []
        for each in self.filters:
            options = each.options()
            for value in self.chosen[each.name]:
                rest = [other for other in self.chosen[each.name] if other != value]
                found.append(Chip(each.label, options[value], self.link(**{each.name: rest})))
        return found

    @property
    def page_links(self) -> list[PageLink]:
        """Return first, last and neighbouring pages with gaps between."""
        near = range(self.page - NEIGHBOURS, self.page + NEIGHBOURS + 1)
        numbers = sorted({1, self.pages} | {number for number in near if 1 <= number <= self.pages})
        found: list[PageLink] = []
        for number in numbers:
            if found and found[-1].number != number - 1:
                found.append(PageLink(None))
            found.append(PageLink(number, self.page_url(number), number == self.page))
        return found

    @property
    def previous_url(self) -> str:
        """Return the link to the page before, if there is one."""
        return self.page_url(self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        """Return the link to the page after, if there is one."""
        return self.page_url(self.page + 1) if self.page < self.pages else ""

    def page_url(self, number: int) -> str:
        """Return the link to a page."""
        return self.link(page=None if number == 1 else str(number))

    @property
    def plain_url(self) -> str:
        """Return the link without search and filters."""
        return self.link(q=None, **{each.name: None for each in self.filters})

    @property
    def query(self) -> str:
        """Return the question as it stands, to post bulk actions to the same rows."""
        return self.link(page=self.params.get("page"))

    @property
    def export_links(self) -> list[tuple[str, str]]:
        """Return a label and link per spreadsheet format."""
        return [(each.upper(), self.link(format=each)) for each in self.export_formats]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return what a search form must carry along besides its text."""
        return [(key, value) for key, values in self.params.lists() if key not in {"q", "page"} for value in values]

    def link(self, **changes: str | list[str] | None) -> str:
        """Return this page's query with changes; every change but the page's leads to page 1."""
        params = self.params.copy()
        for key, value in {"page": None, **changes}.items():
            params.setlist(key, [value] if isinstance(value, str) else value or [])
        return f"?{params.urlencode()}"

    # Reading the request

    def _chosen(self, each: Filter) -> list[str]:
        wanted = list(dict.fromkeys(value for value in self.params.getlist(each.name) if value))
        if not wanted:
            return []
        options = each.options()
        for value in wanted:
            if value not in options:
                self._notices.append(
                    _("“%(value)s” is no choice of %(filter)s; it is left out.")
                    % {"value": value, "filter": each.label}
                )
        known = [value for value in wanted if value in options]
        return known if each.multiple else known[-1:]

    def _order(self) -> tuple[Column, bool] | None:
        wanted = self.params.get("sort", "")
        if not wanted:
            return None
        column = next((each for each in self.columns if each.sort and each.name == wanted.removeprefix("-")), None)
        if column is None:
            self._notices.append(
                _("The table cannot be sorted by “%(sort)s”; it has its usual order.") % {"sort": wanted}
            )
            return None
        return column, wanted.startswith("-")

    def _remembered(self) -> list[str]:
        names = self.request.COOKIES.get(self.cookie, "").split(".")
        return [column.name for column in self.columns if column.name in names]

    def _head(self, column: Column) -> Head:
        if not column.sort:
            return Head(column, "", "")
        if not self.order or self.order[0] is not column:
            return Head(column, self.link(sort=column.name), "")
        if self.order[1]:
            return Head(column, self.link(sort=None), "descending")
        return Head(column, self.link(sort=f"-{column.name}"), "ascending")

    def _filter_view(self, each: Filter) -> FilterView:
        chosen, choices = self.chosen[each.name], []
        for value, label in each.options().items():
            rest = [other for other in chosen if other != value]
            wanted = rest if value in chosen else [*rest, value] if each.multiple else [value]
            choices.append(Choice(label, self.link(**{each.name: wanted}), value in chosen))
        return FilterView(each, choices)
