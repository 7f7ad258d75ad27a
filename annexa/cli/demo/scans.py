"""What Harbour Cloud's scanners wrote, as their own files, and what people made of it."""

import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from annexa.evidence.models import Finding
from annexa.evidence.services import findings
from annexa.lib import clock

if TYPE_CHECKING:
    from annexa.cli.demo.story import Month

BEGUN = 3  # months ago


@cache
def data() -> dict[str, Any]:
    """Return what there was to see."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("scans.yaml").read_text())
    return found


def tell(month: "Month") -> None:
    """Live through one month."""
    ago, mara = month.months_ago, month.cast["mara"]
    if ago > BEGUN:
        return
    with month.day(4, 6):
        findings.import_scan(actor=mara, content=_packages(ago), target="api image", file_name="api.trivy.json")
        findings.import_scan(actor=mara, content=_code(ago), target="platform, main branch", file_name="semgrep.json")
    if ago == 0:
        with month.day(6):
            _decide(month)


def _packages(ago: int) -> bytes:
    found = [
        {"VulnerabilityID": each["id"], "PkgName": each["name"], "InstalledVersion": each["version"],
         "FixedVersion": each["fixed"], "Severity": each["severity"], "Title": each["title"]}
        for each in data()["packages"] if ago in each["seen"]
    ]  # fmt: skip
    target = "api (debian 12)"
    results = [{"Target": target, "Class": "os-pkgs", "Vulnerabilities": found}]
    return json.dumps({"SchemaVersion": 2, "ArtifactName": "registry/api", "Results": results}).encode()


def _code(ago: int) -> bytes:
    found = [
        {"check_id": each["rule"], "path": each["path"], "start": {"line": each["line"]},
         "extra": {"message": each["message"], "severity": each["severity"], "metadata": {"cwe": each["cwe"]}}}
        for each in data()["code"] if ago in each["seen"]
    ]  # fmt: skip
    return json.dumps({"results": found, "errors": [], "version": "1.92"}).encode()


def _decide(month: "Month") -> None:
    mara = month.cast["mara"]
    mine = Finding.objects.filter(organization=mara.organization, state=Finding.State.OPEN)
    worst = mine.filter(rule="CVE-2026-10442")
    findings.assign_findings(actor=mara, findings=worst, owner=month.cast["jonas"].membership)
    low = mine.filter(rule="CVE-2026-08117")
    until = clock.today() + timedelta(days=60)
    reason = "Reads only what we wrote ourselves; goes with the next image"
    findings.decide_findings(actor=mara, findings=low, state="accepted", reason=reason, until=until)
