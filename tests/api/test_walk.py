"""Every operation that reads, with the rows of a sample organisation."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annexa.api.application import api
from tests.api import addresses
from tests.api.conftest import Program
from tests.factories import everything
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8  # the token, its scope and its last use included
FILES = ("/report/", "/file", "/readiness", "/plan", "/compare", "/search")  # gather more than one list


@pytest.fixture
def sample(client):
    actor = everything.organization("Sample")
    return actor, Program(client, make.token(actor))


def _reads(actor):
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    for path, method, operation in addresses.operations(document):
        if method == "get":
            yield path, addresses.address(path, operation, actor).removeprefix("/api/v1/")


QUERIES = {"search": "?q=policy", "history/soa/changes": "?since=2026-01-01"}


def test_every_reading_operation_answers_from_few_queries(sample):
    actor, ask = sample
    ask("get", "me")
    wrong, tried = {}, 0
    for path, address in _reads(actor):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = ask("get", address + QUERIES.get(address, ""))
        tried += 1
        sql = [each["sql"] for each in queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE", "SET", "BEGIN"))]
        if path.endswith("/file"):
            assert answer.status_code == 404, path  # the sample evidence is a link
        elif answer.status_code != 200:
            wrong[path] = answer.status_code, answer.data
        elif len(sql) > MOST_QUERIES and not any(part in path for part in FILES):
            wrong[path] = len(sql), [each[:150] for each in sql]
    assert tried > 30
    assert wrong == {}


def test_every_list_pages_through_in_each_of_its_orders(sample):
    actor, ask = sample
    tried = 0
    for _path, address in _reads(actor):
        first = ask("get", f"{address}?limit=200")
        if not isinstance(first.data, dict) or "next" not in first.data or address == "activity/":
            continue
        tried += 1
        whole = sorted(_all(ask, address, ""))
        assert len(whole) == len(set(whole))
        sorts = (
            ask("get", f"{address}?sort=nothing").data["detail"].removeprefix("Sort by one of ").strip(".").split(", ")
        )
        for sort in sorts:
            for sign in ("", "-"):
                assert sorted(_all(ask, address, sign + sort)) == whole
    assert tried > 10


def _all(ask, address, sort):
    found, cursor, most = [], "", 100
    while True:
        data = ask("get", f"{address}?limit={most}&sort={sort}&cursor={cursor}").data
        found += [each.get("id") or each["key"] for each in data["items"]]
        assert len(data["items"]) <= most
        if not (cursor := data["next"]):
            return found


def test_nobody_reads_more_than_their_role(client, sample):
    actor, _ask = sample
    with make.inside(actor):
        employee = make.member(actor, "employee", "Hugo Prado")
    ask = Program(client, make.token(employee))
    allowed = {
        address for _path, address in _reads(actor) if ask("get", address + QUERIES.get(address, "")).status_code == 200
    }
    own = {
        "me",
        "tasks/",
        "tasks/calendar",
        "tokens/",
        "search",
        "inbox/",
        "inbox/chats",
        "inbox/choice",
        "delegations/",
    }
    assert allowed == own | {"checks/", "evidence/requests"}
