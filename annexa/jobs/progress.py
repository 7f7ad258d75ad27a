"""Say how far a long job is. The caller has entered the organisation; a job says so between its big transactions."""

import uuid
from typing import Any

from annexa.jobs.models import Progress
from annexa.lib import clock

LONGEST = 500


def ask(organization_id: uuid.UUID, *, kind: str, title: str, by: str) -> Progress:
    """Make the row of a job that waits in the queue."""
    return Progress.objects.create(organization_id=organization_id, kind=kind, title=title, asked_by=by)


def start(progress_id: uuid.UUID, total: int = 0) -> None:
    """Say that the job has begun, perhaps once more after its worker died."""
    _tell(progress_id, state=Progress.State.RUNNING, done=0, total=total, sentence="", started_at=clock.now())


def advance(progress_id: uuid.UUID, done: int, total: int, sentence: str = "") -> bool:
    """Say how much is done, of how much; tell whether the job should go on."""
    running = Progress.objects.filter(pk=progress_id, state=Progress.State.RUNNING)
    return bool(running.update(done=done, total=total, sentence=sentence[:LONGEST]))


def finish(progress_id: uuid.UUID, sentence: str = "", result: str = "") -> None:
    """Say that all is done, and what came of it."""
    ended = {"state": Progress.State.DONE, "ended_at": clock.now(), "result": result}
    _tell(progress_id, sentence=sentence[:LONGEST], **ended)


def fail(progress_id: uuid.UUID, sentence: str) -> None:
    """Say in a sentence why the job ended before its end."""
    _tell(progress_id, state=Progress.State.FAILED, sentence=sentence[:LONGEST], ended_at=clock.now())


def _tell(progress_id: uuid.UUID, **values: Any) -> None:
    Progress.objects.filter(pk=progress_id).update(**values)
