"""Read the trail."""

import hashlib
import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

from annexa.activity.checkpoints import Checkpoint
from annexa.activity.models import TrailEntry, TrailHead

DISPOSAL = "records.destroy_record"  # the command whose entries name what lost its content


@dataclass(frozen=True)
class Verdict:
    """What verifying a chain found; `broken_at` is the first entry that does not hold."""

    organization_id: uuid.UUID
    entries: int
    broken_at: int | None = None
    reason: str = ""
    checkpoint: Checkpoint | None = None  # the newest one kept outside that the chain agrees with
    disposed: int = 0  # entries whose content an approved disposal destroyed

    @property
    def unbroken(self) -> bool:
        return self.broken_at is None


def recent(organization_id: uuid.UUID, limit: int = 20) -> list[TrailEntry]:
    """Return the newest entries, newest first."""
    return list(TrailEntry.objects.filter(organization_id=organization_id).order_by("-seq")[:limit])


def organization_ids() -> list[uuid.UUID]:
    """Return the ids of all organisations that have a trail, for jobs that work through each of them."""
    with connection.cursor() as cursor:
        cursor.execute("select organization_id from trail_heads()")
        return [row[0] for row in cursor.fetchall()]


def of_subject(organization_id: uuid.UUID, subject: models.Model, limit: int = 50) -> list[TrailEntry]:
    """Return what happened to one thing, newest first."""
    entries = TrailEntry.objects.filter(
        organization_id=organization_id, subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    )
    return list(entries.order_by("-seq")[:limit])


