"""What people and programs are told while the database is away."""

import pytest
from django.db import OperationalError

from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


def _away(*_arguments, **_options):
    raise OperationalError("could not extend file: No space left on device")


def test_a_page_says_so_and_when_to_try_again(client, acme, monkeypatch):
    make.signed_in(client, acme)
    monkeypatch.setattr("annexa.tasks.queries.visible_to", _away)
    client.raise_request_exception = False
    answer = client.get(make.url(acme, "tasks/"))
    assert answer.status_code == 503
    assert b"The database does not answer at the moment" in answer.content
    assert answer["Retry-After"] == "5"
    assert b"extend file" not in answer.content


def test_a_program_gets_a_problem(client, acme, monkeypatch):
    text = make.token(acme)
    monkeypatch.setattr("annexa.tasks.queries.visible_to", _away)
    client.raise_request_exception = False
    answer = client.get("/api/v1/tasks/", HTTP_AUTHORIZATION=f"Bearer {text}")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
