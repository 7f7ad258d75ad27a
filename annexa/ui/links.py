"""Every link a table offers; each is this page's query with one change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from annexa.ui.columns import Column, Filter, Text

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

    label: Text
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

    label: Text
    value: Text
    url: str


@dataclass(frozen=True)
class PageLink:
    """A page number with its link; number None stands for a gap."""

    number: int | None
    url: str = ""
    current: bool = False


class Links:
    """The half of a table that turns its state into links."""

    columns: Sequence[Column]
    filters: Sequence[Filter]
    export_formats: ClassVar[Sequence[str]]
    params: QueryDict
    text: str
    chosen: dict[str, list[str]]
    order: tuple[Column, bool] | None
    shown: list[Column]
    page: int
    pages: int

    @property
    def heads(self) -> list[Head]:
        """Return the headings of the columns shown."""
        return [self._head(column) for column in self.shown]

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