def of_subjects(organization_id: uuid.UUID, subjects: Iterable[models.Model], limit: int = 50) -> list[TrailEntry]:
    """Return what happened to several things, newest first."""
    wanted = models.Q(seq__in=[])
    for subject in subjects:
        wanted |= models.Q(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
    return list(TrailEntry.objects.filter(wanted, organization_id=organization_id).order_by("-seq")[:limit])


def actors_on(organization_id: uuid.UUID, subjects: Iterable[tuple[str, str]], since: datetime | None) -> set[str]:
    """Return who changed any of the (type, id) subjects after a moment, or ever."""
    wanted = models.Q()
    for kind, key in subjects:
        wanted |= models.Q(subject_type=kind, subject_id=key)
    found = TrailEntry.objects.filter(wanted, organization_id=organization_id)
    if since:
        found = found.filter(at__gt=since)
    return set(found.values_list("actor", flat=True).distinct())


def actors_on_fields(
    organization_id: uuid.UUID, subject: tuple[str, str], fields: Collection[str], since: datetime | None
) -> set[str]:
    """Return who changed any of the fields of one (type, id) subject after a moment, or ever."""
    found = TrailEntry.objects.filter(
        organization_id=organization_id, subject_type=subject[0], subject_id=subject[1], body__contains='"after"'
    )
    if since:
        found = found.filter(at__gt=since)
    return {entry.actor for entry in found if set(fields) & set(body_of(entry).get("after") or ())}


def body_of(entry: TrailEntry) -> dict[str, Any]:
    """Return an entry's body as a mapping; empty once it was disposed of."""
    if not entry.body:
        return {}
    parsed = json.loads(entry.body)
    return parsed if isinstance(parsed, dict) else {"value": parsed}


def verify(organization_id: uuid.UUID, held: Sequence[Checkpoint] = ()) -> Verdict:
    """Recompute a chain from its first entry to its head, compare it with checkpoints held outside, name the break.

    The signatures of the checkpoints are the caller's to check.
    """
    link, seq = b"", 0
    emptied: dict[tuple[str, str], int] = {}  # by subject, the last entry without content
    named: dict[tuple[str, str], int] = {}  # by subject, the last disposal that names it
    disposed = 0
    wanted = {each.seq: each for each in sorted(held, key=lambda each: each.seq) if each.seq}
    agreed: Checkpoint | None = None
    for entry in _in_order(organization_id):
        seq += 1
        if entry.seq != seq:
            return Verdict(organization_id, seq - 1, seq, f"entry {seq} is missing", agreed)
        if bytes(entry.previous) != link:
            return Verdict(organization_id, seq - 1, seq, f"entry {seq} does not follow entry {seq - 1}", agreed)
        if bytes(entry.hash) != (link := hash_of(entry, link)) or not (_is_plain(entry) and _is_sealed(entry)):
            return Verdict(organization_id, seq - 1, seq, f"entry {seq} was changed", agreed)
        if _is_empty(entry):
            disposed += 1
            emptied[(entry.subject_type, entry.subject_id)] = seq
        elif entry.command == DISPOSAL:
            named |= dict.fromkeys(map(tuple, body_of(entry).get("disposed", ())), seq)
        if seq in wanted:
            if link.hex() != wanted[seq].hash:
                return _rewritten(organization_id, wanted[seq], agreed)
            agreed = wanted[seq]
    if wanted and max(wanted) > seq:
        reason = f"the chain ends at {seq}, a checkpoint holds {max(wanted)}"
        return Verdict(organization_id, seq, seq + 1, reason, agreed)
    head = TrailHead.objects.filter(organization_id=organization_id).first()
    if head and (head.seq, bytes(head.hash)) != (seq, link):
        reason = f"the chain ends at {seq}, its head says {head.seq}"
        return Verdict(organization_id, seq, min(seq, head.seq) + 1, reason, agreed)
    if seq and not head:
        return Verdict(organization_id, seq, 1, "the chain has no head", agreed)
    if lost := sorted(at for subject, at in emptied.items() if named.get(subject, 0) <= at):
        reason = f"entry {lost[0]} lost its content, and no disposal says so"
        return Verdict(organization_id, seq, lost[0], reason, agreed)
    return Verdict(organization_id, seq, checkpoint=agreed, disposed=disposed)


def _rewritten(organization_id: uuid.UUID, held: Checkpoint, agreed: Checkpoint | None) -> Verdict:
    first = agreed.seq + 1 if agreed else 1
    reason = f"the chain was rewritten between entries {first} and {held.seq}: the checkpoint of {held.at[:10]} differs"
    return Verdict(organization_id, held.seq, first, reason, agreed)


def hash_of(entry: TrailEntry, previous: bytes) -> bytes:
    """Return sha256(previous ‖ fields joined by U+001F), as trail.sql computes it.

    The seal stands for the body, and a scope is a labelled last field.
    """
    stamp = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    fields = (entry.organization_id, entry.seq, stamp, entry.actor, entry.command, entry.subject_type, entry.subject_id)
    scope = (f"scope={entry.scope_id}",) if entry.scope_id else ()
    seal = bytes(entry.seal)
    body = f"seal={seal.hex()}" if seal else entry.body
    return hashlib.sha256(previous + "\x1f".join(map(str, (*fields, body, *scope))).encode()).digest()


def _is_empty(entry: TrailEntry) -> bool:
    """Whether an entry has lost its content, which only a disposal may do."""
    return bool(entry.seal) and not entry.body and not entry.salt


def _is_sealed(entry: TrailEntry) -> bool:
    """Whether the seal is that of the body, where there is one."""
    if not entry.seal or _is_empty(entry):
        return True
    return hashlib.sha256(bytes(entry.salt) + entry.body.encode()).digest() == bytes(entry.seal)


def _is_plain(entry: TrailEntry) -> bool:
    """Whether no field holds the separator, by which one field could pass for two."""
    fields = (entry.actor, entry.command, entry.subject_type, entry.subject_id, entry.body)
    return not any("\x1f" in field for field in fields)


def _in_order(organization_id: uuid.UUID) -> Iterator[TrailEntry]:
    return TrailEntry.objects.filter(organization_id=organization_id).order_by("seq").iterator(5_000)


def page(
    organization_id: uuid.UUID,
    size: int,
    *,
    before: int | None = None,
    actor: str = "",
    command: str = "",
    subject: tuple[str, str] = ("", ""),
) -> list[TrailEntry]:
    """Return a page of entries, newest first, older than `before`, perhaps of one actor, command or subject only."""
    found = TrailEntry.objects.filter(organization_id=organization_id)
    if before is not None:
        found = found.filter(seq__lt=before)
    wanted = {"actor": actor, "command": command, "subject_type": subject[0], "subject_id": subject[1]}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    return list(found.order_by("-seq")[:size])
