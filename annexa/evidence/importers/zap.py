"""OWASP ZAP's XML: what a web scanner saw, one finding for each alert of a site."""

import html
import re

from annexa.evidence.reading import child, elements
from annexa.evidence.seen import NoReport, Report, Seen, identity, links, text, word

SEVERITIES = {"3": "high", "2": "medium", "1": "low", "0": "info"}
MARK = re.compile(r"<[^>]{0,200}>")


def read(content: bytes) -> Report:
    """Return the alerts; raises NoReport."""
    findings: list[Seen] = []
    is_report, version = False, ""
    for item, parents in elements(content, {"alertitem"}):
        if not parents or parents[0][0] != "OWASPZAPReport":
            continue
        is_report, version = True, word(parents[0][1].get("version"), 40)
        site = next((about.get("name", "") for tag, about in reversed(parents) if tag == "site"), "")
        key = word(child(item, "pluginid"), 60)
        places = [word(child(each, "uri"), 300) for each in item.iter("instance")]
        cwe = word(child(item, "cweid"), 12)
        findings.append(
            Seen(
                identity=identity("zap", key, child(item, "alertRef"), site),
                rule=key,
                title=word(child(item, "alert") or child(item, "name"), 300) or key,
                severity=SEVERITIES.get(child(item, "riskcode").strip(), "info"),
                asset=word(site, 200),
                place=", ".join(dict.fromkeys(places[:5])),
                description=_plain(child(item, "desc")),
                remedy=_plain(child(item, "solution")),
                cwes=(f"CWE-{cwe}",) if cwe.isdigit() and cwe != "0" else (),
                links=links(_plain(child(item, "reference")).split()),
                ruled_out="false positive" if child(item, "confidence").strip() == "0" else "",
            )
        )
    if not is_report and b"<OWASPZAPReport" not in content[:4096]:
        raise NoReport("format", "OWASPZAPReport")
    return Report("OWASP ZAP", version, findings)


def _plain(given: str) -> str:
    return text(html.unescape(MARK.sub("\n", html.unescape(given))))
