"""Evidence on pages: put in, renewed, linked, sent as a download, asked for and answered."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annexa.evidence.models import Edition, Evidence, EvidenceRequest
from annexa.lib import clock
from annexa.organizations.roles import Role
from tests.factories import everything
from tests.factories import organizations as make
from tests.web.bounds import FEW

PDF = b"%PDF-1.7 a protocol"


@pytest.fixture
def harbour(db, settings, tmp_path):
    settings.FILES = tmp_path
    return everything.organization("Harbour")


def one(actor, model, **only):
    with make.inside(actor):
        return model.objects.select_related(*(["latest"] if model is Evidence else [])).get(**only)


def put_in(client, actor, **given):
    usual = {"title": "Restore test", "collected_on": clock.today(), "controls": "A.8.13, 9.1"}
    return client.post(make.url(actor, "evidence/add/"), usual | given)


def test_every_page_answers_with_few_queries(client, harbour, django_assert_max_num_queries):
    make.signed_in(client, harbour)
    piece, asked = one(harbour, Evidence), one(harbour, EvidenceRequest, state="asked")
    pages = (
        "", "?expiry=past&kind=file&state=current&sort=owner", "add/?control=A.8.13", "requests/", "requests/ask/",
        f"requests/{asked.pk}/", f"{piece.pk}/", f"{piece.pk}/edit/", "for/iso27001-2022/A.7.5/",
    )  # fmt: skip
    for page in pages:
        address = make.url(harbour, f"evidence/{page}")
        client.get(address)
        with django_assert_max_num_queries(FEW):
            assert client.get(address).status_code == 200, page


def test_a_file_is_put_in_and_comes_back_as_a_download(client, harbour):
    make.signed_in(client, harbour)
    answer = put_in(client, harbour, file=SimpleUploadedFile("Protokoll ü.pdf", PDF), risks="RISK-1")
    assert answer.status_code == 302
    piece = one(harbour, Evidence, title="Restore test")
    page = client.get(make.url(harbour, f"evidence/{piece.pk}/")).content.decode()
    assert "Information backup" in page
    sent = client.get(make.url(harbour, f"evidence/{piece.pk}/editions/1/file/"))
    assert b"".join(sent.streaming_content) == PDF
    assert sent["Content-Disposition"].startswith("attachment")
    assert sent["Content-Type"] == "application/pdf"
    assert client.get(make.url(harbour, f"evidence/{piece.pk}/editions/2/file/")).status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "one of the three"),
        ({"text": "x", "url": "https://example.com"}, "one of the three"),
        ({"text": "x", "controls": "A.99"}, "A.99"),
        ({"text": "x", "risks": "RISK-99"}, "no such risk"),
        ({"text": "x", "collected_on": "2999-01-01"}, "from the future"),
        ({"url": "javascript:alert(1)"}, "A link begins with"),
    ],
)
def test_bad_input_is_explained_and_kept(client, harbour, given, said):
    make.signed_in(client, harbour)
    answer = put_in(client, harbour, **given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Restore test" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.exe", b"MZ"),
        ("page.html", b"<html>"),
        ("fake.pdf", b"<html>"),
        ("notes.txt", b"#!/bin/sh"),
        ("x.pdf", b""),
    ],
)
def test_files_that_could_run_or_lie_are_refused(client, harbour, name, content):
    make.signed_in(client, harbour)
    assert put_in(client, harbour, file=SimpleUploadedFile(name, content)).status_code == 422


def test_a_new_edition_stands_first_and_the_old_one_stays(client, harbour):
    make.signed_in(client, harbour)
    put_in(client, harbour, text="First <b>words</b>")
    piece = one(harbour, Evidence, title="Restore test")
    given = {"text": "Second words", "collected_on": clock.today(), "note": "Renewed"}
    assert client.post(make.url(harbour, f"evidence/{piece.pk}/edition/"), given).status_code == 302
    page = client.get(make.url(harbour, f"evidence/{piece.pk}/")).content.decode()
    assert "Second words" in page
    assert "First &lt;b&gt;words" in page
    assert "Renewed" in page


def test_what_it_bears_on_is_changed_in_words(client, harbour):
    make.signed_in(client, harbour)
    put_in(client, harbour, text="x")
    piece = one(harbour, Evidence, title="Restore test")
    edit = make.url(harbour, f"evidence/{piece.pk}/edit/")
    assert "9.1, A.8.13" in client.get(edit).content.decode()
    assert client.post(edit, {"title": "Restore", "controls": "A.8.13, SITE-1", "risks": "RISK-1"}).status_code == 302
    with make.inside(harbour):
        assert {link.requirement.ref for link in piece.controls.all()} == {"A.8.13", "SITE-1"}
        assert piece.risks.count() == 1


def test_the_controls_page_shows_it_and_offers_more(client, harbour):
    make.signed_in(client, harbour)
    text = client.get(make.url(harbour, "evidence/for/iso27001-2022/A.7.5/")).content.decode()
    assert "inspection" in text
    assert "evidence/add/?control=A.7.5" in text
    there = client.get(make.url(harbour, "catalog/iso27001-2022/A.7.5/")).content.decode()
    assert "evidence/for/iso27001-2022/A.7.5/" in there


def test_an_employee_answers_from_the_page_of_the_request_and_sees_nothing_else(client, harbour):
    with make.inside(harbour):
        hugo = make.member(harbour, Role.EMPLOYEE, "Hugo Prado")
    make.signed_in(client, harbour)
    due = clock.today() + datetime.timedelta(days=3)
    given = {"title": "Photo of the gate", "owner": str(hugo.membership.pk), "due": due, "control": "A.7.2"}
    assert client.post(make.url(harbour, "evidence/requests/ask/"), given).status_code == 302
    asked = one(harbour, EvidenceRequest, title="Photo of the gate")
    page = make.url(harbour, f"evidence/requests/{asked.pk}/")
    make.signed_in(client, hugo)
    assert client.get(make.url(harbour, "evidence/")).status_code == 403
    assert "Photo of the gate" in client.get(make.url(harbour, "evidence/requests/")).content.decode()
    assert client.post(f"{page}answer/", {}).status_code == 422
    photo = SimpleUploadedFile("gate.jpg", b"\xff\xd8\xff a gate")
    assert client.post(f"{page}answer/", {"file": photo, "note": "At noon"}).status_code == 302
    assert client.post(f"{page}decide/", {"accept": ""}).status_code == 403
    make.signed_in(client, harbour)
    assert "gate.jpg" in client.get(page).content.decode()
    assert client.post(f"{page}decide/", {"reason": ""}).status_code == 422
    assert client.post(f"{page}decide/", {"accept": ""}).status_code == 302
    assert one(harbour, EvidenceRequest, pk=asked.pk).state == "accepted"


def test_readers_read_and_change_nothing(client, harbour):
    with make.inside(harbour):
        reader = make.member(harbour, Role.READER, "Rea Reader")
    piece = one(harbour, Evidence)
    make.signed_in(client, reader)
    page = make.url(harbour, f"evidence/{piece.pk}/")
    assert "new edition" not in client.get(page).content.decode()
    for tail in ("edition/", "retire/"):
        assert client.post(f"{page}{tail}", {"text": "x", "collected_on": clock.today()}).status_code == 403
    assert put_in(client, harbour, text="x").status_code == 403
    with make.inside(harbour):
        assert Edition.objects.filter(evidence=piece).count() == 2
