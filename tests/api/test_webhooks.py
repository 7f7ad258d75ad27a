"""Webhooks through REST."""

import pytest

from annexa.webhooks.models import Delivery, Endpoint
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.com/in"


@pytest.fixture
def ask(acme, program):
    return program(acme)


def test_one_is_added_changed_paused_and_removed(ask):
    made = ask("post", "webhooks/", {"url": URL, "events": ["tasks.*"]}, idempotency_key="k")
    assert (made.status_code, made.data["secret"][:6]) == (201, "whsec_")
    where = f"webhooks/{made.data['id']}"
    read = ask("get", where)
    assert "secret" not in read.data
    changed = ask("patch", where, {"events": ["*"], "description": "All"}, if_match=read["ETag"])
    assert changed.data["events"] == ["*"]
    assert ask("patch", where, {"events": ["tasks.*"]}, if_match=read["ETag"]).status_code == 412
    assert ask("post", f"{where}/pause").data["state"] == "paused"
    assert ask("post", f"{where}/resume", {"skip": True}).data["state"] == "active"
    assert ask("post", f"{where}/secret").data["secret"] != made.data["secret"]
    tried = ask("post", f"{where}/test")
    assert (tried.status_code, tried.data["state"]) == (202, "waiting")
    Delivery.objects.update(state="dead")
    assert ask("get", f"{where}/deliveries?state=dead").data["items"][0]["event"] == "webhooks.test"
    assert ask("post", f"{where}/again", {}).data == {"changed": 1}
    assert ask("delete", where).status_code == 204
    assert not Endpoint.objects.exists()


def test_what_does_not_fit_names_its_field(ask):
    assert ask("post", "webhooks/", {"url": "http://x.example/", "events": ["*"]}).data["errors"][0]["field"] == "url"
    assert ask("post", "webhooks/", {"url": URL, "events": ["no.such"]}).data["errors"][0]["field"] == "events"
    assert "tasks.create_task" in ask("get", "webhooks/events").data


def test_without_the_permission_there_is_nothing(acme, program):
    assert program(acme, "asset:read")("get", "webhooks/").status_code == 403
    assert program(make.organization("Other"))("get", "webhooks/").data["items"] == []
