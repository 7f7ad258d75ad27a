"""The OpenAPI document, and every operation held against it."""

import json

import pytest
from django.core.cache import cache
from django.test import Client
from ninja.openapi.schema import OpenAPISchema

from annexa.api.application import api
from annexa.organizations.permissions import Permission

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def document() -> OpenAPISchema:
    return api.get_openapi_schema(path_prefix="/api/v1/")


def _operations(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield f"{method} {path}", method, operation


def test_it_is_served_to_everybody(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert json.loads(answer.content)["openapi"] == "3.1.0"


def test_every_operation_says_what_it_does_and_which_errors_it_answers(document):
    for name, method, operation in _operations(document):
        assert operation["description"], name
        assert operation["tags"], name
        expected = {401, 403, 404, 422, 429} | (set() if method == "get" else {409, 412})
        assert expected <= set(operation["responses"]), name


FOR_EVERY_TOKEN = ("/me", "/search", "/history/")  # answer with what the token may see, or ask by register


def test_every_operation_names_a_permission_that_exists_or_is_for_every_token(document):
    known = set(Permission)
    for name, _method, operation in _operations(document):
        if not name.startswith(tuple(f"get /api/v1{path}" for path in FOR_EVERY_TOKEN)):
            assert operation.get("x-permission") in known, name


def test_no_operation_answers_without_a_token(document):
    client = Client()
    for path, operations in document["paths"].items():
        address = path.replace("{number}", "1").replace("{", "").replace("}", "")
        for method in operations:
            cache.clear()  # or this would look like guessing
            assert getattr(client, method)(address).status_code in (401, 404), f"{method} {path}"


def test_posts_can_be_repeated_and_changes_say_what_they_change(document):
    for name, method, operation in _operations(document):
        headers = {each["name"] for each in operation.get("parameters", []) if each["in"] == "header"}
        if method == "post":
            assert "Idempotency-Key" in headers, name
        if method in ("patch", "put"):
            assert "If-Match" in headers, name
