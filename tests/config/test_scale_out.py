"""Two machines that serve and three workers on one database: what one writes the other reads, each job is done once."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from annexa.lib.database import embedded
from tests.browser import programs, servers

pytestmark = pytest.mark.slow
SECRET = {"ANNEXA_SECRET_KEY": "x" * 50, "ANNEXA_API_RATE": "1000000"}
ROUNDS, MAILS = 25, 40


@pytest.fixture(scope="module")
def machines():
    """Two servers in folders of their own, each with two web processes and a worker, and a third worker."""
    homes = [Path(f"/tmp/annexa-scale-{os.getpid()}-{letter}") for letter in "ab"]  # noqa: S108  PostgreSQL's account
    for home in homes:
        home.mkdir(mode=0o711)
    first = servers.start(homes[0], "--demo", environment=SECRET)
    database = embedded.Embedded(homes[0])
    shared = SECRET | {
        "DATABASE_URL": database.url(embedded.APPLICATION),
        "DATABASE_OWNER_URL": database.url(embedded.OWNER),
    }
    second = servers.start(homes[1], environment=shared)
    environment = servers.settings_for(homes[1], servers.free_port(), shared)
    third = subprocess.Popen([servers.ANNEXA, "worker"], env=environment, stdout=subprocess.DEVNULL)
    yield first, second
    third.terminate()
    third.wait(30)
    servers.stop(second)
    servers.stop(first)
    for home in homes:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def token(machines):
    return programs.token(machines[0], "task:work", "task:edit", "members:edit", "members:read")


def test_what_one_writes_the_other_reads_at_once(machines, token):
    for number in range(ROUNDS):
        one, other = machines if number % 2 else machines[::-1]
        status, made = programs.ask(one, token, "POST", "tasks/", {"title": f"Round {number}"})
        assert status == 201, made
        status, read = programs.ask(other, token, "GET", f"tasks/{made['id']}")
        assert (status, read["title"]) == (200, f"Round {number}")
        assert programs.ask(other, token, "PATCH", f"tasks/{made['id']}", {"state": "done"})[0] == 200
        assert programs.ask(one, token, "GET", f"tasks/{made['id']}")[1]["state"] == "done"


def test_a_role_that_is_taken_away_is_gone_with_the_next_request_everywhere(machines, token):
    rosa = programs.token(machines[0], "context:edit", "context:read", user="rosa@harbourcloud.example")
    issue = {"side": "internal", "text": "Few people know the pipeline"}
    for machine in machines * 3:
        assert programs.ask(machine, rosa, "POST", "context/issues/", issue)[0] == 201
    _status, found = programs.ask(machines[0], token, "GET", "members/?q=rosa")
    member = f"members/{found['items'][0]['id']}"
    for machine in machines:
        assert programs.ask(machine, token, "PATCH", member, {"role": "reader"})[0] == 200
        answers = [programs.ask(each, rosa, "POST", "context/issues/", issue)[0] for each in machines * 4]
        assert answers == [403] * len(answers)
        assert programs.ask(machine, token, "PATCH", member, {"role": "isms_manager"})[0] == 200
        answers = [programs.ask(each, rosa, "GET", "context/issues/")[0] for each in machines * 4]
        assert answers == [200] * len(answers)


def test_three_workers_do_every_job_once(machines, token):
    addresses = [f"scale-{number}@example.com" for number in range(MAILS)]
    for number, address in enumerate(addresses):
        machine = machines[number % 2]
        assert programs.ask(machine, token, "POST", "invitations/", {"email": address, "role": "reader"})[0] == 201
    deadline = time.monotonic() + 60
    while len(_mailed(machines)) < MAILS and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(2)  # a second one would come now
    assert sorted(_mailed(machines)) == sorted(addresses)


def _mailed(machines):
    """Return who was sent an invitation, once for each mail that either machine wrote."""
    texts = [path.read_text() for machine in machines for path in (machine.home / "mail").glob("*")]
    lines = [line for text in texts for line in text.splitlines() if line.startswith("To: scale-")]
    return [line.removeprefix("To: ").strip() for line in lines]
