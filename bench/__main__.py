"""`make bench`: start-up, memory and page times on seeded volumes, as a Markdown table for docs/benchmarks.md."""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import findings, load, register
from bench.client import Client
from bench.processes import memory
from tests.browser import servers

PAGES = [
    ("Home", "/o/harbour/", None),
    ("Gap analysis, 123 rows", "/o/harbour/gap/", 80),
    ("Statement of Applicability, 93 rows", "/o/harbour/soa/", 80),
    ("SoA, one control", "/o/harbour/catalog/iso27001-2022/A.5.17/", None),
    ("Statement as XLSX", "/o/harbour/soa/3/export/xlsx", 200),
    ("Statement as PDF (tagged, PDF/UA-1)", "/o/harbour/soa/3/export/pdf", 500),
    ("Statement as DOCX", "/o/harbour/soa/3/export/docx", None),
    ("Activity, 100 entries", "/o/harbour/activity/", None),
]
LISTS = [
    ("first page", ""),
    ("last page", "?page={last}"),
    ("by title, page 2", "?sort=title&page=2"),
    ("not decided, page 2", "?applicable=open&page=2"),
]

MIDDLE = 1_000
REGISTER = [
    ("Risks with heat map", "risks/", 100),
    ("Risks, last page", "risks/?page={last}", 50),
    ("Risks above appetite by title", "risks/?above=yes&sort=title", 50),
    ("Register as CSV", "risks/?format=csv", 1_500),
    ("Register as XLSX", "risks/?format=xlsx", 4_000),
    ("Assets", "assets/", 50),
    ("Assets, last page", "assets/?page={last}", 50),
    ("Assets, a word", "assets/?q=node+77", 50),
]


def main() -> None:
    """Measure and print."""
    home = Path(tempfile.mkdtemp(prefix="annexa-bench-", dir="/tmp"))
    home.chmod(0o711)
    try:
        print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
        _starts(home / "start")
        _pages(home / "demo")
        register.main(home / "register")
        findings.main(home / "findings")
        load.main()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _starts(home: Path) -> None:
    home.mkdir(mode=0o711)
    environment = servers.settings_for(home, servers.free_port())
    migrate = _seconds(
        lambda: subprocess.run([servers.ANNEXA, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    )
    first = _serve(home)
    again = _serve(home)
    print("| start | goal | seconds |\n|---|---|---|")
    print(f"| migrations of an empty database, PostgreSQL made and started | ≤ 20 | {migrate:.1f} |")
    print(f"| `annexa serve` to the first page, static files collected | | {first:.1f} |")
    print(f"| `annexa serve` again | ≤ 5 | {again:.1f} |\n")


def _serve(home: Path) -> float:
    start = time.perf_counter()
    server = servers.start(home)
    servers.wait_for(f"{server.url}/account/login/")
    took = time.perf_counter() - start
    servers.stop(server)
    return took


def _pages(home: Path) -> None:
    home.mkdir(mode=0o711)
    start = time.perf_counter()
    server = servers.start(home, "--demo", environment={"ANNEXA_SERVER_TIMING": "1"})
    print(f"Sample organisation built and served in {time.perf_counter() - start:.1f} s.\n")
    try:
        client = Client(server.url)
        client.sign_in(server.link("Mara"))
        print("| page | goal ms | server ms | wall ms | queries | kB |\n|---|---|---|---|---|---|")
        for title, path, goal in PAGES:
            _row(title, goal, client, path)
        for count, link in _seeded(server, 100, 1_000, 10_000).items():
            other = Client(server.url)
            other.sign_in(link)
            for title, path, goal in REGISTER:
                address = f"/o/bench-{count}/{path.format(last=max(1, count // 50))}"
                _row(f"{title}, {count:,}", goal, other, address, runs=5 if "format=" in path else 15)
            for title, query in LISTS if count != MIDDLE else ():
                _row(
                    f"Own controls, {title} of {count:,}",
                    50,
                    other,
                    f"/o/bench-{count}/catalog/controls/{query.format(last=count // 50)}",
                )
        print(f"\nMemory (PSS) of supervisor, web, worker and database: {memory(server):.0f} MB (goal ≤ 600).")
    finally:
        servers.stop(server)


def _row(title: str, goal: int | None, client: Client, path: str, runs: int = 15) -> None:
    cost = client.measure(path, runs)
    aim = f"≤ {goal}" if goal else ""
    print(f"| {title} | {aim} | {cost.server:.0f} | {cost.wall:.0f} | {cost.queries:.0f} | {cost.size / 1000:.0f} |")


def _seeded(server: servers.Server, *counts: int) -> dict[int, str]:
    environment = servers.settings_for(server.home, int(server.url.rsplit(":", 1)[1]))
    command = [sys.executable, "-m", "bench.seed", *map(str, counts)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return {int(count): link for count, link in re.findall(r"(\d+) (http\S+)", done.stdout)}


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
