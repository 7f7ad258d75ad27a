"""Tables of Nessus and Tenable (CSV), by either one's headings."""

from annexa.evidence.reading import rows
from annexa.evidence.seen import NoReport, Report, Seen, identity, links, number, text, word

WORDS = {"critical": "critical", "high": "high", "medium": "medium", "low": "low", "info": "info", "none": "info"}


def read(content: bytes) -> Report:
    """Return what was seen; raises NoReport."""
    findings: list[Seen] = []
    for row, place in rows(content, set()):
        key = word(row.get("plugin id") or row.get("plugin"), 60)
        if not ({"plugin id", "plugin"} & set(row)) or not ({"host", "ip address"} & set(row)):
            raise NoReport("headings", "Plugin ID, Host")
        if not key:
            raise NoReport("rule", place)
        host = word(row.get("host") or row.get("dns name") or row.get("ip address"), 200)
        port, protocol = word(row.get("port"), 12), word(row.get("protocol"), 12).lower()
        said = word(row.get("risk") or row.get("severity")).lower()
        score = next((found for name in SCORES if (found := number(row.get(name) or None)) is not None), None)
        remedy = text(row.get("solution"))
        findings.append(
            Seen(
                identity=identity("nessus", key, host, port, protocol),
                rule=key,
                title=word(row.get("name") or row.get("plugin name"), 300) or key,
                severity=WORDS.get(said, "info"),
                asset=host,
                place=f"{protocol}/{port}",
                description=text(row.get("description")) or text(row.get("synopsis")),
                remedy="" if remedy.lower() == "n/a" else remedy,
                cves=tuple(part.strip() for part in word(row.get("cve"), 2000).split(",") if "CVE-" in part)[:40],
                links=links((row.get("see also") or "").split()),
                score=score,
            )
        )
    if not findings:
        raise NoReport("format", "Plugin ID")
    return Report("Nessus", "", findings)


SCORES = ("cvss v3.0 base score", "cvss v3 base score", "cvss v2.0 base score", "cvss v2 base score", "cvss")
