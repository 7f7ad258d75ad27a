"""Who gets in with a token, and how far."""

import datetime

import pytest

from annexa.activity import queries as activity
from annexa.api import limits
from annexa.api.models import Answered
from annexa.lib import clock
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import services as people
from annexa.organizations.models import ApiToken
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import Role
from annexa.organizations.services import tokens
from annexa.tasks import services as tasks
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db


def test_a_token_lets_a_program_read_what_its_member_may(acme, program):
    tasks.create_task(actor=acme, title="Write the policy")
    answer = program(acme)("get", "tasks/")
    assert answer.status_code == 200
    assert [each["title"] for each in answer.data["items"]] == ["Write the policy"]


@pytest.mark.parametrize(
    "text", ["", "annexa", "annexa_x_y", "annexa_" + "a" * 26 + "_secret", "annexa_" + "é" * 26 + "_s"]
)
def test_what_is_no_token_is_refused_alike(client, acme, text):
    answer = client.get("/api/v1/tasks/", HTTP_AUTHORIZATION=f"Bearer {text}")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_is_no_token(client, acme):
    make.signed_in(client, acme)
    assert client.get("/api/v1/tasks/").status_code == 401


def test_a_token_of_one_organisation_opens_no_other(client, acme):
    other = make.organization("Other")
    text = make.token(acme)
    with make.inside(other):
        theirs = tasks.create_task(actor=other, title="Theirs")
    answer = client.get(f"/api/v1/tasks/{theirs.pk}", HTTP_AUTHORIZATION=f"Bearer {text}")
    assert answer.status_code == 404
    forged = "_".join([*make.token(other).split("_")[:2], text.split("_", 2)[2]])
    assert client.get("/api/v1/tasks/", HTTP_AUTHORIZATION=f"Bearer {forged}").status_code == 401


def test_a_token_can_do_no_more_than_it_was_given(acme, program):
    assert program(acme, "soa:read")("get", "tasks/").status_code == 403


def test_the_text_of_a_new_token_is_kept_for_no_repetition(acme, program):
    wanted = {"name": "Dashboard", "permissions": ["task:work"]}
    ask = program(acme, "token:use", "task:work")
    text = ask("post", "tokens/", wanted, idempotency_key="one").data["token"]
    again = ask("post", "tokens/", wanted, idempotency_key="one")
    assert (again.status_code, text in again.content.decode()) == (422, False)
    with make.inside(acme):
        assert Answered.objects.get(key="one").body == ""
        assert ApiToken.objects.filter(name="Dashboard").count() == 1


def test_a_lesser_token_gets_no_answer_that_a_greater_one_got(acme, program):
    wanted = {"title": "Restore test"}
    assert program(acme, "task:work", "task:edit")("post", "tasks/", wanted, idempotency_key="one").status_code == 201
    assert program(acme, "task:work")("post", "tasks/", wanted, idempotency_key="one").status_code == 422


def test_a_token_loses_what_its_member_loses_at_once(acme, program):
    manager = make.member(acme, Role.ISMS_MANAGER)
    ask = program(manager, "task:work", "task:edit")
    tasks.create_task(actor=acme, title="Of the owner")
    assert len(ask("get", "tasks/").data["items"]) == 1
    people.change_membership(actor=acme, membership=manager.membership, role=Role.READER)
    assert ask("get", "tasks/").data["items"] == []
    people.deactivate_membership(actor=acme, membership=manager.membership)
    assert ask("get", "tasks/").status_code == 401


def test_a_revoked_or_expired_token_is_worthless(acme, program):
    ask = program(acme)
    token = ApiToken.objects.get()
    with clock.at(token.expires_at + datetime.timedelta(seconds=1)):
        assert ask("get", "tasks/").status_code == 401
    tokens.revoke_token(actor=acme, token=token)
    assert ask("get", "tasks/").status_code == 401


def test_a_program_never_approves(acme):
    for permission in (Permission.SOA_APPROVE, Permission.CONTEXT_APPROVE):
        with pytest.raises(UserError, match=permission):
            tokens.create_token(actor=acme, name="Robot", permissions=[permission])


def test_nobody_makes_a_token_with_more_than_their_role(acme):
    reader = make.member(acme, Role.READER)
    with pytest.raises(UserError, match="soa:edit"):
        tokens.create_token(actor=reader, name="Robot", permissions=["soa:edit"])


def test_nobody_makes_a_token_for_somebody_else(acme):
    reader = make.member(acme, Role.READER)
    with pytest.raises(NotAllowed):
        tokens.create_token(actor=acme, name="Robot", permissions=["soa:read"], membership=reader.membership)


def test_a_token_makes_no_token_that_can_do_more(acme, program):
    ask = program(acme, "token:use", "soa:read")
    made = ask("post", "tokens/", {"name": "Narrower", "permissions": ["soa:read"]})
    assert made.status_code == 201
    assert made.data["token"].startswith("annexa_")
    assert ask("post", "tokens/", {"name": "Wider", "permissions": ["task:edit"]}).status_code == 422


def test_the_secret_is_stored_and_written_nowhere(acme):
    token, text = tokens.create_token(actor=acme, name="Robot", permissions=["soa:read"])
    secret = text.split("_", 2)[2]
    assert secret not in str(ApiToken.objects.filter(pk=token.pk).values().get())
    assert all(secret not in entry.body for entry in activity.recent(acme.organization_id, 50))


def test_the_last_use_is_noted_once_a_minute(acme, program):
    ask = program(acme)
    ask("get", "tasks/")
    first = ApiToken.objects.get().last_used_at
    ask("get", "tasks/")
    assert ApiToken.objects.get().last_used_at == first


def test_somebody_elses_token_is_revoked_by_whoever_changes_members(acme, program):
    reader = make.member(acme, Role.READER)
    make.token(reader, "soa:read")
    token = ApiToken.objects.get()
    with pytest.raises(NotAllowed):
        tokens.revoke_token(actor=make.member(acme, Role.READER, "Other Reader"), token=token)
    answer = program(acme)("delete", f"tokens/{token.pk}")
    assert answer.status_code == 204
    token.refresh_from_db()
    assert not token.is_live


def test_a_token_that_asks_too_often_waits(acme, program, settings, monkeypatch):
    monkeypatch.setattr(limits, "_buckets", type(limits._buckets)())
    ask = program(acme)
    limit = settings.ENVIRONMENT.api_rate
    token = ApiToken.objects.get()
    monkeypatch.setattr(limits.time, "monotonic", lambda: 1000.0)
    assert all(limits.take(token.pk).granted for _each in range(limit))
    answer = ask("get", "tasks/")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1
    assert answer["RateLimit-Limit"] == str(limit)


def test_an_address_that_guesses_tokens_is_slowed_down(client, acme):
    wrong = "_".join([*make.token(acme).split("_")[:2], "guess"])
    codes = [
        client.get("/api/v1/tasks/", HTTP_AUTHORIZATION=f"Bearer {wrong}").status_code
        for _each in range(limits.MOST_GUESSES + 1)
    ]
    assert codes[0] == 401
    assert codes[-1] == 429
