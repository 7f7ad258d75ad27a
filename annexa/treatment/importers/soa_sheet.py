"""An existing Statement of Applicability, as rows of a sheet, to changes of our rows. Pure: knows no Django.

Sheets differ, so a person confirms which column is which; ids of the 2013 edition go over the bridge to 2022.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annexa.lib import headings

FIELDS = ("ref", "applicable", "reasons", "justification", "status", "implementation", "owner")
REASON_COLUMNS = ("risk", "legal", "contract", "baseline")
ALL_COLUMNS = (*FIELDS, *REASON_COLUMNS)

HEADINGS: tuple[tuple[str, str], ...] = (
    ("applicable", r"applicab|applies|in scope|include|\bin\b|\bin/out\b|selected|required\?"),
    ("risk", r"^rra$|^ra$|^risk"),
    ("legal", r"^lr$|^legal"),
    ("contract", r"^co$|^contract"),
    ("baseline", r"^br\s*/\s*bp$|^brp?$|^bp$|^baseline|^best practice|^business req"),
    ("reasons", r"\breasons?\b|\bdriver|\bbasis\b|\bsource\b"),
    ("justification", r"justif|rationale|exclusion|why\b|explanation"),
    ("implementation", r"how|implementation (?:detail|descr|method|note)|descri|procedure|evidence|remarks?|comments?"),
    ("status", r"status|implemented|implementation|state\b|progress"),
    ("owner", r"owner|responsible|accountable"),
    (
        "ref",
        r"^(?:control )?(?:id|ref|reference|no|number|clause|section|annex)\b|control (?:id|ref)|^(?:#|control)$",
    ),
)
YES = {
    "yes",
    "y",
    "true",
    "1",
    "x",
    "✓",
    "✔",
    "applicable",
    "applies",
    "in",
    "included",
    "ja",
    "oui",
    "si",
    "sí",
    "sim",
}
NO = {
    "no",
    "n",
    "false",
    "0",
    "-",
    "not applicable",
    "does not apply",
    "n/a",
    "na",
    "out",
    "excluded",
    "left out",
    "nein",
    "non",
    "não",
}
REASONS = {
    "risk": "risk", "risks": "risk", "risk assessment": "risk", "risk treatment": "risk", "ra": "risk", "rra": "risk",
    "legal": "legal", "law": "legal", "lr": "legal", "regulatory": "legal", "regulation": "legal", "statutory": "legal",
    "contract": "contract", "contractual": "contract", "co": "contract", "customer": "contract",
    "baseline": "baseline", "best practice": "baseline", "bp": "baseline", "br": "baseline", "br/bp": "baseline",
    "business": "baseline", "business requirement": "baseline",
}  # fmt: skip
STATUSES = {
    "implemented": "implemented", "fully implemented": "implemented", "yes": "implemented", "done": "implemented",
    "complete": "implemented", "completed": "implemented", "in place": "implemented", "operational": "implemented",
    "in progress": "in_progress", "partial": "in_progress", "partially": "in_progress", "ongoing": "in_progress",
    "partially implemented": "in_progress", "partly implemented": "in_progress", "in_progress": "in_progress",
    "planned": "planned", "to do": "planned", "scheduled": "planned",
    "not started": "not_started", "not implemented": "not_started", "no": "not_started", "open": "not_started",
    "none": "not_started", "missing": "not_started", "not_started": "not_started",
}  # fmt: skip
NOTHING = {"", "n/a", "na", "-", "–", "—"}
_REF = re.compile(r"^\s*(?:annex\s*)?A?[.\s]*(\d{1,2})\.(\d{1,2})(?:\.(\d{1,2}))?(?![\d.])", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """Something in a cell; `kind` says what, in words the layers above translate. Some only warn."""

    cell: str
    kind: str
    value: str
    stops: bool = True


@dataclass(frozen=True)
class Said:
    """What a row of the sheet says of one control."""

    ref: str
    values: dict[str, Any]

    @property
    def applicable(self) -> bool | None:
        return self.values.get("applicable")


@dataclass(frozen=True)
class Change:
    """What becomes of one of our rows; `carried` names the rows of the 2013 edition it comes from."""

    ref: str
    values: dict[str, Any]
    carried: tuple[Said, ...] = ()

    @property
    def disagree(self) -> bool:
        return len({said.applicable for said in self.carried if said.applicable is not None}) > 1


@dataclass(frozen=True)
class Outcome:
    """What a sheet would change, and what is wrong with it."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def stops(self) -> bool:
        return any(problem.stops for problem in self.problems)

    def count(self, applicable: bool | None) -> int:
        """Return how many controls the sheet says are in, out or undecided."""
        return sum(change.values.get("applicable") is applicable for change in self.changes)

    @property
    def carried(self) -> int:
        return sum(bool(change.carried) for change in self.changes)


@dataclass(frozen=True)
class Known:
    """What the statement knows: its controls, the bridge from 2013 ids, and owners by lower-case name or address."""

    refs: frozenset[str]
    bridge: Mapping[str, Sequence[str]]
    owners: Mapping[str, Any]


def find_heading(rows: Sequence[Sequence[Any]]) -> int:
    """Return the index of the row that looks most like headings."""
    return headings.find(rows, HEADINGS)


def guess_columns(heading: Sequence[Any]) -> dict[str, int]:
    """Return which column holds which field, going by the words of the heading."""
    return headings.guess(heading, HEADINGS)


