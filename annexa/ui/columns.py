"""What a table is declared with: columns, filters and actions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from annexa.ui import sources

Text = str | Promise
Choices = Iterable[tuple[str, Text]]


@dataclass(frozen=True)
class Column:
    """One column: a name that is also the attribute it shows, unless `value`, `cell` or `export` say otherwise."""

    name: str
    label: Text
    sort: str | tuple[str, ...] = ""
    cell: str | Callable[[Any], object] = ""  # a template that sees row and value, or a function that returns HTML
    value: Callable[[Any], Any] | None = None
    export: Callable[[Any], Any] | None = None
    numeric: bool = False
    shown: bool = True  # False: only once somebody chooses it
    small: bool = True  # False: left out on a narrow screen and beside an open drawer
    css: str = ""

    @property
    def sort_fields(self) -> tuple[str, ...]:
        """Return the fields to sort by."""
        return (self.sort,) if isinstance(self.sort, str) else self.sort

    @property
    def classes(self) -> str:
        """Return the classes of the cells."""
        return " ".join(filter(None, ("num" if self.numeric else "", "" if self.small else "ax-x", self.css)))

    def value_of(self, row: Any) -> Any:
        """Return the plain value that a row has here."""
        return self.value(row) if self.value else sources.read(row, self.name)

    def export_of(self, row: Any) -> Any:
        """Return what a spreadsheet shows for a row."""
        return self.export(row) if self.export else self.value_of(row)


@dataclass(frozen=True)
class Filter:
    """A filter kept in the URL; `field` filters by equality, `apply` gets the rows and the list of chosen values."""

    name: str
    label: Text
    choices: Choices | Callable[[], Choices] = ()
    field: str = ""
    apply: Callable[[Any, list[str]], Any] | None = None
    multiple: bool = True

    def options(self) -> dict[str, Text]:
        """Return value and label of each choice."""
        found = self.choices() if callable(self.choices) else self.choices
        return {str(value): label for value, label in found}

    def narrow(self, subject: Any, values: list[str]) -> Any:
        """Return the rows that have one of the values."""
        if self.apply:
            return self.apply(subject, values)
        field = self.field or self.name
        if isinstance(subject, list):
            return [row for row in subject if str(sources.read(row, field)) in values]
        return subject.filter(**{f"{field}__in": values})


@dataclass(frozen=True)
class Action:
    """Something to do with all selected rows."""

    value: str
    label: Text
    confirm: Text = ""
    icon: str = ""
    danger: bool = False
