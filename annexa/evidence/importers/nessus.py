"""Nessus (.nessus, version 2): what a network scanner saw, host by host."""

from annexa.evidence.reading import child, elements
from annexa.evidence.seen import NoReport, Report, Seen, identity, links, number, text, word

SEVERITIES = {"4": "critical", "3": "high", "2": "medium", "1": "low", "0": "info"}


def read(content: bytes) -> Report:
    """Return what was seen; raises NoReport."""
    findings: list[Seen] = []
    is_report = False
    for item, parents in elements(content, {"ReportItem", "policyName"}):
        is_report = (
            is_report
            or parents[:1] == [("NessusClientData_v2", {})]
            or bool(parents and parents[0][0] == "NessusClientData_v2")
        )
        if item.tag != "ReportItem":
            continue
        host = next((about.get("name", "") for tag, about in reversed(parents) if tag == "ReportHost"), "")
        about = item.attrib
        key, port, protocol = (word(about.get(name), 200) for name in ("pluginID", "port", "protocol"))
        findings.append(
            Seen(
                identity=identity("nessus", key, host, port, protocol),
                rule=key,
                title=word(about.get("pluginName"), 300) or key,
                severity=SEVERITIES.get(about.get("severity", ""), "info"),
                asset=word(host, 200),
                place=f"{protocol}/{port} {word(about.get('svc_name'), 40)}".strip(),
                description=text(child(item, "description")) or text(child(item, "synopsis")),
                remedy="" if child(item, "solution").strip() == "n/a" else text(child(item, "solution")),
                cves=tuple(word(each.text, 40) for each in item.findall("cve")[:40]),
                cwes=tuple(f"CWE-{word(each.text, 12)}" for each in item.findall("cwe")[:20]),
                links=links(child(item, "see_also").split()),
                score=number(child(item, "cvss3_base_score") or child(item, "cvss_base_score") or None),
            )
        )
    if not is_report:
        raise NoReport("format", "NessusClientData_v2")
    return Report("Nessus", "", findings)
