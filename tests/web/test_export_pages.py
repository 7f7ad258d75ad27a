"""The page of complete exports."""

import uuid

import pytest

from annexa.jobs import progress
from annexa.lib import clock
from annexa.organizations.roles import Role
from annexa.records import queries
from annexa.records.models import Export
from annexa.records.services import exports
from annexa.web import reauthentication
from tests.factories import organizations as make

PAGE = "records/exports/"


@pytest.fixture
def made(acme, settings, tmp_path):
    """An export whose file is there."""
    export = exports.ask_for_export(actor=acme)
    path = queries.export_file(export)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK")
    exports.keep_export(actor=acme, export=export, sha256="a" * 64, size=2, rows=1234)
    yield export
    path.unlink(missing_ok=True)


def test_there_is_none_at_first(client, acme):
    assert "No export yet" in make.signed_in(client, acme).get(make.url(acme, PAGE)).content.decode()


def test_one_is_asked_for_and_shows_how_far_it_is(client, acme):
    make.signed_in(client, acme)
    assert client.post(make.url(acme, f"{PAGE}make/")).status_code == 302
    export = Export.objects.get()
    address = make.url(acme, f"{PAGE}{export.pk}/")
    assert f'hx-get="{address}"' in client.get(make.url(acme, PAGE)).content.decode()
    progress.start(export.progress_id)
    progress.advance(export.progress_id, 3, 4, "tasks_task")
    line = client.get(address, HTTP_HX_REQUEST="true").content.decode()
    assert "75 percent" in line
    assert "<html" not in line
    progress.fail(export.progress_id, "The disk is full.")
    line = client.get(address, HTTP_HX_REQUEST="true").content.decode()
    assert "hx-get" not in line
    assert "The disk is full." in line


def test_a_second_one_meanwhile_is_refused_with_a_sentence(client, acme):
    make.signed_in(client, acme)
    client.post(make.url(acme, f"{PAGE}make/"))
    answer = client.post(make.url(acme, f"{PAGE}make/"), follow=True)
    assert "being made already" in answer.content.decode()


def test_one_that_waits_is_stopped(client, acme):
    make.signed_in(client, acme)
    client.post(make.url(acme, f"{PAGE}make/"))
    export = Export.objects.get()
    assert "Stop</button>" in client.get(make.url(acme, PAGE)).content.decode()
    page = client.post(make.url(acme, f"{PAGE}{export.pk}/remove/"), follow=True).content.decode()
    assert "The export is stopped." in page
    assert "Stop</button>" not in page


def test_its_file_is_downloaded_then_removed(client, acme, made):
    make.signed_in(client, acme)
    answer = client.post(make.url(acme, f"{PAGE}{made.pk}/download/"))
    assert (answer.getvalue(), answer["Content-Type"]) == (b"PK", "application/zip")
    assert "attachment" in answer["Content-Disposition"]
    client.post(make.url(acme, f"{PAGE}{made.pk}/remove/"))
    assert client.post(make.url(acme, f"{PAGE}{made.pk}/download/")).status_code == 404


def test_a_file_whose_week_is_over_is_not_there(client, acme, made):
    Export.objects.update(expires_at=clock.now())
    answer = make.signed_in(client, acme).post(make.url(acme, f"{PAGE}{made.pk}/download/"))
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["make/", "{}/download/"])
def test_who_has_not_just_signed_in_is_asked_once_more(client, acme, made, monkeypatch, path):
    monkeypatch.setattr(reauthentication, "is_needed", lambda _request: True)
    monkeypatch.setattr(reauthentication, "_ways", lambda _request: ["/account/reauthenticate/"])
    answer = make.signed_in(client, acme).post(make.url(acme, PAGE + path.format(made.pk)))
    assert answer["Location"].startswith("/account/reauthenticate/")
    assert Export.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_an_owner_comes_in(client, acme, made, role):
    make.signed_in(client, make.member(acme, role))
    assert client.get(make.url(acme, PAGE)).status_code == 403
    assert client.post(make.url(acme, f"{PAGE}make/")).status_code == 403
    assert client.post(make.url(acme, f"{PAGE}{made.pk}/download/")).status_code == 403


def test_another_organisations_is_not_there(client, acme, made):
    stranger = make.organization("Stranger")
    make.signed_in(client, stranger)
    assert client.post(make.url(acme, f"{PAGE}{made.pk}/download/")).status_code == 404
    assert client.post(make.url(stranger, f"{PAGE}{made.pk}/download/")).status_code == 404
    assert client.post(make.url(stranger, f"{PAGE}{uuid.uuid4()}/download/")).status_code == 404
