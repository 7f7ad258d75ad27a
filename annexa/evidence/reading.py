"""Read JSON, JSON Lines, CSV and XML within bounds. Pure: knows no Django."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from annexa.evidence.seen import DEEPEST, MOST_SEEN, NoReport

PIECE = 64 * 1024
ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
Parents = list[tuple[str, Mapping[str, str]]]


def decoded(content: bytes) -> str:
    """Return a file as text; raises NoReport for archives and for what is not UTF-8 (or marked as UTF-16)."""
    if content.startswith(ARCHIVES):
        raise NoReport("archive")
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise NoReport("encoding", f"byte {error.start}") from error


def document(content: bytes) -> Any:
    """Return a JSON document; raises NoReport."""
    return _json(decoded(content), "")


def lines(content: bytes) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield the mappings of a file of JSON Lines with their places; raises NoReport."""
    for index, line in enumerate(decoded(content).splitlines(), 1):
        if line.strip():
            found = _json(line, f"line {index}")
            if not isinstance(found, dict):
                raise NoReport("shape", f"line {index}")
            yield found, f"line {index}"


def rows(content: bytes, needed: set[str]) -> Iterator[tuple[Mapping[str, str], str]]:
    """Yield the rows of a CSV file by their lower-case headings; raises NoReport when a needed heading is missing."""
    reader = csv.reader(io.StringIO(decoded(content), newline=""))
    try:
        headings = [heading.strip().lower() for heading in next(reader, [])]
        if missing := sorted(needed - set(headings)):
            raise NoReport("headings", ", ".join(missing))
        for row in reader:
            if any(row):
                yield dict(zip(headings, row, strict=False)), f"line {reader.line_num}"
            if reader.line_num > MOST_SEEN * 2:
                raise NoReport("many")
    except csv.Error as error:
        raise NoReport("csv", f"line {reader.line_num}") from error


def elements(content: bytes, wanted: set[str]) -> Iterator[tuple[Element, Parents]]:
    """Yield each wanted element of an XML file with what it lies in; refuses every document type (XXE, bombs)."""
    if content.startswith(ARCHIVES):
        raise NoReport("archive")
    walker = _Walker(wanted)
    for start in range(0, max(len(content), 1), PIECE):
        try:
            walker.parser.Parse(content[start : start + PIECE], start + PIECE >= len(content))
        except expat.ExpatError as error:
            raise NoReport("xml", f"line {error.lineno}") from error
        except (LookupError, ValueError) as error:  # an encoding that nobody knows
            if isinstance(error, NoReport):
                raise
            raise NoReport("encoding") from error
        yield from walker.found
        walker.found.clear()


def child(element: Element, path: str) -> str:
    """Return the text of the first element on a path, or an empty one."""
    found = element.find(path)
    return "" if found is None else "".join(found.itertext())


class _Walker:
    """Builds only what is wanted, so that memory follows the largest element and not the file."""

    def __init__(self, wanted: set[str]):
        self.wanted, self.found = wanted, []
        self.way: Parents = []
        self.builder: TreeBuilder | None = None
        self.inside = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data

    found: list[tuple[Element, Parents]]

    def refuse(self, *_given: Any) -> None:
        raise NoReport("doctype", f"line {self.parser.CurrentLineNumber}")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.way) >= DEEPEST:
            raise NoReport("deep", f"line {self.parser.CurrentLineNumber}")
        if self.builder is None and tag in self.wanted:
            self.builder, self.inside = TreeBuilder(), len(self.way)
        self.way.append((tag, attributes))
        if self.builder is not None:
            self.builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        self.way.pop()
        if self.builder is not None:
            self.builder.end(tag)
            if len(self.way) == self.inside:
                self.found.append((self.builder.close(), list(self.way)))
                self.builder = None

    def data(self, given: str) -> None:
        if self.builder is not None:
            self.builder.data(given)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")  # RFC 8259, section 6


def _json(given: str, place: str) -> Any:
    try:
        return json.loads(given, parse_constant=_refuse)
    except RecursionError as error:
        raise NoReport("deep", place) from error
    except json.JSONDecodeError as error:
        raise NoReport("json", place or f"line {error.lineno}") from error
    except ValueError as error:  # a number of too many digits
        raise NoReport("json", place) from error
