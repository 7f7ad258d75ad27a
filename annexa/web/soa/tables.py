from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from annexa.treatment.models import Reason, Statement, Status
from annexa.ui import charts, dates, marks
from annexa.ui.icons import icon
from annexa.ui.tables import Action, Column, Filter, Table
from annexa.web.request import Request
from annexa.web.soa.entries import LIGHTS, REASON_WORDS, STATUS_KINDS, THEMES, Entry, answer_word
from annexa.web.soa.links import link

NOBODY = "nobody"
SINCE = ("verdict", "light", "changed")
# The same few marks stand in every row.
_status = lru_cache(maxsize=256)(marks.status)
_avatar = lru_cache(maxsize=256)(marks.avatar)
WHOLE_STANDARD = 500


@lru_cache(maxsize=256)
def _chips(words: tuple[str, ...]) -> SafeString:
    chips = format_html_join("", "{}", ((marks.chip(word),) for word in words))
    return format_html('<span class="ax-chips">{}</span>', chips)


@lru_cache(maxsize=64)
def _answer(symbol: str, css: str, word: str) -> SafeString:
    return format_html('<span class="ax-st">{}{}</span>', icon(symbol, css), word)


def control_cell(entry: Entry) -> SafeString:
    """Show id and title, and that a control is new in 2022."""
    new = marks.chip(_("New"), css="is-accent") if entry.line.is_new else ""
    return format_html(
        '<span class="ax-cell-t ax-soa-t"><span class="id">{}</span><span class="t">{} {}</span></span>',
        entry.line.ref, entry.line.title, new,
    )  # fmt: skip


def answer_cell(entry: Entry) -> SafeString:
    """Show yes, no or undecided."""
    if entry.answer == "undecided":
        return _status("warn", _("Undecided"), "help")
    symbol, css = ("check", "t-ok") if entry.answer == "yes" else ("minus", "t-idle")
    return _answer(symbol, css, answer_word(entry.answer))


def reasons_cell(entry: Entry) -> SafeString:
    """Show the reasons as chips."""
    if not entry.line.reasons:
        return marks.DASH
    return _chips(tuple(str(REASON_WORDS[each]) for each in entry.line.reasons))


def justification_cell(entry: Entry) -> SafeString:
    """Show the first two lines of the justification, or that the profile proposes to leave the control out."""
    if entry.decision_needed:
        return _status("warn", _("Decide for 2022"), "git-compare")
    if entry.proposed and not entry.line.justification:
        return _status("idle", _("Perhaps not needed"), "bulb")
    return format_html('<span class="ax-just ax-muted">{}</span>', entry.line.justification)


def status_cell(entry: Entry) -> SafeString:
    """Show the status; a control that is left out has none that matters."""
    if entry.answer == "no" and entry.line.status in ("not_started", "planned"):
        return _status("none", _("Left out"))
    return _status(STATUS_KINDS[entry.line.status], str(entry.status_label))


def verdict_cell(entry: Entry) -> SafeString:
    """Show whether the gap analysis agrees, or what else does not add up."""
    kind, word = entry.verdict
    stops = any(stops for _sentence, stops in entry.problems)
    mark = _status(kind, str(word))
    if not entry.problems:
        return mark
    sentences = " ".join(sentence for sentence, _stops in entry.problems)
    return format_html(
        '<span class="ax-nowrap">{}<span class="soa-flag" title="{}">{}<span class="ax-sr">{}</span></span></span>',
        mark, sentences, icon("flag", "t-bad" if stops else "t-warn"), sentences,
    )  # fmt: skip


def light_cell(entry: Entry) -> SafeString:
    """Show what evidence and scanners say of a control; of one that is left out, nothing."""
    if entry.light is None or entry.answer == "no":
        return marks.DASH
    kind, word = LIGHTS[entry.light.state]
    return _status(kind, str(word))


def owner_cell(entry: Entry) -> SafeString:
    """Show the owner as initials."""
    return _avatar(entry.line.owner) if entry.line.owner else marks.DASH


def linked_cell(entry: Entry) -> SafeString:
    """Count obligations that name the control and links that show it."""
    return _linked(entry.obligations, len(entry.line.links), get_language() or "")


@lru_cache(maxsize=512)
def _linked(obligations: int, links: int, _language: str) -> SafeString:
    named = ngettext("%(n)s obligation", "%(n)s obligations", obligations) % {"n": obligations}
    shown = ngettext("%(n)s link", "%(n)s links", links) % {"n": links}
    counts = (marks.count(obligations, "gavel", named), marks.count(links, "link", shown))
    return format_html('<span class="soa-links"><span>{}</span><span>{}</span></span>', *counts)


def changed_cell(entry: Entry) -> SafeString:
    """Show how long ago a person changed the row."""
    if entry.changed_at is None:
        return marks.DASH
    moment = entry.changed_at
    return format_html(
        '<time class="ax-muted ax-xs ax-nowrap" datetime="{}" title="{}">{}</time>',
        moment.isoformat(), dates.moment(moment), dates.ago(moment),
    )  # fmt: skip


def _reasons(entries: list[Entry], values: list[str]) -> list[Entry]:
    return [entry for entry in entries if set(values) & set(entry.line.reasons)]


