"""An inventory that somebody keeps in a sheet, as values of our assets. Pure: knows no Django.

An empty cell leaves what is there and a single hyphen empties it. Rows are matched by their own id, else by our
reference, else by a name that only one asset has: the same sheet brought in again changes rows and doubles none.
"""

import datetime
import math
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annexa.lib.cells import CLEAR, Problem, Row

HEADINGS: tuple[tuple[str, str], ...] = (
    (
        "own_id",
        r"^(?:asset |inventory |own |external )?(?:id|ref(?:erence)?|no\.?|number|tag|key|code)$|^#$"
        r"|^asset[ -]?(?:id|tag|no)",
    ),
    ("custodian", r"custodian|administrator|technical owner|maintained by|admin\b"),
    ("owner", r"owner|responsible|accountable"),
    ("classification", r"classif|sensitivity|label|protection need"),
    ("confidentiality", r"^c$|^conf|confidentiality"),
    ("integrity", r"^i$|^int(?:eg|$)|integrity"),
    ("availability", r"^a$|^avail|availability"),
    ("recovery_time", r"\brto\b|recovery time"),
    ("recovery_point", r"\brpo\b|recovery point"),
    ("personal_data", r"personal data|\bpii\b|gdpr|personal information"),
    ("unpatchable", r"unpatch|cannot be patched|end of life|\beol\b"),
    ("vendor_managed", r"vendor[- ]managed|managed by (?:vendor|supplier)"),
    ("needs", r"depends|needs|dependenc|relies on|runs on"),
    ("review_due", r"review"),
    ("state", r"^state$|status|life ?cycle"),
    ("location", r"location|site|where|room|region"),
    ("tags", r"tags?$|keywords"),
    ("scope", r"scope"),
    ("kind", r"type|kind|category|class$"),
    ("name", r"name|^asset$|title|hostname|system$"),
    ("description", r"descri|purpose|notes?$|comment|remarks?"),
)  # fmt: skip
FIELDS = tuple(name for name, _pattern in HEADINGS)
LENGTHS = {"own_id": 120, "name": 200, "location": 200, "description": 20_000}
DIMENSIONS = ("confidentiality", "integrity", "availability")
PEOPLE = ("owner", "custodian")
VALUES = {
    "very low": 1, "negligible": 1, "none": 1, "minimal": 1,
    "low": 2, "l": 2, "minor": 2,
    "medium": 3, "moderate": 3, "m": 3, "normal": 3,
    "high": 4, "h": 4, "major": 4,
    "very high": 5, "critical": 5, "severe": 5,
}  # fmt: skip
KINDS = {
    "information": "information", "data": "information", "database": "information", "document": "information",
    "documents": "information", "dataset": "information", "record": "information", "records": "information",
    "software": "software", "application": "software", "app": "software", "program": "software", "library": "software",
    "service": "service", "cloud": "service", "saas": "service", "cloud service": "service", "it service": "service",
    "hardware": "hardware", "server": "hardware", "laptop": "hardware", "device": "hardware", "endpoint": "hardware",
    "network": "hardware", "computer": "hardware", "workstation": "hardware", "mobile": "hardware", "phone": "hardware",
    "people": "people", "person": "people", "team": "people", "role": "people", "staff": "people",
    "site": "site", "building": "site", "location": "site", "office": "site", "room": "site", "facility": "site",
    "provided by a supplier": "supplied", "supplied": "supplied", "supplier": "supplied", "vendor": "supplied",
    "third party": "supplied", "outsourced": "supplied",
    "operational technology": "operational", "operational": "operational", "ot": "operational", "ics": "operational",
    "plc": "operational", "scada": "operational",
    "medical or iot device": "device", "medical device": "device", "iot": "device", "iot device": "device",
    "medical": "device",
}  # fmt: skip
STATES = {
    "planned": "planned", "ordered": "planned", "in use": "in_use", "in_use": "in_use", "active": "in_use",
    "live": "in_use", "production": "in_use", "operational": "in_use", "retired": "retired",
    "decommissioned": "retired", "disposed": "retired", "inactive": "retired",
}  # fmt: skip
YES = {"yes", "y", "true", "1", "x", "✓", "ja", "oui", "si", "sí", "sim"}
NO = {"no", "n", "false", "0", "nein", "non", "não"}
UNITS = {"": 1, "h": 1, "hr": 1, "hrs": 1, "hour": 1, "hours": 1, "d": 24, "day": 24, "days": 24, "w": 168, "week": 168,
         "weeks": 168, "m": 1 / 60, "min": 1 / 60, "minutes": 1 / 60}  # fmt: skip
LONGEST_RECOVERY = 8760
MOST_TAGS, LONGEST_TAG = 20, 40
_TIME = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]*)")


