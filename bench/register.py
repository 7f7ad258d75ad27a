"""Assets and risks: volumes for the pages, the import of an inventory, and simulations beside bare NumPy.

`python -m bench.register` prints the rows that need no server.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.browser import servers

ROWS = 10_000
RISKS, TRIALS = 1_000, 100_000


def fill(actor: Any, count: int) -> None:
    """Give an organisation as many assets and risks, each risk about two assets and two controls, read twice."""
    from annexa.assets.models import Asset, Dependency
    from annexa.catalog.models import Requirement
    from annexa.organizations import queries as organizations
    from annexa.risks.models import Decision, Reading, Risk, RiskAsset, RiskControl, Stage
    from annexa.risks.queries import methods as queries
    from annexa.risks.services import methods

    whose = {"organization": actor.organization}
    method = methods.start_method(actor=actor)
    methods.approve_method(actor=actor, method=method, seen_hash=queries.hash_of(method))
    scope, terms = organizations.scope_for(actor), method.terms
    assets = [
        Asset(**whose, number=n, own_id=f"N-{n}", name=f"Node {n}", kind="hardware", owner=actor.membership,
              worth_confidentiality=1 + n % 5, worth_integrity=1 + n % 4, worth_availability=1 + n % 3)
        for n in range(1, count + 1)
    ]  # fmt: skip
    Asset.objects.bulk_create(assets, batch_size=1000)
    Dependency.objects.bulk_create(
        [Dependency(**whose, asset=assets[n], needed=assets[n + 1]) for n in range(0, count - 1, 5)], batch_size=1000
    )
    risks, readings = [], []
    for n in range(1, count + 1):
        inherent, current, impact = 1 + n % 5, 1 + n % 3, 1 + n % 4
        risks.append(Risk(
            **whose, scope=scope, number=n, title=f"Something happens to node {n}", event="It fails.", category="Bench",
            owner=actor.membership, decision=Decision.MITIGATE, read_at=method.approved_at, confidentiality=impact,
            inherent_likelihood=inherent, inherent_impact=impact, inherent_score=terms.score_of(inherent, impact),
            current_likelihood=current, current_impact=impact, current_score=terms.score_of(current, impact),
        ))  # fmt: skip
    Risk.objects.bulk_create(risks, batch_size=1000)
    for risk in risks:
        for stage, likelihood in ((Stage.INHERENT, risk.inherent_likelihood), (Stage.CURRENT, risk.current_likelihood)):
            score = terms.score_of(likelihood, risk.current_impact)
            figures = {"likelihood": likelihood, "impact": risk.current_impact, "score": score}
            figures |= {"confidentiality": risk.current_impact, "level": terms.level_of(score)}
            readings.append(Reading(**whose, risk=risk, stage=stage, method=method, **figures))
    Reading.objects.bulk_create(readings, batch_size=1000)
    controls = list(Requirement.objects.filter(kind="control", ref__startswith="A.")[:93])
    RiskAsset.objects.bulk_create(
        [RiskAsset(**whose, risk=r, asset=assets[(n + k) % count]) for n, r in enumerate(risks) for k in (0, 1)],
        batch_size=1000,
    )
    RiskControl.objects.bulk_create(
        [RiskControl(**whose, risk=r, requirement=controls[(n + k * 7) % len(controls)])
         for n, r in enumerate(risks) for k in (0, 1)],
        batch_size=1000,
    )  # fmt: skip


def main(home: Path) -> None:
    """Measure what needs no page: in a process of its own, so that nothing else's memory counts."""
    home.mkdir(mode=0o711)
    environment = servers.settings_for(home, servers.free_port())
    subprocess.run([servers.ANNEXA, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, "-m", "bench.register"], env=environment, check=True)


def _import() -> None:
    """Bring in an inventory of ten thousand assets with fifteen columns, from the bytes of the file to the commit."""
    from annexa.assets import checks
    from annexa.assets.queries import assets as queries
    from annexa.assets.queries import sheet
    from annexa.assets.services import imports
    from annexa.isms import services as isms
    from annexa.lib import sheets
    from annexa.lib.database import scope
    from annexa.organizations import services

    content = _workbook()
    person = services.create_person(name="Bench", email="bench-import@example.com", is_administrator=True)
    actor = isms.found_organization(person=person, name="Import", slug="bench-import")
    for title in ("import of 10,000 assets from XLSX, 15 columns", "the same file again, nothing to change"):
        start = time.perf_counter()
        book = sheets.read(content, "inventory.xlsx")
        read = time.perf_counter() - start
        with scope.within(actor.organization_id, person.pk):
            terms = queries.inventory(actor)
            opened = sheet.open_sheet(terms, book)
            found = sheet.read(actor, terms, opened, checks.extra_value)
            assert not found.stops, found.outcome.problems[:3]
            imports.import_assets(actor=actor, outcome=found.outcome, columns=opened.remembered)
        print(f"| {title} | ≤ 5 | {time.perf_counter() - start:.1f} | {read:.1f} |")


def _workbook() -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet("Assets")
    page.write_row(0, 0, ["Id", "Name", "Type", "Description", "Classification", "C", "I", "A", "RTO", "RPO",
                          "Personal data", "Location", "Tags", "Status", "Depends on"])  # fmt: skip
    for n in range(1, ROWS + 1):
        needs = f"N-{n + 1}" if n % 5 == 0 and n < ROWS else ""
        words = [f"N-{n}", f"Node {n}", "server", "Runs something.", "Internal", 1 + n % 5, 3, 1 + n % 4, 8, 24]
        page.write_row(n, 0, [*words, "no", f"Rack {n % 40}", "production, linux", "in use", needs])
    book.close()
    return file.getvalue()


def _simulation() -> None:
    """Simulate a large register, beside the bare draws of the same distributions."""
    import resource

    import numpy as np

    from annexa.risks.simulation import Exposure, Range, simulate

    often = [0.1 + (n % 20) / 10 for n in range(RISKS)]
    exposures = [
        Exposure(str(n), Range("fixed", rate), Range("lognormal", 1_000, high=100_000)) for n, rate in enumerate(often)
    ]
    start = time.perf_counter()
    random = np.random.default_rng(1)
    for rate in often:
        events = random.poisson(rate, TRIALS)
        random.lognormal(9, 1.4, int(events.sum()))
    bare = time.perf_counter() - start
    start = time.perf_counter()
    simulate(exposures, trials=TRIALS, seed=1)
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("\n| simulation | seconds | bare draws | ratio (goal ≤ 2) | highest memory, MB (goal ≤ 1,000) |")
    print("|---|---|---|---|---|")
    print(f"| {RISKS:,} risks × {TRIALS:,} years | {took:.1f} | {bare:.1f} | {took / bare:.2f} | {peak:.0f} |\n")


if __name__ == "__main__":
    if "ANNEXA_HOME" not in os.environ:
        with tempfile.TemporaryDirectory(prefix="annexa-bench-", dir="/tmp") as folder:
            Path(folder).chmod(0o711)
            main(Path(folder) / "register")
        sys.exit()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")
    import django

    django.setup()
    from django.conf import settings

    from annexa.lib.database import embedded

    with embedded.borrow(settings.ENVIRONMENT.home):
        print("| work | goal s | seconds | of it reading the file |\n|---|---|---|---|")
        _import()
    _simulation()