class StatementTable(Table):
    """The controls of a statement in their themes."""

    name = "statement"
    label = gettext_lazy("Controls")
    search = ("line__ref", "line__title", "line__justification", "line__implementation")
    search_label = gettext_lazy("Find a control")
    page_size = WHOLE_STANDARD
    group_by = "line__theme"
    export_formats = ("csv", "xlsx")
    bulk_fields = "soa/bulk.html"
    columns = [
        Column("control", gettext_lazy("Control"), cell=control_cell, value=lambda e: f"{e.line.ref} {e.line.title}"),
        Column("applicable", gettext_lazy("In"), cell=answer_cell, small=False,
               export=lambda entry: answer_word(entry.answer)),
        Column("reasons", gettext_lazy("Reasons"), cell=reasons_cell, small=False,
               export=lambda entry: ", ".join(str(REASON_WORDS[each]) for each in entry.line.reasons)),
        Column("justification", gettext_lazy("Justification"), cell=justification_cell, small=False),
        Column("status", gettext_lazy("Status"), cell=status_cell, export=lambda entry: str(entry.status_label)),
        Column("verdict", gettext_lazy("Gap analysis"), cell=verdict_cell,
               export=lambda entry: str(entry.verdict[1])),
        Column("light", gettext_lazy("Evidence"), cell=light_cell, small=False,
               export=lambda entry: str(LIGHTS[entry.light.state][1]) if entry.light else ""),
        Column("owner", gettext_lazy("Owner"), sort="line__owner", cell=owner_cell, small=False),
        Column("linked", gettext_lazy("Linked"), cell=linked_cell, small=False,
               export=lambda entry: entry.obligations + len(entry.line.links)),
        Column("changed", gettext_lazy("Changed"), sort="changed_at", cell=changed_cell, small=False, shown=False,
               export=lambda entry: dates.local_day(entry.changed_at) if entry.changed_at else None),
        Column("implementation", gettext_lazy("How implemented"), shown=False, small=False,
               cell=lambda entry: format_html('<span class="ax-just ax-muted">{}</span>', entry.line.implementation)),
    ]  # fmt: skip

    def __init__(self, entries: list[Entry], request: Request, statement: Statement, opened: str = "") -> None:
        self.statement = statement
        if statement.is_approved:  # says what was approved, not what has happened since
            self.columns = [column for column in self.columns if column.name not in SINCE]
        self.opened = opened
        self.filters = list(_filters(entries, request))
        if statement.is_draft and request.actor.can("soa:edit"):
            self.actions = [Action("decide", _("Apply"), icon="check")]
        self.address = link(request, "row", statement.number, "00000000-0000-0000-0000-000000000000")
        super().__init__(entries, request)

    def row_url(self, row: Entry) -> str:
        """Open the drawer of a control."""
        return self.address.replace("00000000-0000-0000-0000-000000000000", row.pk)

    def row_class(self, row: Entry) -> str:
        """Mark the open row, and grey what is left out."""
        return "is-sel" if row.pk == self.opened else "ax-out" if row.answer == "no" else ""

    def row_label(self, row: Entry) -> str:
        """Name the row."""
        return row.line.ref

    def group_label(self, key: Any, members: list[Any]) -> object:
        """Name a theme, and say how far its controls are."""
        tally = Counter(entry.line.status for entry in members if entry.line.applicable is not False)
        done, begun, total = tally["implemented"], tally["in_progress"], tally.total()
        words = _("%(done)s implemented, %(begun)s in progress") % {"done": done, "begun": begun}
        controls = ngettext("%(n)s control", "%(n)s controls", len(members)) % {"n": len(members)}
        meter = charts.meter(words, [charts.Part("ok", done), charts.Part("info", begun)], total, "")
        return format_html(
            '<strong>{}</strong><span>{}</span>{}<span class="ax-hide-m">{}</span>',
            THEMES.get(key, key), controls, meter if total else mark_safe(""), words,
        )  # fmt: skip


def _filters(entries: list[Entry], request: Request) -> Iterable[Filter]:
    def flag(name: str, label: str, keep: Any) -> Filter:
        return Filter(name, label, choices=[("1", label)], apply=lambda rows, _values: [e for e in rows if keep(e)])

    mine = request.actor.membership.pk if request.actor.membership else None
    yield flag("new", _("New in 2022"), lambda entry: entry.line.is_new)
    if any(entry.problems for entry in entries):
        yield flag("contradicted", _("Does not add up"), lambda entry: entry.problems)
    if any(entry.light for entry in entries):
        yield Filter("light", _("Evidence"), choices=[(key, str(word)) for key, (_kind, word) in LIGHTS.items()],
                     apply=_lit)  # fmt: skip
    if any(entry.proposed for entry in entries):
        yield flag("proposals", _("Proposals"), lambda entry: entry.proposed)
    if any(entry.owner_id == mine for entry in entries):
        yield flag("mine", _("Mine"), lambda entry: entry.owner_id == mine)
    yield Filter("theme", _("Theme"), choices=[(key, str(THEMES[key])) for key in THEMES], field="line__theme")
    answers = [(answer, answer_word(answer)) for answer in ("yes", "no", "undecided")]
    yield Filter("applicable", _("In"), choices=answers, field="answer")
    yield Filter("reason", _("Reason"), choices=Reason.choices, apply=_reasons)
    yield Filter("status", _("Status"), choices=Status.choices, field="line__status")
    owners = sorted({entry.line.owner for entry in entries if entry.line.owner})
    yield Filter("owner", _("Owner"), choices=[*((o, o) for o in owners), (NOBODY, _("Nobody"))], apply=_owned)


def _lit(entries: list[Entry], values: list[str]) -> list[Entry]:
    return [entry for entry in entries if entry.light and entry.answer != "no" and entry.light.state in values]


def _owned(entries: list[Entry], values: list[str]) -> list[Entry]:
    return [entry for entry in entries if (entry.line.owner or NOBODY) in values]
