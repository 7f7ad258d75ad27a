"""Say how long records are kept, hold them longer, and dispose of them with somebody else's approval."""

import uuid
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.evidence.models import Edition, Finding
from annexa.jobs import queue
from annexa.lib import clock, files
from annexa.lib.database import history
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.lib.text import one_line
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.records import closure, retention
from annexa.records.classes import CLASSES
from annexa.records.models import Disposal, Hold, Rule, Tombstone
from annexa.risks.models import RiskAsset
from annexa.treatment.models import GapEvidence

FEWEST, MOST = 1, 1200  # months
AT_ONCE = 5_000  # records of one disposal


@access.command(Permission.RECORDS_KEEP)
def set_rule(*, actor: access.Actor, record_class: str, months: int | None, basis: str = "") -> Rule | None:
    """Say how long a class of records is kept after it has ended, and why; without months it is kept for ever."""
    access.require_all_scopes(actor)
    _check_class(record_class)
    lock(actor.organization)
    rule = retention.rules(actor).filter(record_class=record_class).first()
    if months is None:
        if rule is not None:
            activity.note(rule, record_class=record_class, months=None, before=rule.months)
            rule.delete()
        return None
    if not FEWEST <= months <= MOST:
        sentence = _("A record is kept from %(fewest)s to %(most)s months.") % {"fewest": FEWEST, "most": MOST}
        raise UserError(sentence, {"months": sentence})
    said = one_line(basis)[:300]
    if rule is None:
        values: dict[str, Any] = {"record_class": record_class, "months": months, "basis": said}
        rule = Rule.objects.create(organization=actor.organization, **values)
        activity.note(rule, **values)
    else:
        activity.change(rule, months=months, basis=said)
    return rule


@access.command(Permission.RECORDS_KEEP)
def place_hold(*, actor: access.Actor, reason: str, record_class: str = "", record: str = "") -> Hold:
    """Keep everything, one class or one record (by reference or id) from disposal until the hold is released."""
    access.require_all_scopes(actor)
    if not reason.strip():
        raise UserError(_("Say why: a case, an order, an investigation."), {"reason": _("Needed")})
    found = None
    if record_class:
        _check_class(record_class)
    if record.strip():
        if not record_class:
            raise UserError(_("Say which class the record is of."), {"record_class": _("Needed with a record")})
        try:
            found = retention.record_named(actor, record_class, record)
        except NotFound as error:
            raise UserError(error.sentence, {"record": error.sentence}) from error
    hold = Hold.objects.create(
        organization=actor.organization,
        record_class=record_class,
        subject_id=found.pk if found else None,
        subject_name=CLASSES[record_class].name(found)[:300] if found else "",
        reason=one_line(reason)[:500],
        placed_by=actor.membership,
    )
    about = {"record_class": record_class, "record": str(found.pk) if found else None, "reason": hold.reason}
    activity.note(hold, **about)
    return hold


@access.command(Permission.RECORDS_KEEP)
def release_hold(*, actor: access.Actor, hold: Hold, reason: str) -> None:
    """End a hold, with a reason."""
    access.require_all_scopes(actor)
    lock(hold)
    if hold.released_at is not None:
        raise UserError(_("This hold was released already."))
    if not reason.strip():
        raise UserError(_("Say why the hold ends."), {"reason": _("Needed")})
    activity.change(hold, released_at=clock.now(), released_by=actor.membership, release_reason=one_line(reason)[:500])


@access.command(Permission.RECORDS_KEEP)
def propose_disposal(*, actor: access.Actor, record_class: str) -> Disposal:
    """Put forward what is past its time and not on hold; the list stands as it is from now on."""
    access.require_all_scopes(actor)
    _check_class(record_class)
    lock(actor.organization)
    rule = retention.rules(actor).filter(record_class=record_class).first()
    if rule is None:
        raise UserError(_("First say how long these records are kept."))
    if retention.disposals(actor).filter(record_class=record_class, state__in=["proposed", "approved"]).exists():
        raise UserError(_("Records of this class are put forward already."))
    found = list(retention.due(actor, rule)[:AT_ONCE])
    if not found:
        raise UserError(_("No record of this class is past its time, or all of them are on hold."))
    values = {"record_class": record_class, "months": rule.months, "basis": rule.basis}
    disposal = Disposal.objects.create(organization=actor.organization, proposed_by=actor.membership, **values)
    each = CLASSES[record_class]
    Tombstone.objects.bulk_create(
        Tombstone(
            organization=actor.organization,
            disposal=disposal,
            subject_type=row._meta.label_lower,
            subject_id=row.pk,
            name=str(each.name(row))[:300],
            ended_on=retention.day_of(row.ended_on),
        )
        for row in found
    )
    activity.note(disposal, **values, records=len(found))
    return disposal


@access.command(Permission.RECORDS_APPROVE)
def approve_disposal(*, actor: access.Actor, disposal: Disposal, note: str = "") -> None:
    """Have a job destroy what was put forward; by a person other than who did, unless four eyes are relaxed."""
    relaxed = _check_decision(actor, disposal)
    _decide(actor, disposal, Disposal.State.APPROVED, note, four_eyes_relaxed=relaxed)
    queue.defer("records.dispose", organization_id=actor.organization_id, disposal_id=disposal.pk)


