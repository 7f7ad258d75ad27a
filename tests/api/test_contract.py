"""Every operation held against the OpenAPI document: thousands of invented requests, the same ones in each run."""

import dataclasses
from collections import Counter

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from schemathesis import checks

from annexa.api.schema import Schema
from tests.api import addresses
from tests.factories import everything
from tests.factories import organizations as make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = 12
HELD = [
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance, checks.response_headers_conformance,
]  # fmt: skip
STEADY = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture
def sample(settings):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, api_rate=10**7)
    settings.ALLOWED_HOSTS = ["*"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # the test's own connection serves all requests
    yield everything.organization("Sample")
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_answer_is_as_the_document_says(sample):
    headers = {"Authorization": f"Bearer {make.token(sample)}", "Accept-Encoding": "identity"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    document, wrong, tried, done = schema.raw_schema, {}, 0, set()
    for found in schema.get_all_operations():
        operation = found.ok()
        path, method = operation.path, operation.method
        real = addresses.parameters(path, document["paths"][path][method], sample)
        codes = []
        try:
            _hold(operation, real, headers, codes)
        except BaseExceptionGroup as error:
            wrong[f"{method} {path}"] = " ".join(str(error).split())[:700]
        tried += len(codes)
        done |= {(method, path)} if any(code < 300 for code in codes) else set()
    assert tried > 500
    assert len(done) > 40  # invented requests reach what an operation is for
    assert wrong == {}


def _hold(operation, real, headers, codes):
    """Send invented requests, every other one to rows that exist, and undo what they did."""

    @STEADY
    @hypothesis.given(operation.as_strategy())
    def hold(case):
        if len(codes) % 2 == 0 and real:
            case.path_parameters = real
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        codes.append(answer.status_code)
        case.validate_response(answer, checks=HELD)

    hold()


def test_no_two_schemas_have_one_name():
    named = Counter(each.__name__ for each in set(_below(Schema)) if each.__module__.startswith("annexa."))
    assert [name for name, number in named.items() if number > 1] == []


def _below(model):
    for each in model.__subclasses__():
        yield each
        yield from _below(each)
