"""A disk that runs full under writes: a sentence, nothing lost, and all is well once there is room."""

import contextlib
import os
import re
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.browser import programs, servers

pytestmark = pytest.mark.slow
SIZE = 700  # MB; the sample organisation, PostgreSQL's first log segments and room to grow
LONG = "A task with much to say. " * 600


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a small disk of its own, and the prefix that runs a command where it is mounted."""
    home = Path(f"/tmp/annexa-full-{os.getpid()}")  # noqa: S108  reachable by the account PostgreSQL runs under
    home.mkdir(mode=0o711)
    if os.geteuid():
        shutil.rmtree(home)
        pytest.skip("mounting a small disk needs root")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=711", "tmpfs", home])
    if mounted.returncode:
        shutil.rmtree(home)
        pytest.skip("this machine does not let root mount a small disk")
    (home / "serve.log").symlink_to(tmp_path / "serve.log")  # what a service says goes elsewhere
    yield home
    subprocess.run(["umount", "--lazy", home], check=True)
    shutil.rmtree(home)


@pytest.fixture
def server(small_disk):
    running = servers.start(small_disk, "--demo", environment={"ANNEXA_API_RATE": "1000000"})
    yield running
    with contextlib.suppress(psutil.NoSuchProcess):
        servers.stop(running)


def _fill(path):
    """Write until nothing more fits."""
    with path.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 65536)


def _write_until_refused(server, token):
    """Create tasks until one is refused; return those that were acknowledged, and the refusal."""
    acknowledged = []
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        title = f"Full {len(acknowledged)}"
        status, answer = programs.ask(server, token, "POST", "tasks/", {"title": title, "note": LONG})
        if status != 201:
            return acknowledged, (status, answer)
        acknowledged.append(title)
    raise AssertionError("the disk never ran full")


def test_a_full_disk_is_told_in_a_sentence_loses_nothing_and_is_over_once_there_is_room(server):
    token = programs.token(server, "task:work", "task:edit")
    filler = server.home / "filler"
    _fill(filler)
    acknowledged, (status, answer) = _write_until_refused(server, token)
    assert status == 503
    assert re.search("disk of the server is full|database does not answer", answer["detail"])
    assert _is_told_on_a_page(server)

    filler.unlink()
    servers.wait_for(f"{server.url}/readyz", 90)
    status, _answer = programs.ask(server, token, "POST", "tasks/", {"title": "Room again"})
    assert status == 201
    titles = [each["title"] for each in programs.everything(server, token, "tasks/?q=Full&")]
    assert sorted(titles) == sorted(acknowledged)
    verified = programs.verify(server)
    assert verified.returncode == 0, verified.stdout


def _is_told_on_a_page(server):
    """Whether the sign-in page answers at all, with itself or with a sentence."""
    try:
        return urllib.request.urlopen(f"{server.url}/", timeout=30).status == 200
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        return error.code == 503 and ("disk of the server is full" in text or "does not answer" in text)
