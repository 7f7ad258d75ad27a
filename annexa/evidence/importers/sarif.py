"""SARIF 2.1 (OASIS): code scanners and many others; the tool's own fingerprints come first."""

from collections.abc import Mapping
from typing import Any

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

LEVELS = {"error": "high", "warning": "medium", "note": "low", "none": "info"}
PASSED = {"pass", "notApplicable", "informational"}


def read(content: bytes) -> Report:
    """Return what the runs of a file found; raises NoReport."""
    found = document(content)
    if not isinstance(found, dict) or not isinstance(found.get("runs"), list):
        raise NoReport("format", "runs")
    findings: list[Seen] = []
    passed = 0
    driver: Mapping[str, Any] = {}
    for run, place in listed(found["runs"], "runs"):
        driver = mapping(mapping(run.get("tool")).get("driver"))
        rules = [mapping(rule) for rule in driver.get("rules") or [] if isinstance(driver.get("rules"), list)]
        for result, where in listed(run.get("results"), f"{place}.results"):
            if result.get("kind") in PASSED:
                passed += 1
            else:
                findings.append(_seen(result, _rule(result, rules), word(driver.get("name")), where))
    version = word(driver.get("semanticVersion") or driver.get("version"), 40)
    return Report(word(driver.get("name"), 80) or "SARIF", version, findings, passed)


def _rule(result: Mapping[str, Any], rules: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    key, index = result.get("ruleId") or mapping(result.get("rule")).get("id"), result.get("ruleIndex")
    if isinstance(index, int) and 0 <= index < len(rules):
        return rules[index]
    return next((rule for rule in rules if rule.get("id") == key), {})


def _seen(result: Mapping[str, Any], rule: Mapping[str, Any], tool: str, place: str) -> Seen:
    key = word(result.get("ruleId") or rule.get("id") or mapping(result.get("rule")).get("id"), 200)
    if not key:
        raise NoReport("rule", place)
    about = mapping(rule.get("properties"))
    score = number(about.get("security-severity"))
    level = word(result.get("level")) or word(mapping(rule.get("defaultConfiguration")).get("level")) or "warning"
    severity = severity_of_score(score) if score is not None else LEVELS.get(level, "medium")
    file, line = _where(result)
    tags = words(about.get("tags"), 50)
    return Seen(
        identity=identity("sarif", tool, key, *_own(result, file, line)),
        rule=key,
        title=word(_said(rule.get("shortDescription")) or _said(result.get("message")) or key, 300),
        severity=severity,
        asset=file.partition("/")[0] if "/" in file else "",
        place=f"{file}:{line}" if line else file,
        description=text(_said(result.get("message"))) or text(_said(rule.get("fullDescription"))),
        remedy=text(_said(rule.get("help"))),
        cves=tuple(sorted({tag.upper() for tag in (*tags, key) if tag.upper().startswith("CVE-")})),
        cwes=tuple(sorted({_cwe(tag) for tag in tags if "cwe-" in tag.lower()})),
        links=links([rule.get("helpUri")]),
        score=score,
        ruled_out="suppressed" if result.get("suppressions") else "",
    )


def _own(result: Mapping[str, Any], file: str, line: str) -> tuple[str, ...]:
    """Return what tells one result from another: the tool's fingerprints, or its place."""
    for name in ("fingerprints", "partialFingerprints"):
        given = mapping(result.get(name))
        if given:
            return (file, *(f"{key}={word(given[key])}" for key in sorted(given)))
    return (file, line, word(mapping(result.get("message")).get("id")))


def _where(result: Mapping[str, Any]) -> tuple[str, str]:
    places = result.get("locations")
    first = mapping(places[0]) if isinstance(places, list) and places else {}
    physical = mapping(first.get("physicalLocation"))
    file = word(mapping(physical.get("artifactLocation")).get("uri"), 400)
    return file, word(mapping(physical.get("region")).get("startLine"), 12)


def _said(given: Any) -> str:
    said = mapping(given)
    found = said.get("text") or said.get("markdown")
    return found if isinstance(found, str) else ""


def _cwe(tag: str) -> str:
    digits = "".join(each for each in tag.lower().rpartition("cwe-")[2] if each.isascii() and each.isdigit())
    return f"CWE-{int(digits[:6] or 0)}"
