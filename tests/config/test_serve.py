"""The processes: what happens when one is killed, when two want the same place, and at the end."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.browser import servers
from tests.browser.servers import ANNEXA

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home():
    folder = Path(f"/tmp/annexa-serve-{os.getpid()}")  # noqa: S108  reachable by the account PostgreSQL runs under
    folder.mkdir(mode=0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server(home):
    server = servers.start(home)
    yield server
    servers.stop(server)


def _run(server, *arguments):
    port = int(server.url.rsplit(":", 1)[1])
    environment = servers.settings_for(server.home, port)
    return subprocess.run([ANNEXA, *arguments], env=environment, capture_output=True, text=True, timeout=120)


def _children(server, part):
    found = psutil.Process(server.process.pid).children()
    alive = [child for child in found if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if part in " ".join(child.cmdline())]


def _eventually(check, seconds=30):
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, "it did not come back"
        time.sleep(0.1)
    return found


def _answers(server):
    try:
        return urllib.request.urlopen(f"{server.url}/readyz", timeout=3).read() == b"ready\n"
    except OSError:
        return False


def test_the_start_prints_the_address_and_a_link_that_works_once(server):
    assert server.said.startswith(f"Annexa is ready at {server.url}\nCreate the first administrator")
    assert urllib.request.urlopen(server.link("administrator")).status == 200


def test_every_answer_carries_the_policy(server):
    headers = urllib.request.urlopen(f"{server.url}/account/login/").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_other_commands_share_the_running_database(server):
    done = _run(server, "verify")
    assert done.returncode == 0, done.stderr


def test_a_second_server_on_the_port_is_refused_in_a_sentence(server):
    done = _run(server, "serve")
    assert done.returncode == 2
    assert "is in use; choose another with ANNEXA_PORT" in done.stderr


@pytest.mark.parametrize("part", ["annexa.config.web", "annexa.config.worker", "postgres"])
def test_a_killed_process_comes_back(server, part):
    victim, *_others = _children(server, part)
    number = len(_children(server, part))
    victim.send_signal(signal.SIGKILL)
    _eventually(lambda: len([c for c in _children(server, part) if c.pid != victim.pid]) == number)
    _eventually(lambda: _answers(server))


def test_a_database_that_does_not_answer_makes_the_process_unready_but_not_dead(server):
    database = psutil.Process(_children(server, "postgres")[0].pid)
    assert _answers(server)
    database.suspend()  # first, so that no backend is born after the others are counted
    everybody = [database, *database.children(recursive=True)]
    for process in everybody:
        process.suspend()
    try:
        with pytest.raises(urllib.error.HTTPError, match="503") as refused:
            urllib.request.urlopen(f"{server.url}/readyz", timeout=10)
        assert b"no answer within 2 s" in refused.value.read()
        assert urllib.request.urlopen(f"{server.url}/healthz", timeout=3).read() == b"ok\n"
    finally:
        for process in everybody:
            process.resume()
    _eventually(lambda: _answers(server))


def test_nothing_is_left_behind_after_a_kill_of_the_supervisor():
    home = Path(f"/tmp/annexa-kill-{os.getpid()}")  # noqa: S108
    home.mkdir(mode=0o711)
    server = servers.start(home)
    children = psutil.Process(server.process.pid).children(recursive=True)
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    _eventually(lambda: not any(c.is_running() and c.status() != psutil.STATUS_ZOMBIE for c in children))

    again = servers.start(home)  # the database recovers and its lock is free
    servers.stop(again)
    shutil.rmtree(home)


def test_a_command_alone_starts_the_database_and_stops_it_again():
    home = Path(f"/tmp/annexa-alone-{os.getpid()}")  # noqa: S108
    home.mkdir(mode=0o711)
    environment = servers.settings_for(home, servers.free_port())
    subprocess.run([ANNEXA, "migrate"], env=environment, check=True, capture_output=True)
    done = subprocess.run([ANNEXA, "verify"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0
    assert not (home / "db" / "postmaster.pid").exists()
    shutil.rmtree(home)


def test_a_port_below_that_is_taken_by_somebody_else_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        environment = servers.settings_for(Path("/tmp/annexa-never"), other.getsockname()[1])  # noqa: S108
        done = subprocess.run([ANNEXA, "serve"], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert not Path("/tmp/annexa-never").exists()  # noqa: S108
