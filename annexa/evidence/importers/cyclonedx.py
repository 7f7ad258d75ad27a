"""CycloneDX with vulnerabilities (ECMA-424), VEX analyses among them."""

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
)

SEVERITIES = ("critical", "high", "medium", "low")
RULED_OUT = {"not_affected", "false_positive", "resolved", "resolved_with_pedigree"}


def read(content: bytes) -> Report:
    """Return the vulnerabilities of a bill, once for each component they affect; raises NoReport."""
    found = document(content)
    if not isinstance(found, dict) or found.get("bomFormat") != "CycloneDX" or "vulnerabilities" not in found:
        raise NoReport("format", "vulnerabilities")
    about = mapping(mapping(found.get("metadata")).get("component"))
    subject = word(about.get("name"), 200)
    names = {
        word(each.get("bom-ref")): word(each.get("name"), 200)
        for each, _p in listed(found.get("components"), "components")
    }
    findings = [
        _seen(each, subject, ref, names.get(ref, ref))
        for each, place in listed(found["vulnerabilities"], "vulnerabilities")
        for ref in _affected(each, place)
    ]
    return Report("CycloneDX", word(found.get("specVersion"), 20), findings)


def _affected(given: Mapping[str, Any], place: str) -> list[str]:
    refs = [word(each.get("ref"), 300) for each, _place in listed(given.get("affects"), f"{place}.affects")]
    return [ref for ref in dict.fromkeys(refs) if ref] or [""]


def _seen(given: Mapping[str, Any], subject: str, ref: str, name: str) -> Seen:
    key = word(given.get("id"), 100)
    ratings = [each for each, _place in listed(given.get("ratings"), "ratings")]
    scores = [score for each in ratings if (score := number(each.get("score"))) is not None]
    said = [each for each in SEVERITIES if any(word(rating.get("severity")) == each for rating in ratings)]
    others = [word(each.get("id"), 100) for each, _place in listed(given.get("references"), "references")]
    state = word(mapping(given.get("analysis")).get("state"), 40)
    return Seen(
        identity=identity("cyclonedx", subject, ref.partition("@")[0], key),
        rule=key,
        title=f"{key} in {name}" if name else key,
        severity=said[0] if said else severity_of_score(max(scores, default=None)),
        asset=subject or name,
        place=ref,
        description=text(given.get("description")),
        remedy=text(given.get("recommendation")),
        cves=tuple(sorted({each for each in (key, *others) if each.startswith("CVE-")})),
        cwes=tuple(f"CWE-{each}" for each in given.get("cwes") or [] if isinstance(each, int)),
        links=links([mapping(each).get("url") for each in given.get("advisories") or []][:10])
        if isinstance(given.get("advisories"), list)
        else (),
        score=max(scores, default=None),
        ruled_out=state if state in RULED_OUT else "",
    )
