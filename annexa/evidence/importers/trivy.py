"""Trivy's JSON: packages with known weaknesses, misconfigurations, secrets."""

from collections.abc import Mapping
from typing import Any

from annexa.evidence.reading import document
from annexa.evidence.seen import NoReport, Report, Seen, identity, links, listed, mapping, number, text, word, words

SEVERITIES = {"CRITICAL": "critical", "HIGH": "high", "MEDIUM": "medium", "LOW": "low", "UNKNOWN": "info"}


def read(content: bytes) -> Report:
    """Return what a scan of one artefact found; raises NoReport."""
    found = document(content)
    if not isinstance(found, dict) or "Results" not in found:
        raise NoReport("format", "Results")
    artefact = word(found.get("ArtifactName"), 200)
    findings: list[Seen] = []
    passed = 0
    for result, place in listed(found["Results"], "Results"):
        target = word(result.get("Target"), 300)
        for each, _where in listed(result.get("Vulnerabilities"), f"{place}.Vulnerabilities"):
            findings.append(_weakness(each, artefact, target))
        for each, _where in listed(result.get("Misconfigurations"), f"{place}.Misconfigurations"):
            if word(each.get("Status")) == "PASS":
                passed += 1
            else:
                findings.append(_setting(each, artefact, target))
        for each, _where in listed(result.get("Secrets"), f"{place}.Secrets"):
            findings.append(_secret(each, artefact, target))
    return Report("Trivy", word(found.get("SchemaVersion"), 20), findings, passed)


def _severity(given: Mapping[str, Any]) -> str:
    return SEVERITIES.get(word(given.get("Severity")).upper(), "info")


def _weakness(given: Mapping[str, Any], artefact: str, target: str) -> Seen:
    key, package = word(given.get("VulnerabilityID"), 100), word(given.get("PkgName"), 200)
    installed, fixed = word(given.get("InstalledVersion"), 100), word(given.get("FixedVersion"), 100)
    scores = [number(mapping(each).get("V3Score")) for each in mapping(given.get("CVSS")).values()]
    path = word(given.get("PkgPath"), 300)
    return Seen(
        identity=identity("trivy", artefact, target, package, path, key),
        rule=key,
        title=word(given.get("Title"), 300) or f"{key} in {package}",
        severity=_severity(given),
        asset=artefact,
        place=f"{target}: {package} {installed}",
        description=text(given.get("Description")),
        remedy=f"Update {package} from {installed} to {fixed}." if fixed else "",
        cves=(key,) if key.startswith("CVE-") else (),
        cwes=words(given.get("CweIDs")),
        links=links([given.get("PrimaryURL"), *(given.get("References") or [])][:10])
        if isinstance(given.get("References"), list)
        else links([given.get("PrimaryURL")]),
        score=max((each for each in scores if each is not None), default=None),
    )


def _setting(given: Mapping[str, Any], artefact: str, target: str) -> Seen:
    key, cause = word(given.get("ID"), 100), mapping(given.get("CauseMetadata"))
    resource = word(cause.get("Resource"), 200)
    return Seen(
        identity=identity("trivy", artefact, target, key, resource),
        rule=key,
        title=word(given.get("Title"), 300) or key,
        severity=_severity(given),
        asset=artefact,
        place=f"{target}: {resource}" if resource else target,
        description=text(given.get("Description")) or text(given.get("Message")),
        remedy=text(given.get("Resolution")),
        links=links([given.get("PrimaryURL")]),
    )


def _secret(given: Mapping[str, Any], artefact: str, target: str) -> Seen:
    key, line = word(given.get("RuleID"), 100), word(given.get("StartLine"), 12)
    return Seen(
        identity=identity("trivy", artefact, target, "secret", key, line),
        rule=f"secret:{key}",
        title=word(given.get("Title"), 300) or "Secret",
        severity=_severity(given),
        asset=artefact,
        place=f"{target}:{line}",
        remedy="Withdraw the secret, then remove it.",
    )
