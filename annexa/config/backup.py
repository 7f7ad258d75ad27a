"""`annexa backup`: everything but the keys in one file; the keys in another.

The dump is one snapshot. Evidence is copied after it: files are stored before the rows that name them and never change,
so what is copied later holds at least what the snapshot names.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from psycopg import IsolationLevel

from annexa.config.archive import ALLOWED, FORMAT, HEADER, KEYS, Header
from annexa.lib import bundle, sealed
from annexa.lib.database.dump import Server
from annexa.lib.errors import UserError
from annexa.lib.version import VERSION
from annexa.lib.whole_file import whole_file

LEFT_OUT = ("annexa_cache",)  # counts of failed sign-ins and half-finished imports


@dataclass(frozen=True)
class Made:
    """What went into a backup."""

    files: int
    bytes: int
    damaged: list[str]


def backup(target: Path, *, passphrase: str | None, keys: Path | None) -> Made:
    """Write a backup, whole or not at all; raises UserError, DumpFailed."""
    for path in (target, keys):
        if path and path.exists():
            raise UserError(f"{path} is there already; a backup never writes over another.")
    with _whole(target, passphrase) as writer:
        made = _write(writer)
    if keys:
        with _whole(keys, passphrase) as writer:
            for name in KEYS:
                if (path := settings.ENVIRONMENT.home / name).exists():
                    writer.add_file(name, path)
    return made


def _write(writer: bundle.Writer) -> Made:
    server = Server(settings.DATABASE_OWNER, is_ours=settings.ENVIRONMENT.embedded)
    size = 0
    with server.connect() as connection:
        connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
        connection.execute("set idle_in_transaction_session_timeout = 0")
        [snapshot] = connection.execute("select pg_export_snapshot()").fetchone() or [""]
        writer.add_bytes(HEADER, _header(connection).content())
        for number, part in enumerate(server.dump(snapshot, LEFT_OUT), 1):
            writer.add_bytes(f"database/{number:06}", part)
            size += len(part)
    files, damaged = 0, []
    for name, path in _files():
        sha256 = writer.add_file(name, path)
        files, size = files + 1, size + path.stat().st_size
        if name.startswith("files/") and sha256 != path.name:
            damaged.append(name)
    return Made(files, size, damaged)


def _header(connection: Any) -> Header:
    applied = connection.execute("select app || '.' || name from django_migrations order by id").fetchall()
    now = timezone.now().isoformat(timespec="seconds")
    return Header(FORMAT, VERSION, now, connection.info.server_version, [name for (name,) in applied])


def _files() -> Iterator[tuple[str, Path]]:
    """Yield evidence and checkpoints under their names in the backup; what is still arriving has no such name."""
    for place, root, depth in (("files", settings.FILES, "*/*/*"), ("checkpoints", settings.CHECKPOINTS, "*.jsonl")):
        for path in Path(root).glob(depth):
            name = f"{place}/{path.relative_to(root).as_posix()}"
            if ALLOWED.fullmatch(name) and path.is_file() and not path.is_symlink():
                yield name, path


@contextlib.contextmanager
def _whole(target: Path, passphrase: str | None) -> Iterator[bundle.Writer]:
    """Write a file that only its owner can read, under its name only when it is complete and on the disk."""
    try:
        with whole_file(target) as file:
            seal = sealed.Writer(file, passphrase) if passphrase else None
            writer = bundle.Writer(seal or file)
            yield writer
            writer.finish()
            if seal:
                seal.finish()
    except OSError as error:
        raise UserError(f"The backup stopped at {error.filename or target}: {error.strerror}.") from error
