"""What was struck out and what was written instead, word by word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz.distance import Indel

from annexa.treatment.queries.statements import Change
from annexa.web.soa.entries import FIELD_WORDS, REASON_WORDS, STATUS_WORDS, answer_word

PROSE = ("justification", "implementation")
ALIKE = 0.4  # below it, single words in common only make a riddle
STRAY = 3  # as many words, kept between longer changes, go down with them
KINDS = {
    "added": ("ok", "plus", gettext_lazy("Added")),
    "removed": ("bad", "minus", gettext_lazy("Removed")),
    "changed": ("part", "pencil", gettext_lazy("Changed")),
}


Step = tuple[str, int, int, int, int]  # what to do, and the words of the old and of the new text it is about


@dataclass
class Budget:
    """How many pairs of words may still be compared: two versions whose texts are all as long as they may be fit in."""

    left: int = 2_500_000_000

    def allows(self, pairs: int) -> bool:
        """Take the price of one comparison, unless there is too little left."""
        if pairs > self.left:
            return False
        self.left -= pairs
        return True


@dataclass(frozen=True)
class Redline:
    """One control that differs, with each field before and after in one line."""

    ref: str
    title: str
    kind: tuple[str, str, Any]
    fields: list[tuple[str, SafeString]]


def of_changes(changes: Iterable[Change]) -> list[Redline]:
    """Return the changes as they are read, for no more comparing of words than one page may cost."""
    budget = Budget()
    return [_of_change(change, budget) for change in changes]


def words(before: str, after: str, budget: Budget) -> SafeString:
    """Return a text with what was struck out and what was added."""
    if not before or not after:
        return _replaced(before, after)
    old, new = re.findall(r"\s*\S+", before), re.findall(r"\s*\S+", after)
    if not budget.allows(len(old) * len(new)):
        return format_html("{} {}", _replaced(before, after), _note())
    steps = _phrases(Indel.opcodes(old, new))
    kept = sum(end - start for tag, start, end, _start, _end in steps if tag == "equal")
    if 2 * kept < ALIKE * (len(old) + len(new)):
        return _replaced(before, after)
    return SafeString("".join(_part(tag, old[i:j], new[k:m]) for tag, i, j, k, m in steps))


def _of_change(change: Change, budget: Budget) -> Redline:
    fields = [(str(FIELD_WORDS[name]), _field(name, before, after, budget)) for name, before, after in change.fields]
    return Redline(change.ref, change.title, KINDS[change.kind], fields)


def _field(name: str, before: Any, after: Any, budget: Budget) -> SafeString:
    if name in PROSE:
        return words(before, after, budget)
    return _replaced(_plain(name, before), _plain(name, after))


def _phrases(opcodes: Iterable[Any]) -> list[Step]:
    """Return the steps from old to new in which no stray word is kept in the middle of a rewritten phrase."""
    steps: list[Step] = []
    for tag, *span in opcodes:
        step: Step = ("equal" if tag == "equal" else "replace", *span)
        if step[0] == "replace" and steps and steps[-1][0] == "replace":
            step = _joined(steps.pop(), step)
        if step[0] == "replace" and len(steps) > 1 and _is_stray(steps[-1], steps[-2], step):
            steps.pop()
            step = _joined(steps.pop(), step)
        steps.append(step)
    return steps


def _joined(one: Step, two: Step) -> Step:
    return ("replace", one[1], two[2], one[3], two[4])


def _is_stray(kept: Step, before: Step, after: Step) -> bool:
    length = kept[2] - kept[1]
    return length <= STRAY and all(length < max(each[2] - each[1], each[4] - each[3]) for each in (before, after))


def _part(tag: str, old: list[str], new: list[str]) -> str:
    struck, written = escape("".join(old)), escape("".join(new))
    if tag == "equal":
        return written
    return (f"<del>{struck}</del>" if old else "") + (f"<ins>{written}</ins>" if new else "")


def _replaced(before: str, after: str) -> SafeString:
    return format_html("<del>{}</del> <ins>{}</ins>", before or _("nothing"), after or _("nothing"))


def _note() -> SafeString:
    sentence = _(
        "Too much was written anew for a comparison word by word: the old text is shown whole, then the new one."
    )
    return format_html('<small class="ax-muted">{}</small>', sentence)


def _plain(name: str, value: Any) -> str:
    if name == "applicable":
        return answer_word({True: "yes", False: "no", None: "undecided"}[value])
    if name == "reasons":
        return ", ".join(str(REASON_WORDS[each]) for each in value)
    if name == "status":
        return str(STATUS_WORDS[value])
    if name == "links":
        return ", ".join(each["url"] for each in value)
    return str(value)
