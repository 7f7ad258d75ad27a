"""Write the trail: entries are gathered while a command runs and chained when it ends."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from annexa.activity import checkpoints
from annexa.activity.checkpoints import Checkpoint
from annexa.jobs import queue
from annexa.lib import clock
from annexa.lib.database import belonging, history


@dataclass
class Recording:
    """The entries of the command that runs now, with those of the commands it called."""

    organization_id: uuid.UUID
    actor: str
    commands: list[str]
    entries: list[tuple[str, str, str, str, uuid.UUID | None, str]] = field(default_factory=list)
    scopes: belonging.Known = field(default_factory=dict)


_recording: ContextVar[Recording | None] = ContextVar("annexa_recording", default=None)


@contextmanager
def recording(organization_id: uuid.UUID, actor: str, command: str) -> Iterator[None]:
    """Gather notes; the outermost recording writes them, last of all, so that the chain's lock is held briefly."""
    outer = _recording.get()
    if outer and outer.organization_id == organization_id:
        outer.commands.append(command)
        try:
            yield
        finally:
            outer.commands.pop()
        return
    mine = Recording(organization_id, actor, [command])
    token = _recording.set(mine)
    try:
        history.tell(actor, command, clock.pinned())
        yield
        _append(mine)
    finally:
        _recording.reset(token)


def note(subject: models.Model, **body: Any) -> None:
    """Say what a command did to a subject. Give references and field values, never secrets or contact data."""
    current = _recording.get()
    if current is None:
        raise RuntimeError("Only a command may write to the trail.")
    text = json.dumps(body, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    scope_id = belonging.scope_of(subject, current.scopes)
    kind, key = subject._meta.label_lower, str(subject.pk)
    current.entries.append((current.actor, current.commands[-1], kind, key, scope_id, text.replace("\x00", "")))


def change(subject: models.Model, **new: Any) -> bool:
    """Set the fields that differ, save them and note before and after; tell whether anything differed."""
    before, after = {}, {}
    for name, value in new.items():
        old = getattr(subject, name)
        if old != value:
            before[name], after[name] = _plain(old), _plain(value)
            setattr(subject, name, value)
    if not after:
        return False
    stamps = {name for name in ("changed_at",) if hasattr(subject, name) and name not in new}
    for name in stamps:
        setattr(subject, name, clock.now())
    subject.save(update_fields=[*after, *stamps])
    note(subject, before=before, after=after)
    return True


def _plain(value: Any) -> Any:
    return str(value.pk) if isinstance(value, models.Model) else value


def follow(organization_id: uuid.UUID, *, wanted: bool) -> None:
    """Have the job `trail.followed` queued after whatever is appended to an organisation's trail, or no more."""
    with connection.cursor() as cursor:
        cursor.execute("select trail_follow(%s, %s)", [organization_id, wanted])


def _append(recorded: Recording) -> None:
    if not recorded.entries:
        return
    columns = [list(column) for column in zip(*recorded.entries, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "select trail_append(%s, %s, %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[])",
            [recorded.organization_id, clock.pinned(), *columns],
        )
        (is_followed,) = cursor.fetchone()
    if is_followed:
        queue.defer("trail.followed", organization_id=recorded.organization_id)


def write_checkpoints() -> list[Checkpoint]:
    """Sign the end of every organisation's chain and keep it outside the database; returns what is new."""
    key = checkpoints.private_key(settings.ENVIRONMENT.home)
    with connection.cursor() as cursor:
        cursor.execute("select organization_id, seq, hash from trail_heads()")
        heads = cursor.fetchall()
    made = []
    for organization_id, seq, link in heads:
        known = checkpoints.read(checkpoints.file_of(settings.CHECKPOINTS, organization_id))
        if known and known[-1].seq == seq:
            continue
        head = Checkpoint(str(organization_id), seq, bytes(link).hex(), clock.now().isoformat())
        made.append(checkpoints.sign(head, key))
        checkpoints.append(settings.CHECKPOINTS, made[-1])
    return made
