"""`annexa restore`: a backup into an empty place, after all of it has been read and found whole.

The file is read three times: to check it, to put the files back, and last to load the database in one transaction, so
that an interrupted restore leaves no database and can be repeated.
"""

import contextlib
import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from annexa.config import database
from annexa.config.archive import FORMAT, KEYS, Archive, Header
from annexa.lib import bundle, files, keyfile, sealed
from annexa.lib.database import embedded
from annexa.lib.database.dump import Server
from annexa.lib.errors import UserError
from annexa.lib.version import VERSION

MARK = "restoring"  # stands in the home folder from the first file to the last row
VERIFY = "import sys; sys.argv = ['annexa', 'verify']; from annexa.config.entry import main; main()"
MOST_KEY = 64 * 1024
TABLES = "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"


@dataclass(frozen=True)
class Restored:
    """What came back, and which evidence had been damaged before it was backed up."""

    header: Header
    damaged: list[str]


def restore(source: Path, keys: Path | None, ask: Callable[[], str]) -> Restored:
    """Check everything, then restore it; raises UserError, Damaged, Unreadable, DumpFailed."""
    archive = Archive(source, ask)
    header = archive.check()
    check_version(header)
    found = read_keys(keys, ask) if keys else {}
    home, is_ours = settings.ENVIRONMENT.home, settings.ENVIRONMENT.embedded
    with embedded.borrow(home) if is_ours else contextlib.nullcontext() as embedded_server:
        if embedded_server:
            database.prepare(embedded_server)
        server = Server(settings.DATABASE_OWNER, is_ours=is_ours)
        _check_empty(server, home)
        (home / MARK).touch(mode=0o600)
        for name, content in found.items():
            keyfile.replace(home / name, content)
        _restore_files(archive)
        server.load(archive.dump)
        (home / MARK).unlink()
        database.migrate()
    return Restored(header, archive.damaged)


def verify() -> int:
    """Run `annexa verify` with the keys that came back; returns its exit code."""
    return subprocess.run([sys.executable, "-c", VERIFY]).returncode


def check_version(header: Header) -> None:
    """Refuse what a newer version has made; raises UserError."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    unknown = sorted(set(header.migrations) - known)
    if header.format > FORMAT or unknown:
        what = f" (it holds {unknown[0]})" if unknown else ""
        raise UserError(
            f"Annexa {header.annexa} made this backup{what}; this is {VERSION}. Install that version first."
        )


def read_keys(path: Path, ask: Callable[[], str]) -> dict[str, bytes]:
    """Return the keys that `annexa backup --keys` wrote, by file name; raises UserError, Damaged."""
    found: dict[str, bytes] = {}
    with sealed.opened(path, ask) as stream:
        for member in bundle.members(stream, re.compile("|".join(map(re.escape, KEYS)))):
            if member.size > MOST_KEY:
                raise bundle.Damaged(f"{member.name} is too large for a key.")
            found[member.name] = b"".join(member.pieces())
    return found


def _check_empty(server: Server, home: Path) -> None:
    with server.connect() as connection:
        [tables] = connection.execute(TABLES).fetchone() or [0]
    if tables:
        raise UserError(f"The database has {tables} tables; restore only into an empty one.")
    if not (home / MARK).exists() and any(Path(settings.FILES).glob("*/*/*")):
        raise UserError(f"{settings.FILES} holds files; restore only into an empty place.")


def _restore_files(archive: Archive) -> None:
    """Put evidence and checkpoints back; a checkpoint file that is there already is the better witness and stays."""
    for member, evidence, checkpoint in archive.files():
        if evidence:
            files.save(uuid.UUID(evidence[1]), member.pieces(), limit=member.size)
        elif checkpoint:
            target = Path(settings.CHECKPOINTS) / f"{checkpoint[1]}.jsonl"
            if not target.exists():
                keyfile.replace(target, b"".join(member.pieces()))
