"""Prowler's OCSF (Open Cybersecurity Schema Framework, Detection Finding): how a cloud is set up."""

from annexa.evidence.reading import document
from annexa.evidence.seen import NoReport, Report, Seen, identity, links, listed, mapping, text, word

SEVERITIES = {"critical": "critical", "high": "high", "medium": "medium", "low": "low", "informational": "info"}


def read(content: bytes) -> Report:
    """Return what failed; raises NoReport."""
    found = document(content)
    if not isinstance(found, list):
        raise NoReport("format", "document")
    findings: list[Seen] = []
    passed, version = 0, ""
    for each, place in listed(found, "document"):
        about, info = mapping(each.get("metadata")), mapping(each.get("finding_info"))
        key = word(about.get("event_code"), 200)
        if not key or "class_uid" not in each:
            raise NoReport("format", place)
        version = word(mapping(about.get("product")).get("version"), 40) or version
        status = word(each.get("status_code")).upper()
        if status == "PASS":
            passed += 1
            continue
        resources = each.get("resources")
        resource = mapping(resources[0]) if isinstance(resources, list) and resources else {}
        account = word(mapping(mapping(each.get("cloud")).get("account")).get("uid"), 100)
        name, region = word(resource.get("uid") or resource.get("name"), 300), word(resource.get("region"), 60)
        remedy = mapping(each.get("remediation"))
        findings.append(
            Seen(
                identity=identity("prowler", key, account, region, name),
                rule=key,
                title=word(info.get("title"), 300) or key,
                severity=SEVERITIES.get(word(each.get("severity")).lower(), "medium"),
                asset=name,
                place=f"{account} {region}".strip(),
                description=text(each.get("status_detail")) or text(info.get("desc")),
                remedy=text(remedy.get("desc")),
                links=links([*(remedy.get("references") or []), mapping(each.get("unmapped")).get("related_url")])
                if isinstance(remedy.get("references"), list)
                else (),
                ruled_out="muted" if word(each.get("status")) == "Suppressed" or status == "MUTED" else "",
            )
        )
    return Report("Prowler", version, findings, passed)
