"""Have ClamAV look at a file before it is kept, where the operator has named its socket (ANNEXA_CLAMAV).

A scanner that was asked for and does not answer lets nothing through. Protocol: clamd(8), INSTREAM.
"""

import socket
import struct
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from annexa.lib.errors import UserError

SECONDS, PIECE, LONGEST = 30, 64 * 1024, 4096


class Infected(UserError):
    """A file in which the scanner found something."""


def check(path: Path) -> None:
    """Raise Infected when the scanner finds something, UserError when it does not answer; nothing without a scanner."""
    where = settings.ENVIRONMENT.clamav
    if not where:
        return
    try:
        said = _ask(where, path)
    except OSError as error:
        sentence = _("The virus scanner does not answer, so nothing is taken in; the administrator can see to it.")
        raise UserError(sentence, {"file": sentence}) from error
    verdict = said.removeprefix("stream: ")
    if verdict.endswith("FOUND"):
        name = verdict.removesuffix("FOUND").strip()[:80]
        sentence = _("The virus scanner found %(name)s in this file.") % {"name": name}
        raise Infected(sentence, {"file": sentence})
    if verdict != "OK":
        sentence = _("The virus scanner could not read this file: %(said)s") % {"said": verdict[:120]}
        raise UserError(sentence, {"file": sentence})


def answers(where: str) -> bool:
    """Whether a scanner is there."""
    try:
        with _connect(where) as scanner:
            scanner.sendall(b"zPING\0")
            return scanner.recv(LONGEST).rstrip(b"\0") == b"PONG"
    except OSError:
        return False


def _ask(where: str, path: Path) -> str:
    with _connect(where) as scanner, path.open("rb") as content:
        scanner.sendall(b"zINSTREAM\0")
        while piece := content.read(PIECE):
            scanner.sendall(struct.pack(">I", len(piece)) + piece)
        scanner.sendall(struct.pack(">I", 0))
        said = b""
        while not said.endswith(b"\0") and len(said) < LONGEST and (more := scanner.recv(LONGEST)):
            said += more
    return said.rstrip(b"\0").decode(errors="replace").strip()


def _connect(where: str) -> socket.socket:
    kind, _colon, rest = where.partition(":")
    if kind == "unix":
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(SECONDS)
        try:
            made.connect(rest)
        except OSError:
            made.close()
            raise
        return made
    host, _colon, port = rest.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), SECONDS)
