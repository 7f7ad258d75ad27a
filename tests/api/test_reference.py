"""The page to read."""

import re

import pytest

from annexa.api.application import api
from tests.api.addresses import operations

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    answer = client.get("/api/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_reads_every_operation_with_its_permission_and_an_example(page):
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    for path, method, operation in operations(document):
        anchor = operation["operationId"].removeprefix("annexa_api_parts_")
        [shown] = re.findall(rf'<details class="api-op" id="{anchor}">.*?</details>', page, re.DOTALL)
        assert path in shown
        assert method.upper() in shown
        assert operation.get("x-permission", "For every token") in shown
        assert "curl -H" in shown


def test_an_example_gives_what_is_needed(page):
    assert "Test the restore of the customer database" in page
    assert "-F file=@FILE" in page


def test_nothing_in_it_needs_an_exception_from_the_content_policy(page):
    assert re.findall(r"<script(?![^>]*src=)|style=| on[a-z]+=", page.replace("hx-on", "")) == []
