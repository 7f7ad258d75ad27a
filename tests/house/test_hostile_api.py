"""Whatever a program sends to the REST interface, the answer is a problem and never an error of ours."""

import dataclasses
import json
from urllib.parse import quote

import pytest
from django.db import transaction

from annexa.api.application import api
from tests.api import addresses
from tests.factories import organizations as make
from tests.house.test_hostile_values import ALONE, DIGITS, SHORT, VALUES, _quoted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ODD = [*VALUES, None, True, 1e300, -1, [], {}, [[]], {"a": None}, ["x"] * 50, 10**40]
BODIES = [b"", b"{", b"null", b"[]", b"\xff", b"[" * 5000, b'{"a":' * 900, b'{"title": 1e999}', b'"x"', DIGITS.encode()]
HEADERS = ("Idempotency-Key", "If-Match", "Accept-Language", "Authorization", "Content-Type", "Accept")
AT_FAULT = 400


@pytest.fixture
def operations(two_organisations):
    """Every operation as method, address with ids that exist, and what the document says of it."""
    ours, _theirs = two_organisations
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    found = [(method, addresses.address(path, operation, ours), operation | {"path": path})
             for path, method, operation in addresses.operations(document)]  # fmt: skip
    return found, document, ours


@pytest.fixture
def send(client, operations, settings):
    """Send a request with a token of every right and undo it; return the status and whether the answer is wrong."""
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, api_rate=10**7)
    client.raise_request_exception = False
    text = make.token(operations[2])

    def request(method, address, **options):
        headers = {"Authorization": f"Bearer {text}"} | options.pop("headers", {})
        with transaction.atomic():
            answer = client.generic(method.upper(), address, headers=headers, **options)
            transaction.set_rollback(True)
        inside = answer.request["PATH_INFO"].startswith("/api/v1/")
        is_problem = answer.headers.get("Content-Type", "") == "application/problem+json"
        is_wrong = answer.status_code >= 500 or (inside and answer.status_code >= AT_FAULT and not is_problem)
        return answer.status_code, is_wrong

    return request


def test_no_operation_breaks_over_its_query(operations, send):
    broken, tried = set(), 0
    for method, address, operation in operations[0]:
        names = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
        for value in VALUES if names else ():
            alone = [f"{name}={_quoted(value)}" for name in names] if value in ALONE else []
            for query in ["&".join(f"{name}={_quoted(value)}" for name in names), *alone]:
                tried += 1
                if send(method, f"{address}?{query[:60_000]}")[1]:
                    broken.add((method, address, query[:60]))
    assert tried > 100
    assert broken == set()


def test_no_operation_breaks_over_its_path(operations, send):
    broken = set()
    for method, address, operation in operations[0]:
        path = operation["path"]
        parts = [part for part in address.split("/") if part]
        for place in range(2, len(parts)):
            for value in SHORT if parts[place] not in path else ():  # what a program can choose
                hostile = "/".join([*parts[:place], quote(value, errors="surrogatepass"), *parts[place + 1 :]])
                if send(method, f"/{hostile}{'/' if address.endswith('/') else ''}")[1]:
                    broken.add((method, address, place, value[:20]))
    assert broken == set()


def test_no_operation_breaks_over_its_body(operations, send):
    """Every field in turn is odd, alone; then the whole body is no such thing."""
    found, document, _ours = operations
    broken, tried = set(), 0
    for method, address, operation in found:
        content = operation.get("requestBody", {}).get("content", {})
        if not content:
            continue
        names = _fields(document, content.get("application/json", {}).get("schema", {}))
        for value in ODD:
            for body in [{name: value} for name in names] if value in ALONE else [dict.fromkeys(names, value)]:
                tried += 1
                if send(method, address, data=_json(body), content_type="application/json")[1]:
                    broken.add((method, address, str(body)[:60]))
        for body in BODIES:
            for kind in ("application/json", "multipart/form-data; boundary=x"):
                if send(method, address, data=body, content_type=kind)[1]:
                    broken.add((method, address, body[:20], kind))
    assert tried > 100
    assert broken == set()


def _fields(document, schema):
    schema = _resolved(document, schema)
    return list(schema.get("properties", ()))


def _resolved(document, schema):
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _json(value):
    return json.dumps(value).encode()


def test_no_method_breaks_over_its_headers(operations, send):
    broken = set()
    for method, address in {method: address for method, address, _operation in operations[0]}.items():
        for value in (DIGITS[:300], "\x7f", "é", '"', "W/", "*"):
            for name in HEADERS:
                if send(method, address, headers={name: value})[1]:
                    broken.add((method, address, name, value[:20]))
    assert broken == set()


def test_a_method_that_is_none_is_a_problem(operations, send):
    for address in {address for _method, address, _operation in operations[0]}:
        assert send("put", address) == (405, False), address
