"""`annexa serve`: PostgreSQL, the web process and one worker, started in order and kept running.

This process stays small: it never loads Django itself beyond migrating. Every child leaves with it, even on a kill -9.
"""

import argparse
import contextlib
import ctypes
import errno
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from annexa.config import environment
from annexa.lib.database import embedded

STOP_SECONDS = 15
WEB = ["-m", "annexa.config.web"]
WORKER = "from annexa.config.worker import serve; serve()"  # the queue wants its app outside __main__
MEMORY = Path("/dev/shm")  # noqa: S108  a folder of our own inside, or none
BACK_OFF = (0.2, 0.5, 1, 2, 5, 10)


@dataclass
class Child:
    """A process that is started again when it ends, more slowly each time."""

    name: str
    arguments: list[str]
    inherits: tuple[int, ...] = ()  # descriptors of the supervisor's that it may use
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    not_before: float = field(default=0.0)
    started: float = field(default=0.0)

    def start(self, *, held: bool = False) -> None:
        """Start the process; a held one loads and then waits for `release`."""
        stdin = subprocess.PIPE if held else subprocess.DEVNULL
        command = [sys.executable, *self.arguments]
        self.process = subprocess.Popen(command, stdin=stdin, preexec_fn=_end_with_parent, pass_fds=self.inherits)
        self.started = time.monotonic()

    def release(self) -> None:
        """Let a held process go on."""
        if self.process and self.process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()

    def watch(self) -> None:
        """Restart the process if it ended and its pause is over."""
        now = time.monotonic()
        if self.process and self.process.poll() is None:
            if self.failures and now - self.started > 60:
                self.failures = 0
            return
        if self.process:
            print(f"The {self.name} process ended ({self.process.returncode}); starting it again.", file=sys.stderr)
            self.process = None
            self.not_before = now + BACK_OFF[min(self.failures, len(BACK_OFF) - 1)]
            self.failures += 1
        if now >= self.not_before:
            self.start()


def main(arguments: list[str]) -> int:
    """Run `annexa serve`; returns the exit code."""
    parser = argparse.ArgumentParser("annexa serve", description="Serve the pages and run the jobs.")
    parser.add_argument("--demo", action="store_true", help="with the sample organisation Harbour Cloud")
    return run(environment.read(), demo=parser.parse_args(arguments).demo)


def run(settings: environment.Environment, *, demo: bool) -> int:
    """Serve until told to stop; returns the exit code."""
    stopping = _stop_on_signals()
    place = _bind(settings)
    if place is None:
        print(f"Port {settings.port} is in use; choose another with ANNEXA_PORT.", file=sys.stderr)
        return 2
    with place, _figures(settings), _database(settings) as server:
        children = [*_web(settings, place), Child("worker", ["-c", WORKER])]
        try:
            for child in children:
                child.start(held=True)
            prepared = _prepare(demo)
            if prepared.returncode:
                return prepared.returncode
            for child in children:
                child.release()
            _watch(settings, server, children, stopping, f"Annexa is ready at {settings.base_url}\n{prepared.stdout}")
        finally:
            _stop(children)
    return 0


def _bind(settings: environment.Environment) -> socket.socket | None:
    """Take the address, or return None when somebody has it.

    The web processes listen on this one socket, so requests wait while a process is started again.
    """
    place = socket.socket(_family(settings))
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind((settings.host, settings.port))
    except OSError as error:
        place.close()
        if error.errno != errno.EADDRINUSE:
            raise environment.BadSetting(f"{settings.host} cannot be listened on: {error.strerror}.") from error
        return None
    return place


def _web(settings: environment.Environment, place: socket.socket) -> list[Child]:
    """Return the web processes."""
    command = [*WEB, "--fd", str(place.fileno())]
    return [Child("web", command, (place.fileno(),)) for _each in range(settings.web_processes)]


@contextlib.contextmanager
def _figures(settings: environment.Environment) -> Iterator[None]:
    """Have an empty folder through which several web processes share their figures, for as long as the block lasts.

    It is in memory where the system has a place for that: the figures are written through a memory map, and on a disk
    that runs full that ends the process (SIGBUS).
    """
    if settings.web_processes == 1:
        yield
        return
    name = f"annexa-{hashlib.sha256(str(settings.home.resolve()).encode()).hexdigest()[:12]}-figures"
    settings.home.mkdir(mode=0o711, parents=True, exist_ok=True)
    folder = _made_anew(MEMORY / name) or _made_anew(settings.home / "figures")
    if folder is None:
        raise environment.BadSetting(f"{settings.home} cannot be written.")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made_anew(folder: Path) -> Path | None:
    """Return the folder, empty, or None where it cannot be had: no such place, or somebody else's."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except OSError:
        return None
    return folder


def _prepare(demo: bool) -> subprocess.CompletedProcess[str]:
    """Bring the installation up to date while the children load; standard output is for the operator."""
    command = [sys.executable, "-m", "annexa.config.prepare", *(["--demo"] if demo else [])]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True)


def _watch(
    settings: environment.Environment,
    server: embedded.Embedded | None,
    children: list[Child],
    stopping: list[int],
    say: str,
) -> None:
    """Keep everything running until told to stop; speak once the pages answer."""
    while not stopping:
        for child in children:
            child.watch()
        if say and _answers(settings):
            print(say, end="", flush=True)
            say = ""
        _keep_database(server)
        time.sleep(0.05 if say else 0.5)


def _family(settings: environment.Environment) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in settings.host else socket.AF_INET


def _answers(settings: environment.Environment) -> bool:
    """Whether a web process listens on the address."""
    with socket.socket(_family(settings)) as probe:
        probe.settimeout(1)
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
        return probe.connect_ex((host, settings.port)) == 0


@contextlib.contextmanager
def _database(settings: environment.Environment) -> Iterator[embedded.Embedded | None]:
    if not settings.embedded:
        yield None
        return
    with embedded.serve(settings.home) as server:
        yield server


def _keep_database(server: embedded.Embedded | None) -> None:
    """PostgreSQL recovers by itself from a crashed backend; a dead postmaster is started again here."""
    if server and server.process and server.process.poll() is not None:
        print("PostgreSQL ended; starting it again.", file=sys.stderr)
        try:
            server.start()
        except embedded.DatabaseDown as error:
            print(error, file=sys.stderr)
            time.sleep(2)


def _stop(children: list[Child]) -> None:
    running = [child.process for child in children if child.process and child.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _stop_on_signals() -> list[int]:
    received: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda signum, frame: received.append(signum))
    return received


def _end_with_parent() -> None:
    os.setsid()  # Ctrl-C reaches only the supervisor, which stops the children in order
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: requests are transactions, jobs are repeated


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
