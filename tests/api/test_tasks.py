"""Tasks through REST; what every other part of the interface does alike."""

import threading

import pytest
from django.db import connection
from django.test import Client

from annexa.organizations.roles import Role
from annexa.tasks import services as tasks
from annexa.tasks.models import Task
from tests.api.conftest import Program
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(acme, program):
    return program(acme)


def _made(ask, title="Write the policy", **values):
    return ask("post", "tasks/", {"title": title, **values})


def test_a_task_is_created_read_changed_and_finished(ask, acme):
    made = _made(ask, due="2026-12-18", note="Two pages.")
    assert made.status_code == 201
    where = made["Location"].removeprefix("/api/v1/")
    read = ask("get", where)
    assert (read.data["title"], read.data["owner"]["name"], read.data["due"]) == (
        "Write the policy", "Olga Owner", "2026-12-18",
    )  # fmt: skip
    changed = ask("patch", where, {"due": None, "state": "done"}, if_match=read["ETag"])
    assert changed.status_code == 200
    assert (changed.data["due"], changed.data["state"], changed.data["note"]) == (None, "done", "Two pages.")


def test_a_lost_update_is_refused_and_shows_both(ask):
    made = _made(ask)
    where, seen = f"tasks/{made.data['id']}", made["ETag"]
    assert ask("patch", where, {"title": "Hers"}, if_match=seen).status_code == 200
    late = ask("patch", where, {"title": "His"}, if_match=seen)
    assert late.status_code == 412
    assert late.data["current"]["title"] == "Hers"
    assert late.data["yours"] == {"title": "His"}
    assert ask("get", where).data["title"] == "Hers"


def test_a_repetition_with_the_same_key_changes_nothing(ask):
    first = ask("post", "tasks/", {"title": "Once"}, idempotency_key="a-1")
    again = ask("post", "tasks/", {"title": "Once"}, idempotency_key="a-1")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"
    assert again["ETag"] == first["ETag"]
    assert Task.objects.filter(title="Once").count() == 1


def test_a_key_used_for_another_request_is_refused(ask):
    ask("post", "tasks/", {"title": "Once"}, idempotency_key="a-1")
    assert ask("post", "tasks/", {"title": "Twice"}, idempotency_key="a-1").status_code == 422
    assert ask("post", "tasks/", {"title": "Once"}, idempotency_key="x" * 300).status_code == 422


def test_a_key_of_a_refused_request_can_be_used_again(ask):
    assert ask("post", "tasks/", {"title": " "}, idempotency_key="a-1").status_code == 422
    assert ask("post", "tasks/", {"title": "Now"}, idempotency_key="a-1").status_code == 201


def test_an_error_names_the_field(ask):
    answer = _made(ask, due="soon")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert [each["field"] for each in answer.data["errors"]] == ["due"]
    unknown = _made(ask, owner="01a21510-6ea4-717d-a73f-e14aa302b6f7")
    assert [each["field"] for each in unknown.data["errors"]] == ["owner"]


def test_an_error_undoes_everything(ask):
    made = _made(ask)
    change = {"title": "Changed", "owner": "01a21510-6ea4-717d-a73f-e14aa302b6f7"}
    answer = ask("patch", f"tasks/{made.data['id']}", change)
    assert answer.status_code == 422
    assert ask("get", f"tasks/{made.data['id']}").data["title"] == "Write the policy"


def test_pages_follow_each_other_without_gaps_while_rows_come(ask, acme):
    for number in range(7):
        tasks.create_task(actor=acme, title=f"Task {number}")
    seen, cursor = [], ""
    for _round in range(10):
        answer = ask("get", f"tasks/?limit=3&sort=title&cursor={cursor}")
        seen += [each["title"] for each in answer.data["items"]]
        tasks.create_task(actor=acme, title="Another that sorts first")
        if not (cursor := answer.data["next"]):
            break
    assert seen == [f"Task {number}" for number in range(7)]


@pytest.mark.parametrize("sort", ["due", "-due", "title", "-created"])
def test_every_row_is_on_exactly_one_page_in_every_order(ask, acme, sort):
    for number in range(5):
        tasks.create_task(actor=acme, title="Same", due=None if number % 2 else "2026-01-01")
    seen, cursor = [], ""
    while True:
        answer = ask("get", f"tasks/?limit=2&sort={sort}&cursor={cursor}")
        seen += [each["id"] for each in answer.data["items"]]
        if not (cursor := answer.data["next"]):
            break
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    "query", ["sort=secret", "cursor=nonsense", "limit=0", "limit=1000", "state=gone", "sort=-", "cursor=" + "A" * 3000]
)
def test_a_list_that_cannot_be_had_says_why(ask, query):
    answer = ask("get", f"tasks/?{query}")
    assert answer.status_code == 422
    assert answer.data["errors"][0]["field"] == query.split("=")[0]


def test_filters_narrow(ask, acme):
    tasks.create_task(actor=acme, title="Late", due="2020-01-01")
    tasks.create_task(actor=acme, title="Soon")
    assert [each["title"] for each in ask("get", "tasks/?late=true").data["items"]] == ["Late"]
    assert [each["title"] for each in ask("get", "tasks/?q=soo").data["items"]] == ["Soon"]


def test_somebody_elses_task_is_not_found(acme, program):
    task = tasks.create_task(actor=acme, title="The owner's")
    reader = make.member(acme, Role.READER)
    assert program(reader)("get", f"tasks/{task.pk}").status_code == 404


def test_an_unknown_address_is_a_problem_too(client, acme):
    answer = client.get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_one_is_refused():
    actor = make.organization()
    text = make.token(actor)
    with make.inside(actor):
        task = tasks.create_task(actor=actor, title="Contested")
    codes, barrier = [], threading.Barrier(2)

    def change(title):
        ask = Program(Client(), text)
        seen = ask("get", f"tasks/{task.pk}")["ETag"]
        barrier.wait()
        codes.append(ask("patch", f"tasks/{task.pk}", {"title": title}, if_match=seen).status_code)
        connection.close()

    threads = [threading.Thread(target=change, args=[title]) for title in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 412]
