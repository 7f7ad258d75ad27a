"""Why a signature does not hold any more, in sentences."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from annexa.risks.models import Decision
from annexa.treatment.residual import Change
from annexa.ui import dates


def because(changes: Iterable[Change]) -> list[str]:
    """Say what changed, a sentence each; takes changes as they are found, or as they were kept."""
    return [_said(kind, dict(facts)) for kind, facts in changes]


def _said(kind: str, facts: dict[str, object]) -> str:
    sentences = {
        "owner": _("Somebody else owns the risk."),
        "decision": _("It was decided otherwise: %(after)s instead of %(before)s."),
        "grounds": _("The contract, activity or criterion is another one."),
        "current": _("The risk rose from %(before)s to %(after)s."),
        "residual": _("What remains rose from %(before)s to %(after)s."),
        "controls": _("No longer part of the treatment: %(names)s."),
        "dropped": _("%(name)s is no longer planned."),
        "later": _("%(name)s is due later: %(due)s."),
        "expired": _("Its day has passed."),
        "incomplete": _("Something it rested on is missing."),
        "signed_anew": _("It was signed anew."),
        "withdrawn": _("Withdrawn: %(reason)s"),
    }
    if kind == "decision":
        facts = {name: str(Decision(str(value)).label).lower() for name, value in facts.items()}
    if kind == "later":
        facts |= {"due": dates.day(date.fromisoformat(str(facts["due"]))) if facts["due"] else _("no day")}
    return sentences[kind] % facts
