"""Files that people attach, stored once under the hash of their content, in a folder per organisation."""

import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from annexa.lib import virus
from annexa.lib.errors import NotFound, UserError

MOST_BYTES = 25 * 1024 * 1024
HEAD = 8
ZIP = (b"PK\x03\x04",)
# extension → media type, and how such a file begins where that is certain
TYPES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "csv": ("text/csv", ()),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP),
    "eml": ("message/rfc822", ()),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "json": ("application/json", ()),
    "log": ("text/plain", ()),
    "md": ("text/markdown", ()),
    "odp": ("application/vnd.oasis.opendocument.presentation", ZIP),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", ZIP),
    "odt": ("application/vnd.oasis.opendocument.text", ZIP),
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ZIP),
    "txt": ("text/plain", ()),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP),
    "zip": ("application/zip", ZIP),
}
# What a file that calls itself text must not begin with: programs and pages run where they are opened.
NEVER = (b"MZ", b"\x7fELF", b"#!", b"<!DOC", b"<!doc", b"<html", b"<HTML", b"<script", b"<svg")


@dataclass(frozen=True)
class Stored:
    """Where a file went: the hash of its content, and its size."""

    sha256: str
    size: int


def save(organization_id: uuid.UUID, chunks: Iterable[bytes], limit: int = MOST_BYTES) -> Stored:
    """Store content once; raises UserError when it is empty or larger than the limit."""
    folder = settings.FILES / str(organization_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix="incoming-") as incoming:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise UserError(_("The file is larger than %(size)s MB.") % {"size": limit // 1024**2})
            digest.update(chunk)
            incoming.write(chunk)
        if not size:
            raise UserError(_("The file is empty."))
        incoming.flush()
        virus.check(Path(incoming.name))
        os.fsync(incoming.fileno())
        _keep(Path(incoming.name), place(organization_id, digest.hexdigest()))
    return Stored(digest.hexdigest(), size)


def path(organization_id: uuid.UUID, sha256: str) -> Path:
    """Return the path of a stored file; raises NotFound."""
    found = place(organization_id, sha256)
    if not found.is_file():
        raise NotFound("There is no such file.")
    return found


def place(organization_id: uuid.UUID, sha256: str) -> Path:
    """Return where a file with that hash belongs, whether it is there or not; raises NotFound."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise NotFound("There is no such file.")
    return settings.FILES / str(organization_id) / sha256[:2] / sha256


def remove(organization_id: uuid.UUID, sha256: str) -> None:
    """Delete a stored file; once more, it does nothing."""
    place(organization_id, sha256).unlink(missing_ok=True)


def check_type(name: str, head: bytes) -> None:
    """Refuse files that are on no list of harmless types, or do not begin as their type does; raises UserError."""
    known = TYPES.get(extension(name))
    if known is None:
        names = ", ".join(sorted(TYPES))
        raise UserError(_("Files of this type are not taken. These are: %(names)s.") % {"names": names})
    beginnings = known[1]
    if not head.startswith(beginnings) if beginnings else head.lstrip().startswith(NEVER):
        raise UserError(_("The content of %(name)s is not what its name says.") % {"name": name})


def media_type(name: str) -> str:
    """Return the media type for a name; a stream of bytes when it is unknown."""
    return TYPES.get(extension(name), ("application/octet-stream", ()))[0]


def extension(name: str) -> str:
    """Return the extension of a name in lower case, without its dot."""
    return Path(name).suffix.lower().removeprefix(".")


def _keep(incoming: Path, target: Path) -> None:
    """Give complete content its name in one step; whoever stored the same before has done it already."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        os.link(incoming, target)
    except FileExistsError:
        return
    target.chmod(0o400)
