"""Tables declared once: search, filters, order, pages, chosen columns and export, all held in the URL."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any, ClassVar

from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annexa.lib.text import whole_number
from annexa.ui import sources
from annexa.ui.columns import Action, Column, Filter
from annexa.ui.links import Links

__all__ = ["Action", "Column", "Filter", "Table"]


class Table(Links):
    """Base of all tables; declare the class attributes and give it rows and the request."""

    name: ClassVar[str] = "rows"
    label: Any = gettext_lazy("Rows")
    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    search: ClassVar[Sequence[str]] = ()
    search_label: ClassVar[Any] = gettext_lazy("Find")
    actions: Sequence[Action] = ()
    page_size: ClassVar[int] = 50
    opens_drawer: ClassVar[bool] = True  # False: a row leads to a page of its own
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
        return format_html("<strong>{}</strong>", key)

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
    def page(self) -> int:  # type: ignore[override]
        """Return the page in force, within what there is."""
        wanted = self.params.get("page", "1")
        number = whole_number(wanted)
        if number is not None and 1 <= number <= self.pages:
            return number
        self._notices.append(_("There is no page “%(page)s”; this is page 1.") % {"page": wanted})
        return 1

    @property
    def notices(self) -> list[str]:
        """Return what the URL asked for and the table does not know."""
        return self._notices if self.page else []

    @property
    def pages(self) -> int:  # type: ignore[override]
        """Return the number of pages, at least one."""
        return max(1, -(-self.total // self.page_size))

    @cached_property
    def rows(self) -> list[Any]:
        """Return the rows of this page."""
        first = (self.page - 1) * self.page_size
        return sources.part(self.matching, first, self.page_size)

    @cached_property
    def groups(self) -> list[tuple[object, list[Any]]]:
        """Return the rows of this page in their groups; one group without a label when not grouped."""
        if not self.group_by or self.order:
            return [("", self.rows)]
        found = (
            (key, list(members)) for key, members in groupby(self.rows, lambda row: sources.read(row, self.group_by))
        )
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
        return self.matching.filter(pk__in=[key for key in keys if sources.is_key(self.matching, key)])

    # Columns

    @cached_property
    def shown(self) -> list[Column]:  # type: ignore[override]
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
