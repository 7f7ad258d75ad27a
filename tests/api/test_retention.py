"""Retention, chats and the calendar through the REST interface."""

import pytest

from annexa.records.models import Tombstone
from annexa.tasks.models import Channel
from tests.factories import everything
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(program):
    actor = everything.organization("Harbour")
    with make.inside(actor):
        yield program(actor)


def test_a_class_is_kept_held_and_put_forward_but_no_program_approves(ask):
    rules = {each["record_class"]: each for each in ask("get", "retention/rules").data}
    assert (rules["tasks"]["months"], rules["tasks"]["past"], rules["tasks"]["held"]) == (36, 2, 1)
    assert ask("post", "retention/rules/risks", {"months": 84, "basis": "Ours"}).data["months"] == 84
    assert ask("post", "retention/rules/risks", {"months": None}).data["months"] is None
    assert ask("post", "retention/rules/people", {"months": 5}).status_code == 422
    assert ask("post", "retention/rules/risks", {"months": 0}).status_code == 422
    [waiting] = ask("get", "retention/disposals").data["items"]
    assert (waiting["state"], waiting["records"]) == ("proposed", 1)
    assert ask("post", f"retention/disposals/{waiting['id']}/approve").status_code == 404
    [stone] = ask("get", f"retention/disposals/{waiting['id']}/records").data["items"]
    assert stone["name"] == "Past its time"
    assert ask("post", f"retention/disposals/{waiting['id']}/withdraw").data["state"] == "refused"
    made = ask("post", "retention/disposals", {"record_class": "tasks"})
    assert made.status_code == 201
    assert made.data["records"] == 1
    assert ask("post", "retention/disposals", {"record_class": "gap"}).status_code == 422
    assert Tombstone.objects.filter(destroyed_at__isnull=False).count() == 0


def test_a_hold_is_placed_and_released(ask):
    made = ask("post", "retention/holds", {"reason": "Case 9", "record_class": "risks", "record": "RISK-1"})
    assert made.status_code == 201
    assert made.data["record"].startswith("RISK-1 ")
    wrong = ask("post", "retention/holds", {"reason": "Case 9", "record_class": "risks", "record": "RISK-9"})
    assert wrong.status_code == 422
    released = ask("post", f"retention/holds/{made.data['id']}/release", {"reason": "Settled"})
    assert released.data["release_reason"] == "Settled"
    assert ask("post", f"retention/holds/{made.data['id']}/release", {"reason": "Again"}).status_code == 422


def test_a_chat_is_added_tried_and_forgotten_and_its_address_is_never_shown(ask):
    made = ask("post", "inbox/chats", {"address": everything.CHAT, "name": "Mine"})
    assert made.status_code == 201
    assert made.data["service"] == "slack"
    assert everything.CHAT not in str(ask("get", "inbox/chats").data)
    assert ask("post", f"inbox/chats/{made.data['id']}/try").status_code == 202
    assert ask("delete", f"inbox/chats/{made.data['id']}").status_code == 204
    assert ask("delete", f"inbox/chats/{made.data['id']}").status_code == 404
    assert ask("post", "inbox/chats", {"address": "file:///etc/passwd"}).status_code == 422
    assert Channel.objects.count() == 1


@pytest.mark.parametrize("rhythm", ["monthly", "yearly"])
def test_a_task_that_repeats_is_seen_ahead(ask, rhythm):
    made = ask("post", "tasks/", {"title": "Restore test", "due": "2030-01-31", "rhythm": rhythm})
    assert made.data["rhythm"] == rhythm
    days = ask("get", "tasks/calendar?first=2030-01-01&last=2031-01-31").data
    assert len(days) == (13 if rhythm == "monthly" else 2)
    assert [each["expected"] for each in days[:2]] == [False, True]
    assert ask("patch", f"tasks/{made.data['id']}", {"rhythm": ""}).data["rhythm"] == ""
    assert ask("get", "tasks/calendar?first=2030-01-01&last=2032-01-31").status_code == 422
    assert ask("post", "tasks/", {"title": "Restore test", "rhythm": "monthly"}).status_code == 422


def test_a_calendars_address_is_made_and_withdrawn(ask, client):
    made = ask("post", "tasks/calendar/address", {"only_mine": False})
    assert made.status_code == 201
    path = made.data["address"].partition("/calendar/")[2]
    assert client.get(f"/calendar/{path}").status_code == 200
    assert ask("delete", "tasks/calendar/address").status_code == 204
    assert client.get(f"/calendar/{path}").status_code == 404
