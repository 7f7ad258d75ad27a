"""testssl.sh: how a server speaks TLS; its CSV, or its flat JSON."""

from annexa.evidence.reading import decoded, document, rows
from annexa.evidence.seen import NoReport, Report, Seen, identity, listed, word

SEVERITIES = {"CRITICAL": "critical", "HIGH": "high", "MEDIUM": "medium", "LOW": "low", "WARN": "info"}
PASSED = {"OK", "INFO", "DEBUG"}


def read(content: bytes) -> Report:
    """Return what is amiss; raises NoReport."""
    if decoded(content[:64]).lstrip()[:1] in ("[", "{"):
        found = document(content)
        if not isinstance(found, list) and "scanResult" not in found:
            raise NoReport("format", "scanResult")
        entries = list(listed(found if isinstance(found, list) else found["scanResult"], "document"))
    else:
        entries = list(rows(content, {"id", "fqdn/ip", "severity", "finding"}))
    findings: list[Seen] = []
    passed = 0
    for each, place in entries:
        key = word(each.get("id"), 100)
        severity = word(each.get("severity")).upper()
        if not key or not severity:
            raise NoReport("format", place)
        if severity in PASSED:
            passed += 1
            continue
        host, port = word(each.get("fqdn/ip") or each.get("ip"), 200), word(each.get("port"), 12)
        cves = tuple(part for part in word(each.get("cve"), 400).split() if part.startswith("CVE-"))
        findings.append(
            Seen(
                identity=identity("testssl", key, host, port),
                rule=key,
                title=f"{key}: {word(each.get('finding'), 250)}",
                severity=SEVERITIES.get(severity, "info"),
                asset=host.partition("/")[0],
                place=f"tcp/{port}",
                description=word(each.get("finding"), 500),
                cves=cves,
                cwes=tuple(word(each.get("cwe"), 60).split()),
            )
        )
    return Report("testssl.sh", "", findings, passed)
