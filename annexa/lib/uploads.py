"""Files between two steps of an import: apart from what people attach, and gone when the import is over."""

import os
import time
import uuid
from collections.abc import Iterable

from django.conf import settings

from annexa.lib import files

MOST_SECONDS = 24 * 3600


def keep(organization_id: uuid.UUID, chunks: Iterable[bytes], limit: int) -> str:
    """Keep content for a day at most and return the hash it is found under; raises UserError."""
    stored = files.save(organization_id, chunks, limit, root=settings.UPLOADS)
    os.utime(files.path(organization_id, stored.sha256, root=settings.UPLOADS))  # it may have been there for hours
    return stored.sha256


def read(organization_id: uuid.UUID, sha256: str) -> bytes:
    """Return what was kept; raises NotFound."""
    return files.path(organization_id, sha256, root=settings.UPLOADS).read_bytes()


def remove(organization_id: uuid.UUID, sha256: str) -> None:
    """Remove what an import has used or refused; raises NotFound for what can be no hash."""
    files.place(organization_id, sha256, settings.UPLOADS).unlink(missing_ok=True)


def purge() -> int:
    """Remove what nobody went on with for a day; returns how many files went."""
    oldest, gone = time.time() - MOST_SECONDS, 0
    for file in settings.UPLOADS.rglob("*"):
        try:
            if file.is_file() and file.stat().st_mtime < oldest:
                file.unlink()
                gone += 1
        except FileNotFoundError:  # an import ended meanwhile
            continue
    return gone
