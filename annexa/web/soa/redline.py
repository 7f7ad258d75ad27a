"""What was struck out and what was written instead, word by word."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annexa.treatment.queries.statements import Change
from annexa.web.soa.entries import FIELD_WORDS, REASON_WORDS, STATUS_WORDS, answer_word

PROSE = ("justification", "implementation")
ALIKE = 0.4  # below it, single words in common only make a riddle
LONGEST = 4_000  # words; beyond it the whole text is struck out and written anew
KINDS = {
    "added": ("ok", "plus", gettext_lazy("Added")),
    "removed": ("bad", "minus", gettext_lazy("Removed")),
    "changed": ("part", "pencil", gettext_lazy("Changed")),
}


@dataclass(frozen=True)
class Redline:
    """One control that differs, with each field before and after in one line."""

    ref: str
    title: str
    kind: tuple[str, str, Any]
    fields: list[tuple[str, SafeString]]


def of_change(change: Change) -> Redline:
    """Return a change as it is read."""
    fields = [(str(FIELD_WORDS[name]), _field(name, before, after)) for name, before, after in change.fields]
    return Redline(change.ref, change.title, KINDS[change.kind], fields)


def words(before: str, after: str) -> SafeString:
    """Return a text with what was struck out and what was added."""
    old, new = re.findall(r"\s*\S+", before), re.findall(r"\s*\S+", after)
    if max(len(old), len(new)) > LONGEST:
        return _replaced(before, after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if not matcher.get_matching_blocks()[:-1] or matcher.ratio() < ALIKE:
        return _replaced(before, after)
    parts = [(_part(tag, old[i:j], new[k:m]),) for tag, i, j, k, m in matcher.get_opcodes()]
    return format_html_join("", "{}", parts)


def _field(name: str, before: Any, after: Any) -> SafeString:
    if name in PROSE:
        return words(before, after)
    return _replaced(_plain(name, before), _plain(name, after))


def _part(tag: str, old: Iterable[str], new: Iterable[str]) -> SafeString:
    if tag == "equal":
        return format_html("{}", "".join(new))
    struck, written = "".join(old), "".join(new)
    return format_html(
        "{}{}",
        format_html("<del>{}</del>", struck) if struck else mark_safe(""),
        format_html("<ins>{}</ins>", written) if written else mark_safe(""),
    )


def _replaced(before: str, after: str) -> SafeString:
    return format_html("<del>{}</del> <ins>{}</ins>", before or _("nothing"), after or _("nothing"))


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
