"""Semgrep's JSON: patterns found in code."""

from annexa.evidence.reading import document
from annexa.evidence.seen import NoReport, Report, Seen, identity, links, listed, mapping, text, word, words

SEVERITIES = {"ERROR": "high", "WARNING": "medium", "INFO": "low", "CRITICAL": "critical", "HIGH": "high",
              "MEDIUM": "medium", "LOW": "low"}  # fmt: skip


def read(content: bytes) -> Report:
    """Return what was found; raises NoReport."""
    found = document(content)
    if not isinstance(found, dict) or "results" not in found or "errors" not in found:
        raise NoReport("format", "results")
    findings: list[Seen] = []
    for each, _place in listed(found["results"], "results"):
        key, path, extra = word(each.get("check_id"), 200), word(each.get("path"), 400), mapping(each.get("extra"))
        about, line = mapping(extra.get("metadata")), word(mapping(each.get("start")).get("line"), 12)
        own = word(extra.get("fingerprint"))
        findings.append(
            Seen(
                identity=identity("semgrep", key, path, own if own and own != "requires login" else line),
                rule=key,
                title=word(extra.get("message"), 300) or key,
                severity=SEVERITIES.get(word(extra.get("severity")).upper(), "medium"),
                asset="",
                place=f"{path}:{line}",
                description=text(extra.get("message")),
                remedy=text(extra.get("fix")),
                cwes=tuple(each.partition(":")[0] for each in words(about.get("cwe"))),
                links=links([about.get("source-rule-url"), *words(about.get("references"), 8)]),
                ruled_out="suppressed" if extra.get("is_ignored") is True else "",
            )
        )
    return Report("Semgrep", word(found.get("version"), 20), findings)
