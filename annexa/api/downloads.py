"""Files that operations send and take."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja.files import UploadedFile

from annexa.api.access import Request
from annexa.lib import files
from annexa.lib.errors import UserError
from annexa.lib.files import Stored
from annexa.reports.document import File
from annexa.reports.export import FORMATS

BINARY = {"schema": {"type": "string", "format": "binary"}}
REPORT: dict[str, Any] = {
    "responses": {
        200: {"description": "The file.", "content": {media_type: BINARY for _render, media_type in FORMATS.values()}}
    }
}
ANY_FILE: dict[str, Any] = {"responses": {200: {"description": "The file.", "content": {"*/*": BINARY}}}}


def send(name: str, media_type: str, content: bytes) -> HttpResponse:
    """Send a file to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=media_type, headers=headers)


def send_report(file: File) -> HttpResponse:
    """Send a rendered report."""
    return send(file.name, file.media_type, file.content)


def kept(request: Request, file: UploadedFile) -> tuple[str, Stored]:
    """Store an uploaded file of a harmless type; returns its name and where it went."""
    name = file.name or ""
    files.check_type(name, file.read(files.HEAD))
    file.seek(0)
    return name, files.save(request.actor.organization_id, file.chunks())


def content_of(file: UploadedFile, most: int) -> bytes:
    """Return what was uploaded; raises UserError when it is more than may be."""
    if (file.size or 0) > most:
        sentence = _("The file is larger than %(size)s MB.") % {"size": most // 1024**2}
        raise UserError(sentence, {"file": sentence})
    return file.read()
