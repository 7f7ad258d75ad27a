"""OSV-Scanner's JSON: known weaknesses of the packages in lock files."""

from annexa.evidence.reading import document
from annexa.evidence.seen import (
    NoReport,
    Report,
    Seen,
    identity,
    links,
    listed,
    mapping,
    number,
    severity_of_score,
    text,
    word,
    words,
)

WORDS = {"CRITICAL": "critical", "HIGH": "high", "MODERATE": "medium", "MEDIUM": "medium", "LOW": "low"}


def read(content: bytes) -> Report:
    """Return what was found; raises NoReport."""
    found = document(content)
    if not isinstance(found, dict) or "results" not in found:
        raise NoReport("format", "results")
    findings: list[Seen] = []
    for result, place in listed(found["results"], "results"):
        path = word(mapping(result.get("source")).get("path"), 400)
        for entry, where in listed(result.get("packages"), f"{place}.packages"):
            package = mapping(entry.get("package"))
            scores = {
                key: number(group.get("max_severity"))
                for group, _place in listed(entry.get("groups"), f"{where}.groups")
                for key in words(group.get("ids"), 100)
            }
            name, version = word(package.get("name"), 200), word(package.get("version"), 100)
            for each, _place in listed(entry.get("vulnerabilities"), f"{where}.vulnerabilities"):
                key = word(each.get("id"), 100)
                score = scores.get(key)
                said = word(mapping(each.get("database_specific")).get("severity")).upper()
                severity = severity_of_score(score) if score is not None else WORDS.get(said, "medium")
                references = (
                    [mapping(link).get("url") for link in each.get("references") or []][:10]
                    if isinstance(each.get("references"), list)
                    else []
                )
                findings.append(
                    Seen(
                        identity=identity("osv", path, word(package.get("ecosystem")), name, key),
                        rule=key,
                        title=word(each.get("summary"), 300) or f"{key} in {name}",
                        severity=severity,
                        asset=path,
                        place=f"{name} {version}",
                        description=text(each.get("details")),
                        remedy=f"Update {name}.",
                        cves=tuple(alias for alias in words(each.get("aliases")) if alias.startswith("CVE-")),
                        links=links(references),
                        score=score,
                    )
                )
    return Report("OSV-Scanner", "", findings)
