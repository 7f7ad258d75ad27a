"""Files of scanners become findings: real ones counted by other means, and hostile ones refused by name."""

import json
import os
import re
import tracemalloc
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import yaml

from annexa.catalog import library
from annexa.evidence import bearing, registry
from annexa.evidence.seen import NoReport, Seen, identity

REAL = Path(os.environ.get("ANNEXA_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "scanners"


def real(name):
    path = REAL / name
    if not path.is_file():
        pytest.skip(f"{name} is a third party's file that is not here")
    return path.read_bytes()


def severities(report):
    return dict(Counter(each.severity for each in report.findings))


def count(pattern, content):
    return len(re.findall(pattern, content))


class TestRealFiles:
    @pytest.mark.parametrize(
        ("name", "format", "number", "passed"),
        [
            ("appendix_k.sarif", "sarif", 1, 0),
            ("codeQL-output.sarif", "sarif", 72, 0),
            ("cyclonedx_log4j.json", "cyclonedx", 8, 0),
            ("cyclonedx_vulnerability_1.4.json", "cyclonedx", 1, 0),
            ("trivy.json", "trivy", 5, 0),
            ("osv_scanner.json", "osv", 1, 0),
            ("semgrep.json", "semgrep", 3, 0),
            ("checkov.json", "checkov", 3, 0),
            ("prowler_aws.ocsf.json", "prowler", 5, 0),
            ("nuclei.jsonl", "nuclei", 18, 0),
            ("testssl.csv", "testssl", 0, 33),
            ("nessus.xml", "nessus", 7, 0),
            ("nessus.csv", "nessus_csv", 4, 0),
            ("openvas.xml", "openvas", 44, 0),
            ("zap.xml", "zap", 7, 0),
        ],
    )
    def test_each_is_recognised_counted_and_the_same_twice(self, name, format, number, passed):
        content = real(name)
        key, report = registry.recognise(content)
        assert (key, len(report.findings), report.passed) == (format, number, passed)
        assert registry.READERS[key].read(content) == report
        assert all(each.identity and each.title and each.rule for each in report.findings)

    def test_counts_agree_with_what_is_counted_otherwise(self):
        assert count(rb'"ruleIndex"', real("codeQL-output.sarif")) >= 72
        assert count(rb'"VulnerabilityID"', real("trivy.json")) == 5
        assert count(rb"<ReportItem\b", real("nessus.xml")) == 7
        assert count(rb"<result id", real("openvas.xml")) == 44
        assert count(rb"<alertitem>", real("zap.xml")) == 7
        assert len(real("nuclei.jsonl").splitlines()) == 18

    def test_severities_follow_each_tool(self):
        assert severities(registry.recognise(real("openvas.xml"))[1]) == {"critical": 8, "high": 11, "medium": 25}
        assert severities(registry.recognise(real("trivy.json"))[1]) == {"medium": 3, "high": 1, "critical": 1}
        assert severities(registry.recognise(real("zap.xml"))[1]) == {"low": 5, "medium": 1, "info": 1}

    def test_what_a_bill_rules_out_says_so(self):
        (found,) = registry.recognise(real("cyclonedx_vulnerability_1.4.json"))[1].findings
        assert (found.ruled_out, found.severity, found.score) == ("not_affected", "critical", 9.8)
        assert "CVE-2018-7489" in found.cves


SARIF = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T", "rules": [{"id": "R1"}]}}, "results": []}]}


def sarif(*results):
    return json.dumps({**SARIF, "runs": [{**SARIF["runs"][0], "results": list(results)}]}).encode()


class TestIdentity:
    def result(self, line=3, **more):
        place = {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": line}}}
        return {"ruleId": "R1", "message": {"text": "m"}, "locations": [place], **more}

    def one(self, *results):
        return registry.READERS["sarif"].read(sarif(*results)).findings[0].identity

    def test_the_tools_own_fingerprints_come_before_the_place(self):
        own = {"partialFingerprints": {"primaryLocationLineHash": "abc"}}
        assert self.one(self.result(3, **own)) == self.one(self.result(99, **own))
        assert self.one(self.result(3)) != self.one(self.result(99))
        assert self.one(self.result(3, **own)) != self.one(self.result(3, partialFingerprints={"x": "other"}))

    def test_messages_and_levels_do_not_matter(self):
        assert self.one(self.result(level="error")) == self.one(self.result(level="note", message={"text": "other"}))

    def test_parts_do_not_run_together(self):
        assert identity("s", "a", "bc") != identity("s", "ab", "c")


XML = b'<?xml version="1.0"?>'
BOMB = XML + b'<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
DEEP = 100_000
HOSTILE = {
    "empty": b"",
    "blank": b"   \n",
    "zeros": b"\0" * 1000,
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "gzip": b"\x1f\x8b" + b"\0" * 100,
    "bzip2": b"BZh9" + b"\0" * 100,
    "zstd": b"\x28\xb5\x2f\xfd" + b"\0" * 100,
    "xz": b"\xfd7zXZ\0" + b"\0" * 100,
    "latin-1": '{"runs": "ü"}'.encode("latin-1"),
    "utf-16 broken": b"\xff\xfe{",
    "html": b"<html><body>Sign in</body></html>",
    "a number": b"1",
    "a text": b'"x"',
    "null": b"null",
    "a list of numbers": b"[1, 2]",
    "json cut off": b'{"runs": [{"tool"',
    "json of lists, deep": b"[" * DEEP + b"]" * DEEP,
    "json of objects, deep": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "a number of many digits": b'{"runs": ' + b"9" * 5000 + b"}",
    "not a number": b'{"runs": NaN}',
    "two documents": b'{"runs": []}{"runs": []}',
    "xml cut off": XML + b"<NessusClientData_v2><Report>",
    "xml entities": BOMB + b"<NessusClientData_v2>&b;</NessusClientData_v2>",
    "xml outside entity": XML
    + b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><NessusClientData_v2>&e;</NessusClientData_v2>',
    "xml outside type": XML + b'<!DOCTYPE OWASPZAPReport SYSTEM "http://127.0.0.1:9/x.dtd"><OWASPZAPReport/>',
    "xml parameter entity": XML + b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;]><report/>',
    "xml deep": XML + b"<report>" * DEEP,
    "xml of two roots": XML + b"<report/><report/>",
    "xml of an unknown encoding": b'<?xml version="1.0" encoding="klingon"?><report/>',
    "xml with an undefined entity": XML + b"<report>&nope;</report>",
    "csv of other columns": b"a,b,c\n1,2,3\n",
    "csv open quote": b'"id","fqdn/ip","port","severity","finding","cve","cwe"\n"x',
    "testssl without severity": b'"id","fqdn/ip","port","severity","finding","cve","cwe"\n"x","h","1","","",""\n',
    "jsonl of lists": b"[]\n[]\n",
    "jsonl cut off": b'{"template-id": "x", "info": {}}\n{"template',
    "jsonl without templates": b'{"a": 1}\n',
}
WRONG = {
    "sarif": [
        {"runs": 1}, {"runs": [1]}, {"runs": [{"results": 1}]}, {"runs": [{"results": [1]}]},
        {"runs": [{"results": [{}]}]}, {"runs": {"a": 1}}, [], {"runs": None},
    ],
    "trivy": [{"Results": 1}, {"Results": [1]}, {"Results": [{"Vulnerabilities": 1}]},
              {"Results": [{"Vulnerabilities": ["x"]}]}, {}, []],
    "cyclonedx": [{}, {"bomFormat": "CycloneDX"}, {"bomFormat": "CycloneDX", "vulnerabilities": 1},
                  {"bomFormat": "CycloneDX", "vulnerabilities": [1]},
                  {"bomFormat": "CycloneDX", "vulnerabilities": [{"affects": 1}]},
                  {"bomFormat": "CycloneDX", "vulnerabilities": [{"ratings": ["x"]}]}],
    "osv": [{}, {"results": 1}, {"results": [1]}, {"results": [{"packages": 1}]},
            {"results": [{"packages": [{"vulnerabilities": 1}]}]}],
    "semgrep": [{}, {"results": []}, {"results": 1, "errors": []}, {"results": [1], "errors": []}],
    "checkov": [{}, [], [{}], {"results": {"failed_checks": 1}}, {"results": {"failed_checks": [1]}}, 1],
    "prowler": [{}, [1], [{}], [{"metadata": 1}], 1],
}  # fmt: skip


class TestHostileFiles:
    def test_there_are_many(self):
        assert len(HOSTILE) + sum(map(len, WRONG.values())) >= 60

    @pytest.mark.parametrize("name", list(HOSTILE))
    def test_every_reader_refuses_it_by_name_within_bounded_memory(self, name):
        tracemalloc.start()
        try:
            with pytest.raises(NoReport) as refused:
                registry.recognise(HOSTILE[name])
            for reader in registry.READERS.values():
                with pytest.raises(NoReport):
                    reader.read(HOSTILE[name])
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert refused.value.kind
        assert peak < 64 * 1024 * 1024

    @pytest.mark.parametrize(("format", "given"), [(key, each) for key, many in WRONG.items() for each in many])
    def test_a_document_of_the_wrong_shape_is_refused(self, format, given):
        if format == "checkov" and given == []:
            assert registry.READERS[format].read(b"[]").findings == []
            return
        with pytest.raises(NoReport):
            registry.READERS[format].read(json.dumps(given).encode())

    def test_values_of_wrong_types_and_sizes_become_harmless_text(self):
        odd = [None, True, 1, 2.5, [], {}, "x" * 100_000, "\0\ud800", "=cmd|' /C calc'!A0", "<script>", "\u202e"]
        for value in odd:
            result = {
                "ruleId": "R1", "message": {"text": value}, "level": value, "locations": value,
                "partialFingerprints": value, "suppressions": value,
            }  # fmt: skip
            for found in registry.READERS["sarif"].read(sarif(result)).findings:
                assert len(found.title) <= 300
                assert "\0" not in found.description
                found.description.encode()

    def test_a_report_that_found_nothing_is_read(self):
        assert registry.recognise(sarif())[1].findings == []


class TestBearing:
    SCHEMA = {
        "type": "object", "required": ["format", "rules"], "additionalProperties": False,
        "properties": {
            "format": {"const": bearing.FORMAT},
            "rules": {"type": "array", "minItems": 20, "items": {
                "type": "object", "required": ["controls"], "additionalProperties": False, "minProperties": 2,
                "maxProperties": 2,
                "properties": {
                    "controls": {"type": "array", "minItems": 1, "items": {"pattern": r"^A\.\d\.\d+$"}},
                    "sources": {"type": "array", "items": {"enum": sorted(registry.READERS)}},
                    "words": {"type": "array", "items": {"pattern": "^[a-z -]+$"}},
                    "weaknesses": {"type": "array", "items": {"type": "integer"}},
                    "known_weakness": {"const": True},
                },
            }},
        },
    }  # fmt: skip

    def test_the_rules_are_well_formed_and_name_controls_that_exist(self):
        found = yaml.safe_load(bearing.DATA.read_text())
        jsonschema.validate(found, self.SCHEMA)
        known = set(library.frameworks()[library.ISO_27001].by_id)
        assert {ref for rule in bearing.rules() for ref in rule.controls} <= known

    @pytest.mark.parametrize(
        ("source", "given", "controls"),
        [
            ("trivy", {"cves": ("CVE-2020-1",)}, ("A.8.8",)),
            ("sarif", {"title": "Hardcoded password", "cwes": ("CWE-798",)}, ("A.5.17", "A.8.28")),
            ("testssl", {"title": "TLS1 offered"}, ("A.8.24",)),
            ("prowler", {"title": "Ensure MFA is on for root"}, ("A.8.2", "A.8.5", "A.8.9")),
            ("zap", {"title": "Cookie Without Secure Flag"}, ("A.8.26",)),
            ("checkov", {"title": "Dialog opens"}, ("A.8.9",)),  # a log is no dialog
        ],
    )
    def test_a_finding_bears_on_controls(self, source, given, controls):
        seen = Seen(**{"identity": "x", "rule": "r", "title": "t", "severity": "low", "asset": ""} | given)
        assert bearing.controls_of(source, seen) == controls
