"""A register that somebody keeps in a sheet, as values of our risks. Pure: knows no Django.

Rows are matched by their own id, else by our reference, else by a title that only one open risk has: the same sheet
brought in again changes rows and doubles none. A reading is added only where it differs from the newest one.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annexa.lib.cells import CLEAR, Problem, Row

STAGES = ("inherent", "current", "target")
READ = tuple(f"{stage}_{side}" for stage in STAGES for side in ("likelihood", "impact"))
_FIRST = r"inherent|gross|initial|raw|before"
_LAST = r"target|residual|net\b|planned|after"
_OFTEN, _BAD = r"likelihood|probab|frequen|how often", r"impact|severity|consequence level|damage"
HEADINGS: tuple[tuple[str, str], ...] = (
    ("inherent_likelihood", rf"(?:{_FIRST}).*(?:{_OFTEN})|(?:{_OFTEN}).*(?:{_FIRST})"),
    ("inherent_impact", rf"(?:{_FIRST}).*(?:{_BAD})|(?:{_BAD}).*(?:{_FIRST})"),
    ("target_likelihood", rf"(?:{_LAST}).*(?:{_OFTEN})|(?:{_OFTEN}).*(?:{_LAST})"),
    ("target_impact", rf"(?:{_LAST}).*(?:{_BAD})|(?:{_BAD}).*(?:{_LAST})"),
    ("current_likelihood", _OFTEN),
    ("current_impact", _BAD),
    ("own_id", r"^(?:risk |register |own )?(?:id|ref(?:erence)?|no\.?|number|key|code)$|^#$|^risk[ -]?(?:id|no|ref)"),
    ("decision_note", r"decided because|justif|rationale|grounds"),
    ("decision", r"decision|^treatment(?: option| strategy)?$|response|option|strategy"),
    ("treating", r"planned controls?|treating|treatment controls?|controls? (?:to|planned)"),
    ("existing", r"controls?"),
    ("owner", r"owner|responsible|accountable"),
    ("assets", r"assets?|affects"),
    ("review_due", r"review|next reading|reassess"),
    ("nature", r"nature|threat or opportunity|^type$"),
    ("category", r"categor|area|domain"),
    ("vulnerability", r"vulnerab|weakness"),
    ("threat", r"threat"),
    ("cause", r"cause"),
    ("consequence", r"consequence|effect|outcome"),
    ("event", r"event|scenario|descri"),
    ("sources", r"^sources?$|origin|identified"),
    ("knowledge", r"knowledge|confidence|certainty"),
    ("title", r"title|^risk$|risk name|^name$|summary"),
)  # fmt: skip
FIELDS = tuple(name for name, _pattern in HEADINGS)
LINES = {"own_id": 120, "title": 200, "category": 60, "threat": 120, "vulnerability": 200}
TEXTS = ("cause", "event", "consequence", "sources", "decision_note")
NATURES = {"threat": "threat", "risk": "threat", "negative": "threat", "opportunity": "opportunity",
           "chance": "opportunity", "positive": "opportunity"}  # fmt: skip
DECISIONS = {
    "mitigate": "mitigate", "mitigation": "mitigate", "reduce": "mitigate", "treat": "mitigate", "modify": "mitigate",
    "control": "mitigate", "avoid": "avoid", "terminate": "avoid", "avoidance": "avoid", "transfer": "transfer",
    "share": "transfer", "insure": "transfer", "accept": "accept", "tolerate": "accept", "retain": "accept",
    "acceptance": "accept", "undecided": "", "open": "", "tbd": "",
}  # fmt: skip
KNOWLEDGE = {"weak": "weak", "low": "weak", "a guess": "weak", "guess": "weak", "fair": "fair", "medium": "fair",
             "judgement of people who know": "fair", "strong": "strong", "high": "strong",
             "data of our own": "strong"}  # fmt: skip
NEEDS_GROUNDS = ("avoid", "transfer", "accept")


@dataclass
class Line:
    """One row of the sheet: which risk it is about (None for a new one), and what it says."""

    number: int
    key: Any
    values: dict[str, Any]
    decision: dict[str, Any] = field(default_factory=dict)
    readings: dict[str, tuple[int, int]] = field(default_factory=dict)  # by stage: likelihood and impact, as steps


@dataclass(frozen=True)
class Risk:
    """What a known risk has already: enough to tell whether a decision can stand."""

    has_controls: bool = False
    grounds: str = ""


@dataclass(frozen=True)
class Known:
    """What is there: risks by lower-case own id, reference and title; assets, controls, members; the method's steps.

    A title that several open risks share stands for None.
    """

    own_ids: Mapping[str, Hashable] = field(default_factory=dict)
    references: Mapping[str, Hashable] = field(default_factory=dict)
    titles: Mapping[str, Hashable | None] = field(default_factory=dict)
    risks: Mapping[Any, Risk] = field(default_factory=dict)
    assets: Mapping[str, Any] = field(default_factory=dict)
    controls: Mapping[str, Any] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    likelihood: Mapping[str, int] = field(default_factory=dict)
    impact: Mapping[str, int] = field(default_factory=dict)


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
    found = Outcome()
    seen: set[Hashable] = set()
    for number, cells in enumerate(rows[first:], first + 1):
        row = _Row(cells, number, columns, found.problems)
        if row.is_empty:
            continue
        line = row.line(known)
        called = row.own_id or row.text("title")
        identity = called.casefold() if line.key is None else line.key
        if identity in seen:
            row.complain("own_id" if row.own_id else "title", "twice", called)
            continue
        seen.add(identity)
        found.lines.append(line)
    if not found.lines and not found.problems:
        found.problems.append(Problem("", "nothing", ""))
    return found


class _Row(Row):
    """The cells of one row, by field."""

    @property
    def own_id(self) -> str:
        """Return what the row calls itself; a hyphen means nothing."""
        text = self.text("own_id")
        return "" if text in CLEAR else text

    def line(self, known: Known) -> Line:
        line = Line(self.number, self._match(known), self._values(known))
        if line.key is None and not line.values.get("title"):
            self.complain("title", "title", "")
        line.decision = self._decision(known, known.risks.get(line.key, Risk()))
        line.readings = {stage: steps for stage in STAGES if (steps := self._reading(stage, known))}
        return line

    def _match(self, known: Known) -> Hashable | None:
        if own := self.own_id.casefold():
            return known.own_ids.get(own, known.references.get(own))
        title = self.text("title").casefold()
        if title in known.titles and known.titles[title] is None:
            self.complain("title", "ambiguous", self.text("title"))
        return known.titles.get(title)

    def _values(self, known: Known) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, longest in LINES.items():
            self.take_text(found, name, longest)
        for name in TEXTS[:-1]:
            self.take_text(found, name, 20_000, lines=True)
        if (
            not found.get("own_id")
            or (own := str(found["own_id"]).casefold()) in known.references
            or own in known.own_ids
        ):
            found.pop("own_id", None)  # it is what the row was found by
        self._choose(found, "nature", NATURES)
        self._choose(found, "knowledge", KNOWLEDGE)
        self.take_person(found, "owner", known.members)
        self.take_day(found, "review_due")
        if self.text("assets"):
            found["assets"] = self._named("assets", known.assets, "asset")
        return found

    def _decision(self, known: Known, there: Risk) -> dict[str, Any]:
        """Return what is decided, and complain where the decision could not stand."""
        found: dict[str, Any] = {}
        self._choose(found, "decision", DECISIONS)
        self.take_text(found, "decision_note", 4000, lines=True)
        for name in ("existing", "treating"):
            if self.text(name):
                found[name] = self._named(name, known.controls, "control")
        decision, grounds = found.get("decision"), found.get("decision_note", there.grounds)
        has_controls = bool(found.get("existing") or found.get("treating")) or there.has_controls
        if decision == "mitigate" and not has_controls:
            self.complain("decision", "no_control", self.text("decision"))
        if decision in NEEDS_GROUNDS and not grounds:
            self.complain("decision", "no_grounds", self.text("decision"))
        return found

    def _reading(self, stage: str, known: Known) -> tuple[int, int] | None:
        """Return likelihood and impact of a stage, or None where the row says neither."""
        names = (f"{stage}_likelihood", f"{stage}_impact")
        if not any(self.text(name) for name in names):
            return None
        steps = [self._step(name, words) for name, words in zip(names, (known.likelihood, known.impact), strict=True)]
        return (steps[0], steps[1]) if steps[0] and steps[1] else None

    def _step(self, name: str, words: Mapping[str, int]) -> int | None:
        """Return a step by its number or its name; a cell may hold both, as `3 Possible` or `3 - Possible`."""
        text = " ".join(self.text(name).casefold().split())
        if not text:
            self.complain(name, "half", "")
            return None
        number = re.match(r"(\d)(?:\s*[-–:(/. ].*)?$", text)
        step = words.get(text) or (int(number.group(1)) if number else None)
        if step not in set(words.values()):
            self.complain(name, "step" if words else "method", text)
            return None
        return step

    def _choose(self, found: dict[str, Any], name: str, words: Mapping[str, str]) -> None:
        text = self.text(name)
        if not text:
            return
        value = words.get(" ".join(text.casefold().split())) if text not in CLEAR else ""
        if value is None or (value == "" and name != "decision"):
            self.complain(name, name, text)
        else:
            found[name] = value

    def _named(self, name: str, known: Mapping[str, Any], kind: str) -> list[Any]:
        """Return the rows that a cell names; a control may have its title behind its id."""
        if whole := known.get(self.text(name).casefold()):  # one whose name has a comma
            return [whole]
        found = []
        for word in self.words(name):
            row = known.get(word.casefold()) or known.get(word.split()[0].casefold())
            if row is None:
                self.complain(name, kind, word)
            else:
                found.append(row)
        return list(dict.fromkeys(found))
