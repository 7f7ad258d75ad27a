"""Sign for the treatment of risks and what remains of them (6.1.3 f), and end signatures that do not hold any more."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib import clock
from annexa.lib import values as texts
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, UserError
from annexa.lib.months import after
from annexa.organizations import access
from annexa.organizations.models import Membership
from annexa.organizations.permissions import Permission
from annexa.risks.errors import RiskClosed
from annexa.risks.models import Risk
from annexa.tasks import notices
from annexa.tasks.models import Kind
from annexa.treatment.errors import ChangedWhileRead, NotReady, NotYoursToSign
from annexa.treatment.models import Acceptance
from annexa.treatment.queries import acceptance as queries
from annexa.treatment.residual import digest

Capacity = Acceptance.Capacity


@access.command(Permission.RISK_ASSESS_OWN)
def accept_risk(
    *, actor: access.Actor, risk: Risk, seen: str, note: str = "", valid_until: date | None = None
) -> list[Acceptance]:
    """Sign for what the person saw: `seen` is the hash of the figures on the page that was read.

    The owner signs, or who stands in for them; where the method names a role for the level, somebody with it signs in
    addition. A signature holds as long as the method says for the level, or until an earlier day.
    """
    if actor.membership is None:
        raise NotAllowed(_("A person signs, with their name; the operator of the machine cannot."))
    lock(risk)
    if not risk.is_open:
        raise RiskClosed
    found = queries.standing(actor, risk)
    places = queries.places(actor, found)
    if not places:
        raise NotYoursToSign(str(risk.owner or ""))
    if found.figures is None or found.level is None or found.lacking:
        raise NotReady(found.lacking)
    if seen != found.seen:
        raise ChangedWhileRead
    until = _until(valid_until, found.level.accepted_months)
    told = {"note": texts.text(note, "note", 4000), "valid_until": until}
    made = [_sign(actor.membership, found, capacity, stands_in, told) for capacity, stands_in in places]
    activity.note(
        risk, signed_as=[each.capacity for each in made], figures_hash=found.seen, valid_until=until,
        residual=found.figures["residual"]["score"], stands_in_for=_stood_in_for(made),
    )  # fmt: skip
    _go_on(actor, queries.standing(actor, risk))
    return made


@access.command(Permission.RISK_EDIT)
def ask_for_acceptance(*, actor: access.Actor, risks: Iterable[Risk]) -> int:
    """Ask whoever has not signed for some risks yet; returns for how many somebody was asked."""
    asked = 0
    for risk in risks:
        found = queries.standing(actor, risk)
        people = _awaited(actor, found)
        if people and not found.lacking and risk.is_open:
            _ask(actor, risk, people)
            activity.note(risk, asked=[str(each.pk) for each in people])
            asked += 1
    return asked


@access.command(Permission.RISK_ASSESS_OWN)
def withdraw_acceptance(*, actor: access.Actor, risk: Risk, reason: str) -> int:
    """Take back signatures under a risk: one's own, or all of them for who keeps the register; returns how many."""
    reason = texts.text(reason, "reason", 4000)
    if not reason:
        raise UserError(_("Say why it is not accepted any more."), {"reason": _("Needed")})
    lock(risk)
    kept = queries.in_force(actor).filter(risk=risk)
    if not actor.can(Permission.RISK_EDIT):
        kept = kept.filter(by=actor.membership)
    ended = [_end(each, [("withdrawn", {"reason": reason})]) for each in kept.select_related("by")]
    if not ended:
        raise UserError(_("There is no signature of yours under this risk."))
    activity.note(risk, withdrawn=len(ended), reason=reason)
    _tell_ended(actor, risk, ended)
    return len(ended)


@access.command(Permission.RISK_EDIT)
def end_acceptances(*, actor: access.Actor, risks: Iterable[Risk]) -> int:
    """End the signatures under some risks that do not hold any more, and tell owner and signers; returns how many."""
    total = 0
    for risk in risks:
        lock(risk)
        found = queries.standing(actor, risk)
        spent = [each for each in found.signatures.values() if not each.holds]
        ended = [_end(each.acceptance, each.reasons) for each in spent]
        if ended:
            activity.note(risk, ended=[str(each.pk) for each in ended])
            _tell_ended(actor, risk, ended)
        total += len(ended)
    return total


def _until(wanted: date | None, months: int) -> date:
    latest = after(clock.today(), months)
    if wanted is None:
        return latest
    if not clock.today() < wanted <= latest:
        sentence = _("The method lets it hold until %(day)s at the latest.") % {"day": latest.isoformat()}
        raise UserError(sentence, {"valid_until": sentence})
    return wanted


def _sign(
    member: Membership, found: queries.Standing, capacity: str, stands_in: Membership | None, told: Mapping[str, Any]
) -> Acceptance:
    if before := found.signatures.get(capacity):
        _end(before.acceptance, [("signed_anew", {})])
    figures = dict(found.figures or {})
    return Acceptance.objects.create(
        organization_id=found.risk.organization_id, risk=found.risk, capacity=capacity, by=member,
        stands_in_for=stands_in, at=clock.now(), figures=figures, figures_hash=digest(figures), **told,
    )  # fmt: skip


def _end(acceptance: Acceptance, because: Iterable[Any]) -> Acceptance:
    acceptance.ended_at = clock.now()
    acceptance.ended_because = [[kind, dict(facts)] for kind, facts in because]
    acceptance.save(update_fields=["ended_at", "ended_because"])
    return acceptance


def _stood_in_for(made: Iterable[Acceptance]) -> str | None:
    return next((str(each.stands_in_for_id) for each in made if each.stands_in_for_id), None)


def _awaited(actor: access.Actor, found: queries.Standing) -> list[Membership]:
    """Return who has to sign next."""
    awaited, people = found.awaited, []
    if Capacity.OWNER in awaited and found.risk.owner:
        people.append(found.risk.owner)
    if Capacity.ROLE in awaited:
        people += queries.holders(actor, found.role, found.risk)
    return people


def _go_on(actor: access.Actor, found: queries.Standing) -> None:
    """Once the owner has signed, ask those whose role signs in addition; then nobody is asked any more."""
    if found.is_accepted:
        notices.settle(found.risk, [Kind.ACCEPTANCE_ASKED])
    elif found.awaited == [Capacity.ROLE]:
        _ask(actor, found.risk, queries.holders(actor, found.role, found.risk))


def _ask(actor: access.Actor, risk: Risk, people: Iterable[Membership]) -> None:
    notices.tell(actor, people, Kind.ACCEPTANCE_ASKED, risk, title=_named(risk))


def _tell_ended(actor: access.Actor, risk: Risk, ended: Iterable[Acceptance]) -> None:
    people = [each.by for each in ended] + ([risk.owner] if risk.owner else [])
    notices.tell(actor, people, Kind.ACCEPTANCE_ENDED, risk, title=_named(risk))


def _named(risk: Risk) -> str:
    return f"{risk.reference} {risk.title}"
