"""Breaking things under a write load: what was acknowledged is there once, what was queued is done, all comes back."""

import itertools
import os
import re
import shutil
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest

from tests.browser import programs, servers

pytestmark = pytest.mark.slow
WRITERS, SECONDS = 4, 14
FREE = {"ANNEXA_API_RATE": "1000000"}


@pytest.fixture(scope="module")
def server():
    home = Path(f"/tmp/annexa-faults-{os.getpid()}")  # noqa: S108  reachable by the account PostgreSQL runs under
    home.mkdir(mode=0o711)
    running = servers.start(home, "--demo", environment=FREE)
    yield running
    servers.stop(running)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def token(server):
    return programs.token(server, "task:work", "task:edit", "members:edit", "members:read")


def _until_done(server, token, path, body, key):
    """Ask again with the same key until it is acknowledged."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status, answer = programs.ask(server, token, "POST", path, body, key)
        if status == 201:
            return answer
        assert status in (0, 500, 502, 503), (status, answer)
        time.sleep(0.2)
    raise AssertionError(f"{path} was never acknowledged")


def _victims(server):
    children = [c for c in psutil.Process(server.process.pid).children() if c.status() != psutil.STATUS_ZOMBIE]
    parts = ("config.web", "worker", "postgres")
    return {part: [child for child in children if part in _command(child)] for part in parts}


def _command(process):
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_kills_under_a_write_load_lose_no_acknowledged_write_and_no_job_and_double_nothing(server, token):
    acknowledged, stop = [], threading.Event()

    def write(writer):
        for number in itertools.count():
            if stop.is_set():
                return
            title = f"Load {writer}-{number}"
            _until_done(server, token, "tasks/", {"title": title}, title)
            acknowledged.append(title)
            if number % 10 == 0:
                mail = f"load-{writer}-{number}@example.com"
                _until_done(server, token, "invitations/", {"email": mail, "role": "reader"}, mail)
                acknowledged.append(mail)

    writers = [threading.Thread(target=write, args=[n]) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    order = itertools.cycle(["config.web", "worker", "postgres"])
    end, kills = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        time.sleep(1.5)
        for victim in _victims(server)[next(order)][:1]:
            victim.send_signal(signal.SIGKILL)
            kills += 1
    stop.set()
    for writer in writers:
        writer.join(90)
    servers.wait_for(f"{server.url}/readyz", 60)

    titles = [each["title"] for each in programs.everything(server, token, "tasks/?q=Load&")]
    wanted = [each for each in acknowledged if "@" not in each]
    assert kills >= 5
    assert len(wanted) > 50
    assert sorted(titles) == sorted(wanted)  # each once
    _check_mail(server, {each for each in acknowledged if "@" in each})


def _check_mail(server, wanted):
    """Every invitation that was acknowledged is mailed, if need be by another worker."""
    deadline = time.monotonic() + 150
    while missing := wanted - _mailed(server):
        assert time.monotonic() < deadline, f"never mailed: {missing}"
        time.sleep(1)


def _mailed(server):
    text = "".join(file.read_text() for file in (server.home / "mail").glob("*"))
    return set(re.findall(r"^To: (load-\S+)$", text, re.MULTILINE))


def test_a_database_that_is_away_is_told_in_a_sentence_and_comes_back(server, token):
    servers.wait_for(f"{server.url}/readyz", 60)
    [postgres] = _victims(server)["postgres"]
    everybody = [postgres, *postgres.children(recursive=True)]
    for process in everybody:
        if process.is_running():
            process.send_signal(signal.SIGKILL)
    status, answer = programs.ask(server, token, "GET", "tasks/?limit=1")
    assert status in (0, 200, 503)
    if status == 503:
        assert "database does not answer" in answer["detail"]
    servers.wait_for(f"{server.url}/readyz", 60)
    assert programs.ask(server, token, "GET", "tasks/?limit=1")[0] == 200
    verified = programs.verify(server)
    assert verified.returncode == 0, verified.stdout
