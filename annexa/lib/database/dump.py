"""Run pg_dump and pg_restore: those of the embedded PostgreSQL, or the system's for a server of one's own."""

import contextlib
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg.conninfo import make_conninfo

from annexa.lib.database.embedded import BINARIES

PART = 8 * 1024 * 1024
OURS = 18
OF_DJANGO = ("options", "server_side_binding", "prepare_threshold")  # the rest is libpq's, such as sslmode
SYSTEM = Path("/usr/lib/postgresql")
# Rights and policies name the logins of the server they come from; Annexa derives them anew after each migration.
DERIVED = re.compile(r"^\d+; \d+ \d+ (POLICY|ROW SECURITY|ACL|DEFAULT ACL) ")


class DumpFailed(Exception):
    """PostgreSQL's own program failed or is missing; the message is a sentence."""


class Server:
    """A database as its owner sees it, by Django's settings for it."""

    def __init__(self, login: dict[str, Any], *, is_ours: bool):
        options = {name: value for name, value in login["OPTIONS"].items() if name not in OF_DJANGO}
        places = {"host": login["HOST"], "port": login["PORT"], "user": login["USER"], "dbname": login["NAME"]}
        self._address = make_conninfo("", **{name: value for name, value in places.items() if value}, **options)
        self._password = str(login["PASSWORD"] or "")
        self._is_ours = is_ours

    def connect(self) -> psycopg.Connection:
        """Connect as the owner; raises psycopg.Error."""
        return psycopg.connect(self._address, password=self._password or None)

    def dump(self, snapshot: str, leave_out: Iterable[str]) -> Iterator[bytes]:
        """Yield a dump in parts, as of an exported snapshot, all rows of all organisations; raises DumpFailed."""
        command = [self._program("pg_dump"), "--format=custom", "--enable-row-security", f"--snapshot={snapshot}"]
        command += [f"--exclude-table-data={table}" for table in leave_out]
        with self._running([*command, "--dbname", self._address], stdout=subprocess.PIPE) as process:
            assert process.stdout
            while part := process.stdout.read(PART):
                yield part

    def load(self, parts: Callable[[], Iterator[bytes]]) -> None:
        """Load a dump into an empty database, all of it or nothing; raises DumpFailed."""
        program = self._program("pg_restore")
        with tempfile.TemporaryFile() as listing, tempfile.NamedTemporaryFile("w", prefix="annexa-restore-") as wanted:
            self._feed([program, "--list"], parts(), listing)
            listing.seek(0)
            entries = (line.decode() for line in listing if not line.startswith(b";"))
            wanted.writelines(entry for entry in entries if not DERIVED.match(entry))
            wanted.flush()
            command = [program, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
            command += [f"--use-list={wanted.name}", "--dbname", self._address]
            self._feed(command, parts(), subprocess.DEVNULL)

    def _feed(self, command: list[str], parts: Iterator[bytes], output: IO[bytes] | int) -> None:
        """Run a program on a stream; it may stop reading when it has seen enough."""
        with self._running(command, stdin=subprocess.PIPE, stdout=output) as process:
            assert process.stdin
            with contextlib.suppress(BrokenPipeError):
                for part in parts:
                    process.stdin.write(part)
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()

    @contextlib.contextmanager
    def _running(self, command: list[str], **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
        """Run a program for the block; raises DumpFailed with its first words when it fails."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        environment |= {"LC_ALL": "C", **({"PGPASSWORD": self._password} if self._password else {})}
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(command, env=environment, stderr=errors, **streams)
            try:
                yield process
            except BaseException:
                process.kill()  # what it has begun in the database is rolled back
                raise
            finally:
                code = process.wait()
            errors.seek(0)
            if code:
                said = errors.read(4000).decode(errors="replace").strip().splitlines() or ["it gave no reason"]
                name = Path(command[0]).name
                raise DumpFailed(f"{name} failed: {said[0].removeprefix(f'{name}: error: ').rstrip('.')}.")

    def _program(self, name: str) -> str:
        """Return a program that is at least as new as the server, the closest first; raises DumpFailed."""
        if self._is_ours:
            return str(BINARIES / name)
        with self.connect() as connection:
            server, is_encrypted = connection.info.server_version // 10000, connection.pgconn.ssl_in_use
        if path := _system_program(name, server):
            return path
        if server <= OURS and not is_encrypted:  # ours speaks no TLS
            return str(BINARIES / name)
        raise DumpFailed(f"{name} {server} or newer is needed: install PostgreSQL's client programs, version {server}.")


def _system_program(name: str, server: int) -> str | None:
    """Return the system's program for a server, or None: the oldest that is new enough."""
    places = [Path(path) for path in os.environ.get("PATH", "").split(os.pathsep) if path]
    versions = {
        major: path
        for path in [*places, *SYSTEM.glob("*/bin")]
        if (path / name).exists() and (major := _major(path / name)) >= server
    }
    return str(versions[min(versions)] / name) if versions else None


def _major(program: Path) -> int:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\) (\d+)", said)
    return int(found.group(1)) if found else 0
