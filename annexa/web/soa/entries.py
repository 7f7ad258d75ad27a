"""What the table and the drawer show of one control, from a working row or a frozen line."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annexa.evidence.queries.status import Light
from annexa.treatment.models import Conformity, Reason, StatementRow, Status
from annexa.treatment.queries.statements import Line, Picture, conformity_of

STATUS_KINDS = {"implemented": "ok", "in_progress": "part", "planned": "idle", "not_started": "none"}
STATUS_WORDS = dict(Status.choices)
REASON_WORDS = dict(Reason.choices)
CONFORMITY_WORDS = dict(Conformity.choices)
CONFORMITY_KINDS = {"conforming": "ok", "partial": "part", "nonconforming": "bad"}
FIELD_WORDS = {
    "applicable": gettext_lazy("Applicable"),
    "reasons": gettext_lazy("Reasons"),
    "justification": gettext_lazy("Justification"),
    "status": gettext_lazy("Status"),
    "implementation": gettext_lazy("How implemented"),
    "owner": gettext_lazy("Owner"),
    "links": gettext_lazy("Links"),
    "decision_needed": gettext_lazy("To decide for 2022"),
}
THEMES = {
    "organizational": gettext_lazy("Organizational"),
    "people": gettext_lazy("People"),
    "physical": gettext_lazy("Physical"),
    "technological": gettext_lazy("Technological"),
    "own": gettext_lazy("Own controls"),
}
# What people say (implemented or not) beside what the newest gap analysis says: kind of mark, word.
AGREES, CONTRADICTS = ("ok", gettext_lazy("Agrees")), ("bad", gettext_lazy("Contradicts"))
BEHIND, AHEAD = ("warn", gettext_lazy("Only partly")), ("warn", gettext_lazy("Sees it done"))
SILENT = ("idle", gettext_lazy("Not assessed"))


# What evidence and scanners say: kind of mark, word.
LIGHTS = {
    "contradicted": ("bad", gettext_lazy("Contradicted")),
    "weakness": ("warn", gettext_lazy("Weakness")),
    "expired": ("warn", gettext_lazy("Expired")),
    "shown": ("ok", gettext_lazy("Shown")),
    "nothing": ("none", gettext_lazy("No data")),
}


@dataclass(frozen=True)
class Entry:
    """One control of a statement with what the rest of the ISMS says of it."""

    line: Line
    owner_id: uuid.UUID | None = None
    conformity: str = ""
    obligations: int = 0
    problems: list[tuple[str, bool]] = field(default_factory=list)
    proposed: bool = False
    from_profile: bool = False
    decision_needed: bool = False
    changed_at: datetime | None = None
    light: Light | None = None  # what evidence and scanners say; None where it is not asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self.line, name)

    @property
    def pk(self) -> str:
        return self.line.row_id

    @property
    def answer(self) -> str:
        return {True: "yes", False: "no", None: "undecided"}[self.line.applicable]

    @property
    def answer_word(self) -> str:
        return answer_word(self.answer)

    @property
    def reason_words(self) -> list[Any]:
        return [REASON_WORDS[each] for each in self.line.reasons]

    @property
    def status_kind(self) -> str:
        return STATUS_KINDS[self.line.status]

    @property
    def status_label(self) -> Any:
        return STATUS_WORDS[self.line.status]

    @property
    def conformity_kind(self) -> str:
        return CONFORMITY_KINDS.get(self.conformity, "idle")

    @property
    def conformity_label(self) -> Any:
        return CONFORMITY_WORDS[self.conformity or Conformity.NOT_ASSESSED]

    @property
    def verdict(self) -> tuple[str, Any]:
        """Return whether the gap analysis agrees with what people say."""
        return _verdict(self.line.applicable, self.line.status, self.conformity)


def of_picture(picture: Picture, lights: dict[uuid.UUID, Light]) -> list[Entry]:
    """Return the entries of a working statement, with the light of each control by its id."""
    problems: dict[uuid.UUID, list[tuple[str, bool]]] = {}
    for each in picture.contradictions:
        problems.setdefault(each.row_id, []).append((each.sentence, each.stops))
    return [_of_row(row, picture, problems.get(row.pk, []), lights.get(row.requirement_id)) for row in picture.rows]


def of_lines(lines: list[Line]) -> list[Entry]:
    """Return the entries of an approved version."""
    return [Entry(line) for line in lines]


def _of_row(row: StatementRow, picture: Picture, problems: list[tuple[str, bool]], light: Light | None) -> Entry:
    return Entry(
        picture.lines[row.pk],
        owner_id=row.owner_id,
        conformity=conformity_of(row),
        obligations=len(picture.obligations.get(row.requirement.ref, ())),
        problems=problems,
        proposed=bool(row.proposal) and row.applicable is None,
        from_profile=row.from_profile,
        decision_needed=bool(row.decision_needed),
        changed_at=row.changed_at if row.changed_by_id else None,
        light=light,
    )


def _verdict(applicable: bool | None, status: str, conformity: str) -> tuple[str, Any]:
    if conformity in ("", Conformity.NOT_ASSESSED):
        return SILENT
    if applicable is None:
        return "idle", CONFORMITY_WORDS[conformity]
    if applicable is False or conformity == Conformity.NOT_APPLICABLE:
        return AGREES if applicable is False and conformity == Conformity.NOT_APPLICABLE else CONTRADICTS
    if status == Status.IMPLEMENTED:
        return {Conformity.CONFORMING: AGREES, Conformity.PARTIAL: BEHIND}.get(Conformity(conformity), CONTRADICTS)
    return AHEAD if conformity == Conformity.CONFORMING else AGREES


def answer_word(answer: str) -> str:
    """Return yes, no or undecided as people read it."""
    return {"yes": _("Yes"), "no": _("No"), "undecided": _("Undecided")}[answer]