@dataclass
class Line:
    """One row of the sheet: which asset it is about (None for a new one), what it says, and what that one needs.

    `needs` names lines of the sheet by their index and known assets by their key.
    """

    number: int
    key: Any
    values: dict[str, Any]
    needs: list[tuple[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What is there: assets by lower-case own id, reference and name; members, scopes and words of the organisation."""

    own_ids: Mapping[str, Hashable] = field(default_factory=dict)
    references: Mapping[str, Hashable] = field(default_factory=dict)
    names: Mapping[str, Hashable | None] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    scopes: Mapping[str, Any] = field(default_factory=dict)
    classifications: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)  # raises ValueError with a sentence


@dataclass(frozen=True)
class Outcome:
    """What a sheet says, and what is wrong with it."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def stops(self) -> bool:
        return any(problem.stops for problem in self.problems)


def read(rows: Sequence[Sequence[Any]], columns: Mapping[str, int], known: Known, first: int = 1) -> Outcome:
    """Return what the rows from index `first` on say; every problem names its cell."""
    problems: list[Problem] = []
    lines: list[Line] = []
    wants: list[tuple[Line, _Row]] = []
    by_word: dict[str, int] = {}
    seen: set[Hashable] = set()
    for number, cells in enumerate(rows[first:], first + 1):
        row = _Row(cells, number, columns, problems)
        if row.is_empty:
            continue
        line = Line(number, row.match(known), row.values(known))
        called = row.text("own_id") or row.text("name")
        identity = called.casefold() if line.key is None else line.key
        if identity and identity in seen:
            row.complain("own_id" if row.text("own_id") else "name", "twice", called)
            continue
        seen.add(identity)
        if line.key is None and not line.values.get("name"):
            row.complain("name", "name", "")
        if line.key is None:
            line.values.setdefault("kind", "information")
        for name in ("own_id", "name"):
            if word := str(line.values.get(name) or "").casefold():
                by_word.setdefault(word, len(lines))
        lines.append(line)
        wants.append((line, row))
    for line, row in wants:
        line.needs = row.needs(known, by_word)
    if not lines and not problems:
        problems.append(Problem("", "nothing", ""))
    return Outcome(lines, problems)


class _Row(Row):
    """The cells of one row, by field."""

    def match(self, known: Known) -> Hashable | None:
        """Return the asset a row is about, or None for a new one."""
        if own := self.text("own_id").casefold():
            return known.own_ids.get(own, known.references.get(own))
        return known.names.get(self.text("name").casefold())

    def values(self, known: Known) -> dict[str, Any]:
        """Return what the row says, leaving out what it leaves empty."""
        found: dict[str, Any] = {}
        for name, longest in LENGTHS.items():
            self.take_text(found, name, longest, lines=name == "description")
        if (own := found.get("own_id", "").casefold()) in known.references or own in known.own_ids:
            del found["own_id"]  # it is what the row was found by
        self._words(found, known)
        for name in DIMENSIONS:
            self._take(found, name, None, _value)
        for name in ("recovery_time", "recovery_point"):
            self._take(found, name, None, _hours)
        for name in ("personal_data", "unpatchable", "vendor_managed"):
            self._take(found, name, False, lambda text: True if text in YES else False if text in NO else None)
        self.take_day(found, "review_due")
        self._tags(found)
        self._extra(found, known)
        return found

    def needs(self, known: Known, lines: Mapping[str, int]) -> list[tuple[str, Any]]:
        """Return what the row's asset needs, by line of the sheet or key of a known asset."""
        found: list[tuple[str, Any]] = []
        for text in self.words("needs"):
            plain = text.casefold()
            key = known.own_ids.get(plain) or known.references.get(plain) or known.names.get(plain)
            if plain in lines:
                found.append(("line", lines[plain]))
            elif key is not None:
                found.append(("asset", key))
            else:
                self.complain("needs", "needs", text)
        return list(dict.fromkeys(found))

    def _words(self, found: dict[str, Any], known: Known) -> None:
        self._take(found, "kind", None, KINDS.get)
        self._take(found, "state", None, STATES.get)
        self._take(found, "classification", "", known.classifications.get)
        self._take(found, "scope", None, known.scopes.get)
        for name in PEOPLE:
            self.take_person(found, name, known.members)

    def _take(self, found: dict[str, Any], name: str, empty: Any, meaning: Callable[[str], Any]) -> None:
        text = self.text(name)
        if not text:
            return
        if text in CLEAR and name not in ("kind", "state"):
            found[name] = empty
            return
        value = meaning(" ".join(text.casefold().split()))
        if value is None:
            self.complain(name, name if name not in DIMENSIONS else "value", text)
        else:
            found[name] = value

    def _tags(self, found: dict[str, Any]) -> None:
        text = self.text("tags")
        if text in CLEAR:
            found["tags"] = []
        elif text:
            known: dict[str, str] = {}
            for each in re.split(r"[;,\n|]", text):
                if word := " ".join(each.split()):
                    known.setdefault(word.casefold(), word)
            if len(known) > MOST_TAGS or any(len(word) > LONGEST_TAG for word in known.values()):
                self.complain("tags", "tags", text)
            else:
                found["tags"] = list(known.values())

    def _extra(self, found: dict[str, Any], known: Known) -> None:
        values: dict[str, Any] = {}
        for key, meaning in known.extra.items():
            name = f"extra.{key}"
            text = self.text(name)
            if not text:
                continue
            if text in CLEAR:
                values[key] = None
                continue
            cell = self.cell(name)
            try:
                values[key] = meaning(cell.isoformat() if isinstance(cell, datetime.date) else text)
            except ValueError as error:
                self.complain(name, "extra", text, detail=str(error))
        if values:
            found["extra"] = values


def _value(text: str) -> int | None:
    if text in VALUES:
        return VALUES[text]
    number = re.match(r"([1-5])(?:\s*[-–:(/].*)?$", text)
    return int(number.group(1)) if number else None


def _hours(text: str) -> int | None:
    found = _TIME.fullmatch(text)
    if not found or found.group(2) not in UNITS:
        return None
    hours = math.ceil(float(found.group(1).replace(",", ".")) * UNITS[found.group(2)])
    return hours if hours <= LONGEST_RECOVERY else None
