"""Nuclei's JSON Lines: templates that matched."""

from annexa.evidence.reading import lines
from annexa.evidence.seen import NoReport, Report, Seen, identity, links, mapping, number, text, word, words

SEVERITIES = {"critical", "high", "medium", "low", "info"}


def read(content: bytes) -> Report:
    """Return what matched; raises NoReport."""
    findings: list[Seen] = []
    for each, place in lines(content):
        key = word(each.get("template-id") or each.get("templateID"), 200)
        if not key:
            raise NoReport("format", place)
        info = mapping(each.get("info"))
        about = mapping(info.get("classification"))
        at = word(each.get("matched-at") or each.get("matched") or each.get("host"), 400)
        name = word(each.get("matcher-name") or each.get("matcher_name"), 100)
        severity = word(info.get("severity")).lower()
        references = info.get("reference")
        if isinstance(references, str):
            references = [part.strip("- ") for part in references.splitlines()]
        cves = words(about.get("cve-id")) or ((key,) if key.upper().startswith("CVE-") else ())
        findings.append(
            Seen(
                identity=identity("nuclei", key, name, at),
                rule=key,
                title=word(info.get("name"), 300) or key,
                severity=severity if severity in SEVERITIES else "info",
                asset=word(each.get("host"), 200),
                place=at,
                description=text(info.get("description")),
                remedy=text(info.get("remediation")),
                cves=tuple(cve.upper() for cve in cves),
                cwes=tuple(cwe.upper() for cwe in words(about.get("cwe-id"))),
                links=links(references),
                score=number(about.get("cvss-score")),
            )
        )
    if not findings:
        raise NoReport("nothing")
    return Report("Nuclei", "", findings)
