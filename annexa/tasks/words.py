"""Notices in sentences."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.lib.text import one_line
from annexa.tasks.models import Kind, Notice
from annexa.ui import dates


def sentence(notice: Notice) -> str:
    """Say what a notice tells, in one line."""
    facts = {"title": "", "due": "", "owner": "", "who": "", **notice.facts, "n": notice.number}
    if notice.number > 1:
        return one_line(_many(notice.kind, notice.number) % facts)
    sentences = {
        Kind.TASK_GIVEN: _("A task for you: %(title)s"),
        Kind.TASK_DUE: _("Due soon: %(title)s"),
        Kind.TASK_LATE: _("Late: %(title)s"),
        Kind.TASK_ESCALATED: _("Late by a week: %(title)s"),
        Kind.REVIEW_ASKED: _("Your approval is asked for: %(title)s"),
        Kind.REVIEW_RETURNED: _("Back from review: %(title)s"),
        Kind.REVIEW_APPROVED: _("Approved: %(title)s"),
        Kind.RISK_TREATED: _("Its treatment is done; read it anew: %(title)s"),
        Kind.ACCEPTANCE_ASKED: _("Your signature is asked for: %(title)s"),
        Kind.ACCEPTANCE_ENDED: _("No longer accepted: %(title)s"),
        Kind.EVIDENCE_ANSWERED: _("Evidence is there: %(title)s"),
        Kind.EVIDENCE_RETURNED: _("Evidence comes back: %(title)s"),
        Kind.EVIDENCE_EXPIRES: _("Evidence expires: %(title)s"),
        Kind.WEBHOOK_OFF: _("Switched off, because nothing arrived: webhook to %(title)s"),
    }
    return one_line(sentences[Kind(notice.kind)] % facts)


def detail(notice: Notice) -> str:
    """Say what else there is to know, or nothing."""
    facts = notice.facts
    parts = [facts.get("who", ""), facts.get("owner", ""), facts.get("note", "")]
    if due := facts.get("due"):
        parts.append(_("due %(day)s") % {"day": dates.day(date.fromisoformat(due))})
    return " · ".join(part for part in parts if part)


def digest_subject(organization: str, number: int) -> str:
    """Return the subject of a digest."""
    text = ngettext(
        "%(organization)s: %(n)s thing waits for you", "%(organization)s: %(n)s things wait for you", number
    )
    return one_line(text % {"organization": organization, "n": number})


def _many(kind: str, number: int) -> str:
    if kind == Kind.TASK_GIVEN:
        return ngettext("%(n)s task for you", "%(n)s tasks for you", number)
    return ngettext("%(n)s more: %(title)s", "%(n)s more, among them %(title)s", number)
