"""Files of 100,000 findings: read, brought in, and brought in again. `python -m bench.findings` prints the rows."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from tests.browser import servers

ROWS = 100_000
SEVERITIES = ("ERROR", "WARNING", "INFO")


def main(home: Path) -> None:
    """Measure in a process of its own, with a database of its own."""
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    environment = servers.settings_for(home, servers.free_port())
    subprocess.run([servers.ANNEXA, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, "-m", "bench.findings", "--inside"], env=environment, check=True)


def content(rows: int = ROWS) -> bytes:
    """Return a file of a code scanner with as many findings."""
    results = [
        {"check_id": f"bench.rule-{n % 500}", "path": f"src/part{n % 997}/file{n}.py", "start": {"line": n % 400},
         "extra": {"message": f"A password number {n} stands in the code", "severity": SEVERITIES[n % 3],
                   "metadata": {"cwe": "CWE-798: Credentials", "references": ["https://example.com/why"]}}}
        for n in range(rows)
    ]  # fmt: skip
    return json.dumps({"results": results, "errors": [], "version": "1.0"}).encode()


def _inside() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")
    import django

    django.setup()
    from django.conf import settings

    from annexa.lib.database import embedded

    with embedded.borrow(settings.ENVIRONMENT.home):
        _measure()


def _measure() -> None:
    from annexa.evidence import registry
    from annexa.evidence.services import findings
    from annexa.isms import services as isms
    from annexa.lib.database import scope
    from annexa.organizations import services

    person = services.create_person(name="Bench", email="bench-findings@example.com", is_administrator=True)
    actor = isms.found_organization(person=person, name="Bench findings", slug="bench-findings")
    file = content()
    print(f"\n| {ROWS:,} findings, {len(file) / 1e6:.0f} MB | goal s | seconds | MB more |\n|---|---|---|---|")
    _row("read from the file", "", lambda: registry.recognise(file))
    with scope.within(actor.organization_id, person.pk):
        given: dict[str, Any] = {"actor": actor, "content": file, "target": "bench", "source": "semgrep"}
        _row("brought in", "≤ 30", lambda: findings.import_scan(**given))
        _row("brought in again, nothing new", "≤ 30", lambda: findings.import_scan(**given))


def _row(name: str, goal: str, act: Any) -> None:
    process = psutil.Process()
    before, start = process.memory_info().rss, time.perf_counter()
    act()
    took, more = time.perf_counter() - start, (process.memory_info().rss - before) / 1e6
    print(f"| {name} | {goal} | {took:.1f} | {more:.0f} |", flush=True)


if __name__ == "__main__":
    if "--inside" in sys.argv:
        _inside()
    else:
        with tempfile.TemporaryDirectory(prefix="annexa-bench-", dir="/tmp") as folder:
            Path(folder).chmod(0o711)
            main(Path(folder) / "findings")
