"""OpenVAS and Greenbone reports (XML)."""

from annexa.evidence.reading import child, elements
from annexa.evidence.seen import NoReport, Report, Seen, identity, links, number, severity_of_score, text, word

TAGS = ("summary", "insight", "impact")


def read(content: bytes) -> Report:
    """Return what was seen; raises NoReport."""
    findings: list[Seen] = []
    is_report = False
    for result, parents in elements(content, {"result", "gmp"}):
        is_report = is_report or bool(parents and parents[0][0] in ("report", "get_reports_response"))
        nvt = result.find("nvt")
        if result.tag != "result" or nvt is None:
            continue
        host = result.find("host")
        asset = word(host.text if host is not None else "", 200)
        port, key = word(child(result, "port"), 60), word(nvt.get("oid"), 100)
        score = number(child(result, "severity"), -1, 10)
        tags = dict(part.partition("=")[::2] for part in child(nvt, "tags").split("|"))
        references = [(each.get("type"), each.get("id") or "") for each in nvt.iter("ref")][:60]
        findings.append(
            Seen(
                identity=identity("openvas", key, asset, port),
                rule=key,
                title=word(child(nvt, "name") or child(result, "name"), 300) or key,
                severity=severity_of_score(score),
                asset=asset,
                place=port,
                description=text(child(result, "description")) or text("\n".join(tags.get(name, "") for name in TAGS)),
                remedy=text(child(nvt, "solution")) or text(tags.get("solution", "")),
                cves=tuple(word(name, 40) for kind, name in references if kind == "cve"),
                links=links([name for kind, name in references if kind == "url"]),
                score=score if score and score > 0 else None,
            )
        )
    if not is_report:
        raise NoReport("format", "report")
    return Report("OpenVAS", "", findings)
