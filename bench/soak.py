"""Memory over time: `python -m bench.soak 30` uses a sample organisation for as many minutes and prints a table."""

import itertools
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench.client import Client
from bench.processes import memory
from tests.browser import programs, servers

PAGES = ("", "gap/", "soa/", "risks/", "risks/?format=xlsx", "assets/", "tasks/", "people/", "activity/",
         "history/soa/", "soa/3/export/pdf", "search/?q=access")  # fmt: skip
CALLS = (("GET", "tasks/?limit=50", None), ("POST", "tasks/", {"title": "Soak"}), ("GET", "risks/", None))
PAUSE = 0.15  # seconds between requests, so that the machine stays usable


def main(minutes: int) -> None:
    """Use the pages and the interface, and print memory every few minutes."""
    home = Path(tempfile.mkdtemp(prefix="annexa-soak-", dir="/tmp"))
    home.chmod(0o711)
    server = servers.start(home, "--demo", environment={"ANNEXA_SERVER_TIMING": "1", "ANNEXA_API_RATE": "1000000"})
    try:
        client = Client(server.url)
        client.sign_in(server.link("Mara"))
        token = programs.token(server, "task:work", "task:edit", "risk:read")
        print("| minute | requests | MB (PSS) |\n|---|---|---|", flush=True)
        _use(server, client, token, minutes)
    finally:
        servers.stop(server)
        shutil.rmtree(home, ignore_errors=True)


def _use(server: servers.Server, client: Client, token: str, minutes: int) -> None:
    start, done, told = time.monotonic(), 0, -1
    for page, call in zip(itertools.cycle(PAGES), itertools.cycle(CALLS)):
        client.opener.open(f"{server.url}/o/harbour/{page}").read()
        assert programs.ask(server, token, *call)[0] in (200, 201)
        done += 2
        minute = int((time.monotonic() - start) / 60)
        if minute > told and minute % max(1, minutes // 10) == 0:
            print(f"| {minute} | {done:,} | {memory(server):.0f} |", flush=True)
            told = minute
        if minute >= minutes:
            return
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