@access.command(Permission.RECORDS_APPROVE)
def refuse_disposal(*, actor: access.Actor, disposal: Disposal, note: str) -> None:
    """Leave everything where it is, with a reason."""
    access.require_all_scopes(actor)
    if not note.strip():
        raise UserError(_("Say why the records stay."), {"note": _("Needed")})
    _decide(actor, disposal, Disposal.State.REFUSED, note)


@access.command(Permission.RECORDS_KEEP)
def withdraw_disposal(*, actor: access.Actor, disposal: Disposal) -> None:
    """Take back what was put forward, before anybody has decided."""
    access.require_all_scopes(actor)
    _decide(actor, disposal, Disposal.State.REFUSED, _("Taken back."))


@access.command(Permission.RECORDS_APPROVE)
def destroy_record(*, actor: access.Actor, item: Tombstone) -> None:
    """Destroy one record of an approved disposal with its history, or say why it stays; once more, it does nothing."""
    lock(item)
    disposal = item.disposal
    if item.destroyed_at or item.kept_because or disposal.state != Disposal.State.APPROVED:
        return
    each = CLASSES[disposal.record_class]
    ended = each.ended_before(actor.organization_id, retention.limit(disposal.months))
    row = ended.filter(pk=item.subject_id).first()
    because = "" if row is not None else _("It is in use again, or gone.")
    if row is not None and retention.is_held(actor, disposal.record_class, item.subject_id):
        because = _("A hold was placed on it.")
    parts: list[Any] = []
    if not because:
        try:
            parts = closure.parts_of(row, each.taken)
            with transaction.atomic():
                _destroy(item, parts)
                _remove_files(actor, parts)
        except closure.StillUsed as error:
            because = _("Still named by %(number)s of: %(what)s.") % {
                "number": error.number,
                "what": _what(error.model),
            }
        except IntegrityError:
            because = _("Something else still refers to it.")
    if because:
        activity.change(item, kept_because=because[:300])
        return
    disposed = [[part._meta.label_lower, str(part.pk)] for part in parts]
    approver = str(disposal.decided_by_id) if disposal.decided_by_id else None
    rule = {"record_class": disposal.record_class, "months": disposal.months, "approved_by": approver}
    activity.note(item, disposed=disposed, **rule)


@access.command(Permission.RECORDS_APPROVE)
def finish_disposal(*, actor: access.Actor, disposal: Disposal) -> None:
    """Note that every record of a disposal is destroyed, or stays with a reason."""
    lock(disposal)
    if disposal.state == Disposal.State.APPROVED:
        activity.change(disposal, state=Disposal.State.DONE, done_at=clock.now())


def _what(model: type[models.Model]) -> str:
    names: dict[type[models.Model], str] = {RiskAsset: _("risks"), Finding: _("findings")}
    return names.get(model) or str(model._meta.verbose_name_plural)


def _destroy(item: Tombstone, parts: list[Any]) -> None:
    tables = [part._meta.db_table for part in parts]
    kinds = [part._meta.label_lower for part in parts]
    ids: list[uuid.UUID] = [part.pk for part in parts]
    with connection.cursor() as cursor:
        cursor.execute(
            "select records_destroy(%s, %s, %s, %s::text[], %s::text[], %s::uuid[])",
            [item.organization_id, item.pk, closure.digest(parts), tables, kinds, ids],
        )
        cursor.execute("set constraints all immediate")  # what still points here says so now, not at the end
        cursor.execute("set constraints all deferred")


def _remove_files(actor: access.Actor, parts: list[Any]) -> None:
    """Delete the files that only what was destroyed has named, once that is certain."""
    named = {part.sha256 for part in parts if isinstance(part, GapEvidence | Edition) and part.sha256}
    for rows in (GapEvidence.objects.all(), history.versions(GapEvidence), Edition.objects.all()):
        found = rows.filter(organization_id=actor.organization_id, sha256__in=named)
        named -= set(found.values_list("sha256", flat=True))
    for sha256 in named:
        transaction.on_commit(partial(files.remove, actor.organization_id, sha256))


def _decide(actor: access.Actor, disposal: Disposal, state: str, note: str, **more: Any) -> None:
    lock(disposal)
    if disposal.state != Disposal.State.PROPOSED:
        raise UserError(_("This disposal was decided already."))
    now: datetime = clock.now()
    said = one_line(note)[:500]
    activity.change(disposal, state=state, decided_by=actor.membership, decided_at=now, note=said, **more)


def _check_decision(actor: access.Actor, disposal: Disposal) -> str:
    """Return the reason for which one person may do both, if that is so; raises NotAllowed."""
    access.require_all_scopes(actor)
    if actor.membership is None:
        raise NotAllowed(_("A person approves, not a program."))
    if disposal.proposed_by_id != actor.membership.pk:
        return ""
    organization = actor.organization
    if not organization.four_eyes_relaxed:
        raise NotAllowed(_("Somebody else approves: you put these records forward."))
    return organization.four_eyes_reason


def _check_class(record_class: str) -> None:
    if record_class not in CLASSES:
        sentence = _("Choose a class of records.")
        raise UserError(sentence, {"record_class": sentence})
