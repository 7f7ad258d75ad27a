"""A report as plain values: what it says, before any file format. Pure: knows no Django."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Column:
    """A column of a report's table; `width` is a share of the page, `wrap` marks prose."""

    label: str
    width: float = 1.0
    wrap: bool = False


@dataclass(frozen=True)
class Group:
    """A run of rows under a heading; an empty heading means none."""

    heading: str
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Table:
    """A table an auditor can read: the heading row repeats on every page."""

    columns: Sequence[Column]
    groups: Sequence[Group]
    name: str = ""

    @property
    def rows(self) -> list[Sequence[Any]]:
        return [row for group in self.groups for row in group.rows]


@dataclass(frozen=True)
class Section:
    """A heading, sentences, and perhaps a table."""

    heading: str
    paragraphs: Sequence[str] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Report:
    """A report with its title page: facts (version, approval), notices that must not be missed, then sections."""

    title: str
    subtitle: str = ""
    facts: Sequence[tuple[str, str]] = ()
    notices: Sequence[str] = ()
    sections: Sequence[Section] = ()
    language: str = "en"
    footer: str = ""
    landscape: bool = False
    words: dict[str, str] = field(default_factory=dict)  # translated words of the layout: page, of


@dataclass(frozen=True)
class File:
    """A rendered report."""

    name: str
    media_type: str
    content: bytes
