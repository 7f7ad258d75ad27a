"""Findings on pages: brought in, read with remedy and controls, decided one by one and in numbers."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annexa.evidence.models import Finding
from annexa.lib import clock
from annexa.organizations.roles import Role
from annexa.risks.models import Risk
from tests.evidence.test_findings import semgrep
from tests.factories import everything
from tests.factories import organizations as make
from tests.web.bounds import FEW


@pytest.fixture
def harbour(db):
    return everything.organization("Harbour")


def bring(client, actor, content=None, **given):
    file = SimpleUploadedFile("scan.json", content if content is not None else semgrep("sql", "xss"))
    return client.post(make.url(actor, "findings/import/"), {"file": file, "target": "api"} | given)


def one(actor, **only):
    with make.inside(actor):
        return Finding.objects.get(**only)


def test_every_page_answers_with_few_queries(client, harbour, django_assert_max_num_queries):
    make.signed_in(client, harbour)
    found = one(harbour)
    for page in ("", "?severity=3&state=open&sort=due", f"{found.pk}/", "import/", "for/iso27001-2022/A.8.24/"):
        address = make.url(harbour, f"findings/{page}")
        client.get(address)
        with django_assert_max_num_queries(FEW):
            assert client.get(address).status_code == 200, page


def test_a_file_comes_in_and_each_finding_shows_remedy_and_controls(client, harbour):
    make.signed_in(client, harbour)
    assert bring(client, harbour).status_code == 302
    found = one(harbour, rule="sql")
    text = client.get(make.url(harbour, f"findings/{found.pk}/")).content.decode()
    assert "catalog/iso27001-2022/A.8.28/" in text
    assert "The scanner names no remedy" in text
    assert "2 new" in client.get(make.url(harbour, "findings/import/")).content.decode()


@pytest.mark.parametrize(
    ("content", "given", "said"),
    [
        (b"PK\x03\x04", {}, "unpack it"),
        (b"", {}, "empty"),
        (b"{}", {}, "No format"),
        (b"{", {"source": "sarif"}, "breaks off"),
        (semgrep("x"), {"target": ""}, "required"),
        (b"<!DOCTYPE x><x/>", {"source": "nessus"}, "document type"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(client, harbour, content, given, said):
    make.signed_in(client, harbour)
    answer = bring(client, harbour, content, **given)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_what_a_scanner_writes_is_text_and_nothing_else(client, harbour):
    make.signed_in(client, harbour)
    evil = json.loads(semgrep("sql"))
    evil["results"][0]["extra"] |= {
        "message": "<script>alert(1)</script>",
        "metadata": {"references": ["javascript:x"]},
    }
    bring(client, harbour, json.dumps(evil).encode())
    text = client.get(make.url(harbour, f"findings/{one(harbour, rule='sql').pk}/")).content.decode()
    assert "<script>alert" not in text
    assert "javascript:x" not in text


def test_it_is_given_to_somebody_decided_and_raised_as_a_risk(client, harbour):
    with make.inside(harbour):
        jonas = make.member(harbour, Role.CONTRIBUTOR, "Jonas Weber")
    make.signed_in(client, harbour)
    found = one(harbour)
    page = make.url(harbour, f"findings/{found.pk}/")
    assert client.post(f"{page}assign/", {"owner": str(jonas.membership.pk), "due": clock.today()}).status_code == 302
    assert client.post(f"{page}decide/", {"state": "false", "reason": ""}).status_code == 422
    assert client.post(f"{page}decide/", {"state": "disputed", "reason": "Another's host"}).status_code == 302
    assert one(harbour).state == "disputed"
    assert client.post(f"{page}risk/").status_code == 302
    with make.inside(harbour):
        assert Risk.objects.filter(source_kind="finding", source_id=found.pk).count() == 1
    assert "RISK-" in client.get(page).content.decode()


def test_many_are_decided_at_once(client, harbour):
    make.signed_in(client, harbour)
    bring(client, harbour)
    keys = [str(one(harbour, rule=rule).pk) for rule in ("sql", "xss")]
    page = make.url(harbour, "findings/")
    given = {"selected": keys, "state": "false", "reason": "Test code"}
    assert client.post(page, given).status_code == 302
    with make.inside(harbour):
        assert Finding.objects.filter(state="false").count() == 2
    answer = client.post(page, {"selected": keys, "state": "accepted", "reason": "x"}, follow=True)
    assert "until which day" in answer.content.decode()


def test_the_controls_page_shows_what_scanners_found(client, harbour):
    make.signed_in(client, harbour)
    text = client.get(make.url(harbour, "findings/for/iso27001-2022/A.8.24/")).content.decode()
    assert "Old TLS" in text
    assert (
        "findings/for/iso27001-2022/A.8.24/"
        in client.get(make.url(harbour, "catalog/iso27001-2022/A.8.24/")).content.decode()
    )


def test_readers_read_and_decide_nothing(client, harbour):
    with make.inside(harbour):
        reader = make.member(harbour, Role.READER, "Rea Reader")
    make.signed_in(client, reader)
    found = one(harbour)
    assert client.get(make.url(harbour, f"findings/{found.pk}/")).status_code == 200
    assert (
        client.post(make.url(harbour, "findings/"), {"selected": [str(found.pk)], "state": "open"}).status_code == 403
    )
    assert client.post(make.url(harbour, f"findings/{found.pk}/decide/"), {"state": "open"}).status_code == 403
    assert bring(client, harbour).status_code == 403
