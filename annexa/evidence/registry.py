"""The formats that can be brought in, one line each. Pure: knows no Django."""

from collections.abc import Callable
from dataclasses import dataclass

from annexa.evidence.importers import (
    checkov,
    cyclonedx,
    nessus,
    nessus_csv,
    nuclei,
    openvas,
    osv,
    prowler,
    sarif,
    semgrep,
    testssl,
    trivy,
    zap,
)
from annexa.evidence.seen import NoReport, Report


@dataclass(frozen=True)
class Reader:
    """A format: what it is called, and what reads it."""

    name: str
    read: Callable[[bytes], Report]


READERS = {
    "sarif": Reader("SARIF 2.1", sarif.read),
    "trivy": Reader("Trivy (JSON)", trivy.read),
    "cyclonedx": Reader("CycloneDX with vulnerabilities, VEX (JSON)", cyclonedx.read),
    "semgrep": Reader("Semgrep (JSON)", semgrep.read),  # before what has `results`, too
    "osv": Reader("OSV-Scanner (JSON)", osv.read),
    "checkov": Reader("Checkov (JSON)", checkov.read),
    "prowler": Reader("Prowler (OCSF JSON)", prowler.read),
    "nuclei": Reader("Nuclei (JSON Lines)", nuclei.read),
    "testssl": Reader("testssl.sh (CSV, JSON)", testssl.read),
    "nessus": Reader("Nessus (.nessus)", nessus.read),
    "nessus_csv": Reader("Nessus, Tenable (CSV)", nessus_csv.read),
    "openvas": Reader("OpenVAS, Greenbone (XML)", openvas.read),
    "zap": Reader("OWASP ZAP (XML)", zap.read),
}


def recognise(content: bytes) -> tuple[str, Report]:
    """Return the key of the format that a file is in, with what it says; raises NoReport when none reads it.

    When a file is of a known format and broken, it says what that format says.
    """
    broken: NoReport | None = None
    for key, reader in READERS.items():
        try:
            report = reader.read(content)
        except NoReport as error:
            if error.kind not in ("format", "json", "xml", "headings", "shape", "rule", "nothing"):
                broken = broken or error
            continue
        return key, report
    raise broken or NoReport("unknown")
