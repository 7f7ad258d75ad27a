"""Checkov's JSON: how infrastructure is described; one document, or a list of one per language."""

from annexa.evidence.reading import document
from annexa.evidence.seen import NoReport, Report, Seen, identity, links, listed, mapping, word

SEVERITIES = {"CRITICAL": "critical", "HIGH": "high", "MEDIUM": "medium", "LOW": "low", "INFO": "info"}


def read(content: bytes) -> Report:
    """Return what failed; raises NoReport."""
    found = document(content)
    findings: list[Seen] = []
    passed, version = 0, ""
    for each, place in listed(found if isinstance(found, list) else [found], "document"):
        results = each.get("results")
        if not isinstance(results, dict) or "failed_checks" not in results:
            raise NoReport("format", f"{place}.results")
        passed += sum(1 for _check in listed(results.get("passed_checks"), f"{place}.passed_checks"))
        version = word(mapping(each.get("summary")).get("checkov_version"), 20) or version
        for check, _place in listed(results["failed_checks"], f"{place}.failed_checks"):
            key, path, resource = (word(check.get(name), 300) for name in ("check_id", "file_path", "resource"))
            lines = check.get("file_line_range")
            line = word(lines[0], 12) if isinstance(lines, list) and lines else ""
            findings.append(
                Seen(
                    identity=identity("checkov", key, path, resource),
                    rule=key,
                    title=word(check.get("check_name"), 300) or key,
                    severity=SEVERITIES.get(word(check.get("severity")).upper(), "medium"),
                    asset=resource,
                    place=f"{path}:{line}",
                    links=links([check.get("guideline")]),
                )
            )
    return Report("Checkov", version, findings, passed)