def read(rows: Sequence[Sequence[Any]], columns: Mapping[str, int], known: Known, first: int = 1) -> Outcome:
    """Return what the rows from index `first` on would change."""
    problems: list[Problem] = []
    said: dict[str, Said] = {}
    is_2013 = _is_2013(rows[first:], columns, known)
    for number, row in enumerate(rows[first:], first + 1):
        cells = _Cells(row, number, columns, problems)
        ref = cells.ref(known, is_2013)
        if not ref:
            continue
        if ref in said:
            cells.complain("ref", "twice", ref)
            continue
        said[ref] = Said(ref, cells.values(known))
    if not said and not problems:
        problems.append(Problem("", "nothing", ""))
    return Outcome(_changes(said, known), problems)


class _Cells:
    """The cells of one row, by field."""

    def __init__(self, row: Sequence[Any], number: int, columns: Mapping[str, int], problems: list[Problem]):
        self.row, self.number, self.columns, self.problems = row, number, columns, problems

    def text(self, name: str) -> str:
        index = self.columns.get(name)
        return headings.plain(self.row[index]) if index is not None and index < len(self.row) else ""

    def complain(self, name: str, kind: str, value: str, *, stops: bool = True) -> None:
        self.problems.append(Problem(headings.cell_name(self.number, self.columns[name]), kind, value[:80], stops))

    def ref(self, known: Known, is_2013: bool) -> str:
        """Return the row's id as one of our ids or of 2013; empty for headings, empty rows and unknown ids."""
        text = self.text("ref")
        if not text:
            return ""
        ref = normal_ref(text)
        if isinstance(self.row[self.columns["ref"]], float) and ref:
            self.complain("ref", "number", text)
            return ""
        decided = any(self.text(name) for name in ("applicable", "status", *REASON_COLUMNS))
        if is_2013 and ref.count(".") == 2 and not decided:  # the heading of a section of 2013, no control of 2022
            return ""
        own = next((each for each in known.refs if each.casefold() == text.casefold()), "")
        if own or ref in known.refs or ref in known.bridge:
            return own or ref
        if ref or decided:
            self.complain("ref", "unknown", text)
        return ""

    def values(self, known: Known) -> dict[str, Any]:
        """Return what the row says, leaving out what it leaves empty."""
        found: dict[str, Any] = {}
        self._word(found, "applicable", lambda word: True if word in YES else False if word in NO else None)
        self._word(found, "status", STATUSES.get)
        for name in ("justification", "implementation"):
            if text := self.text(name):
                found[name] = text
        if reasons := self._reasons():
            found["reasons"] = sorted(reasons)
        if (owner := self.text("owner")) and owner.casefold() not in NOTHING:
            if owner.casefold() in known.owners:
                found["owner"] = known.owners[owner.casefold()]
            else:
                self.complain("owner", "owner", owner, stops=False)
        return found

    def _word(self, found: dict[str, Any], name: str, meaning: Callable[[str], Any]) -> None:
        text = self.text(name)
        if not text or (name == "status" and text.casefold() in NOTHING):
            return
        value = meaning(" ".join(text.casefold().rstrip(".").split()))
        if value is None:
            self.complain(name, name, text)
        else:
            found[name] = value

    def _reasons(self) -> set[str]:
        found = set()
        for name in REASON_COLUMNS:
            text = self.text(name).casefold()
            if text and text not in NO and text not in NOTHING:
                found.add(name)
        for word in re.split(r"[,;\n+&|]|\band\b", self.text("reasons").casefold()):
            clean = word.strip(" .")
            if clean in NOTHING:
                continue
            if clean in REASONS:
                found.add(REASONS[clean])
            else:
                self.complain("reasons", "reasons", clean)
        return found


def normal_ref(text: str) -> str:
    """Return an Annex A id as we write it (A.5.1, A.9.2.1), or nothing."""
    match = _REF.match(text)
    return "A." + ".".join(str(int(part)) for part in match.groups() if part) if match else ""


def _changes(said: Mapping[str, Said], known: Known) -> list[Change]:
    carried: dict[str, list[Said]] = {}
    for each in said.values():
        if each.ref not in known.refs:
            for target in known.bridge[each.ref]:
                carried.setdefault(target, []).append(each)
    changes = [
        Change(each.ref, each.values, tuple(carried.pop(each.ref, ())))
        for each in said.values()
        if each.ref in known.refs
    ]
    return changes + [Change(ref, _merge(olds), tuple(olds)) for ref, olds in carried.items() if ref in known.refs]


def _merge(olds: Iterable[Said]) -> dict[str, Any]:
    """Return what several rows of 2013 say together: what they agree on; reasons and prose of all."""
    rows = list(olds)
    merged: dict[str, Any] = {}
    for name in ("applicable", "status", "owner"):
        values = [row.values[name] for row in rows if name in row.values]
        if values and all(value == values[0] for value in values):
            merged[name] = values[0]
    if reasons := {reason for row in rows for reason in row.values.get("reasons", ())}:
        merged["reasons"] = sorted(reasons)
    for name in ("justification", "implementation"):
        if texts := list(dict.fromkeys(row.values[name] for row in rows if name in row.values)):
            merged[name] = "\n".join(texts)
    return merged


def _is_2013(rows: Sequence[Sequence[Any]], columns: Mapping[str, int], known: Known) -> bool:
    index = columns["ref"]
    refs = [normal_ref(headings.plain(row[index])) for row in rows if index < len(row)]
    return sum(ref in known.bridge for ref in refs) > sum(ref in known.refs for ref in refs)
