"""Events of the trail reach an endpoint signed, at least once, and nothing else does."""

import base64
import dataclasses
import datetime
import hashlib
import hmac
import json
import threading

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from annexa.activity import services as activity
from annexa.activity.models import TrailEntry, TrailHead
from annexa.lib import clock
from annexa.lib.errors import NotAllowed, NotFound, UserError
from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from annexa.tasks import services as tasks
from annexa.tasks.models import Notice
from annexa.webhooks import jobs, queries, services
from annexa.webhooks.models import Delivery, Endpoint
from tests.factories import organizations as make

DAY = datetime.timedelta(days=1)


@pytest.fixture
def hook(acme, receiver):
    """An active endpoint for tasks, with its secret."""
    return services.add_webhook(actor=acme, url=receiver.url, events=["tasks.*"])


def follow(actor):
    jobs.follow_trail(str(actor.organization_id))
    return list(Delivery.objects.order_by("seq"))


def deliver(delivery):
    jobs.deliver(str(delivery.organization_id), str(delivery.pk))
    delivery.refresh_from_db()
    return delivery


def happen(actor, title="Begin"):
    tasks.create_task(actor=actor, title=title)


def signature(secret, headers, body):
    """Compute a signature as a receiver does."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class TestDelivery:
    def test_an_event_arrives_signed_with_the_entry_of_the_trail(self, acme, hook, receiver):
        _endpoint, secret = hook
        happen(acme)
        (delivery,) = follow(acme)
        assert deliver(delivery).state == Delivery.State.DELIVERED
        headers, body = receiver.got[0]
        assert headers["webhook-signature"] == signature(secret, headers, body)
        assert headers["webhook-id"] == str(delivery.pk)
        message = json.loads(body)
        entry = TrailEntry.objects.get(command="tasks.create_task")
        assert message["type"] == "tasks.create_task"
        assert (message["data"]["seq"], message["data"]["body"]["title"]) == (entry.seq, "Begin")
        assert message["data"]["hash"] == bytes(entry.hash).hex()

    def test_only_what_is_asked_for_and_only_from_then_on(self, acme, receiver):
        happen(acme, "Before")
        services.add_webhook(actor=acme, url=receiver.url, events=["tasks.finish_task"])
        happen(acme, "After")
        assert follow(acme) == []
        tasks.finish_task(actor=acme, task=acme.membership.task_set.first())
        assert [each.event for each in follow(acme)] == ["tasks.finish_task"]

    def test_following_again_makes_nothing_twice(self, acme, hook):
        happen(acme)
        assert len(follow(acme)) == len(follow(acme)) == 1
        Endpoint.objects.update(seen=0)
        assert len([each for each in follow(acme) if each.event.startswith("tasks.")]) == 1

    def test_a_delivered_one_is_not_sent_again_by_its_job(self, acme, hook, receiver):
        happen(acme)
        (delivery,) = follow(acme)
        deliver(delivery)
        deliver(delivery)
        assert len(receiver.got) == 1

    def test_one_whose_worker_died_in_the_middle_is_sent_again(self, acme, hook, receiver, monkeypatch):
        happen(acme)
        (delivery,) = follow(acme)

        def killed(*_given):
            raise KeyboardInterrupt

        monkeypatch.setattr(jobs, "_record", killed)
        with pytest.raises(KeyboardInterrupt):
            deliver(delivery)
        monkeypatch.undo()
        deliver(delivery)  # at once: another worker may have it still
        assert len(receiver.got) == 1
        with clock.at(clock.now() + datetime.timedelta(minutes=5)):
            jobs.sweep(0)
            assert (
                ProcrastinateJob.objects.filter(
                    task_name="webhooks.deliver", args__delivery_id=str(delivery.pk)
                ).count()
                == 2
            )
            assert deliver(delivery).state == Delivery.State.DELIVERED
        assert [headers["webhook-id"] for headers, _body in receiver.got] == [str(delivery.pk)] * 2


class TestRetries:
    def test_failures_are_tried_again_ever_later_then_given_up(self, acme, hook, receiver):
        happen(acme)
        (delivery,) = follow(acme)
        waits = []
        for _attempt in range(len(jobs.WAITS) + 1):
            receiver.answer(500, text=b"no")
            with clock.at(delivery.due_at + datetime.timedelta(seconds=1)):
                now = clock.now()
                deliver(delivery)
                waits.append((delivery.due_at - now).total_seconds())
        assert delivery.state == Delivery.State.DEAD
        assert waits[:4] == [pytest.approx(each, rel=0.11) for each in (5, 300, 1800, 7200)]
        assert [each["status"] for each in delivery.attempts] == [500] * 10
        assert delivery.attempts[0]["said"] == "no"

    def test_what_the_receiver_asks_to_wait_is_waited(self, acme, hook, receiver):
        happen(acme)
        (delivery,) = follow(acme)
        receiver.answer(429, {"retry-after": "1000"})
        assert (deliver(delivery).due_at - clock.now()).total_seconds() > 900

    def test_gone_switches_off_at_once_and_tells_who_keeps_webhooks(self, acme, hook, receiver):
        endpoint, _secret = hook
        happen(acme)
        (delivery,) = follow(acme)
        receiver.answer(410)
        assert deliver(delivery).state == Delivery.State.DEAD
        endpoint.refresh_from_db()
        assert endpoint.state == Endpoint.State.OFF
        assert "410" in endpoint.off_because
        assert Notice.objects.get().kind == "webhook.off"

    def test_five_days_of_failures_switch_off(self, acme, hook, receiver):
        happen(acme)
        (delivery,) = follow(acme)
        receiver.answer(503)
        deliver(delivery)
        receiver.answer(503)
        with clock.at(clock.now() + 6 * DAY):
            deliver(delivery)
        assert Endpoint.objects.get().state == Endpoint.State.OFF

    def test_nobody_listening_is_an_attempt_with_a_reason(self, acme, receiver):
        services.add_webhook(actor=acme, url="http://127.0.0.1:1/", events=["*"])
        delivery = next(each for each in follow_after(acme) if each.event == "tasks.create_task")
        attempt = deliver(delivery).attempts[0]
        assert attempt["status"] == 0
        assert "refused" in attempt["said"].lower() or "ConnectionError" in attempt["said"]

    def test_a_redirect_is_not_followed_and_a_long_answer_is_cut(self, acme, hook, receiver):
        happen(acme)
        (delivery,) = follow(acme)
        receiver.answer(302, {"location": receiver.url})
        assert deliver(delivery).attempts[-1]["status"] == 302
        assert len(receiver.got) == 1
        receiver.answer(200, text=b"x" * 5000)
        with clock.at(clock.now() + DAY):
            assert len(deliver(delivery).attempts[-1]["said"]) == 500


def follow_after(actor):
    happen(actor)
    return follow(actor)


class TestAgain:
    def test_what_was_given_up_is_sent_again_on_request(self, acme, hook, receiver):
        endpoint, _secret = hook
        happen(acme)
        (delivery,) = follow(acme)
        Delivery.objects.update(state=Delivery.State.DEAD, tries=10)
        assert services.send_again(actor=acme, endpoint=endpoint, since=clock.now()) == 0
        assert services.send_again(actor=acme, endpoint=endpoint) == 1
        assert deliver(delivery).state == Delivery.State.DELIVERED

    def test_a_pause_keeps_what_happens_and_resuming_sends_or_skips_it(self, acme, hook, receiver):
        endpoint, _secret = hook
        services.pause_webhook(actor=acme, endpoint=endpoint)
        happen(acme, "Meanwhile")
        assert follow(acme) == []
        services.resume_webhook(actor=acme, endpoint=endpoint)
        assert len(follow(acme)) == 1
        services.pause_webhook(actor=acme, endpoint=endpoint)
        happen(acme, "Skipped")
        services.resume_webhook(actor=acme, endpoint=endpoint, skip=True)
        assert len(follow(acme)) == 1

    def test_a_test_event_arrives(self, acme, hook, receiver):
        endpoint, _secret = hook
        deliver(services.try_webhook(actor=acme, endpoint=endpoint))
        assert json.loads(receiver.got[0][1])["type"] == "webhooks.test"

    def test_an_old_secret_signs_beside_the_new_one_for_a_day(self, acme, hook, receiver):
        endpoint, old = hook
        new = services.replace_secret(actor=acme, endpoint=endpoint)
        deliver(services.try_webhook(actor=acme, endpoint=endpoint))
        headers, body = receiver.got[0]
        assert headers["webhook-signature"].split() == [signature(new, headers, body), signature(old, headers, body)]
        with clock.at(clock.now() + 2 * DAY):
            deliver(services.try_webhook(actor=acme, endpoint=endpoint))
        headers, body = receiver.got[1]
        assert headers["webhook-signature"] == signature(new, headers, body)


class TestRules:
    def test_an_address_is_public_and_https_unless_the_operator_allows_others(self, acme):
        with pytest.raises(UserError, match="https://"):
            services.add_webhook(actor=acme, url="http://example.com/", events=["*"])
        endpoint, _secret = services.add_webhook(actor=acme, url="https://127.0.0.1/", events=["*"])
        happen(acme)
        attempt = deliver(services.try_webhook(actor=acme, endpoint=endpoint)).attempts[0]
        assert attempt["status"] == 0
        assert "not an address of the public internet" in attempt["said"]

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"url": "ftp://x"}, "url"),
            ({"events": []}, "events"),
            ({"events": ["tasks.sleep"]}, "events"),
            ({"url": "x"}, "url"),
        ],
    )
    def test_what_does_not_fit_names_its_field(self, acme, values, field):
        with pytest.raises(UserError) as error:
            services.add_webhook(actor=acme, **{"url": "https://example.com/", "events": ["*"], **values})
        assert field in error.value.fields

    def test_an_address_is_told_once(self, acme, hook, receiver):
        with pytest.raises(UserError, match="told already"):
            services.add_webhook(actor=acme, url=receiver.url, events=["*"])

    def test_only_who_keeps_webhooks_of_all_scopes(self, acme):
        with pytest.raises(NotAllowed):
            services.add_webhook(actor=make.member(acme, Role.ISMS_MANAGER), url="https://example.com/", events=["*"])
        limited = make.member(acme, Role.OWNER, scope=organizations.scope_for(acme))
        with make.inside(limited), pytest.raises(NotAllowed):
            services.add_webhook(actor=limited, url="https://example.com/", events=["*"])

    def test_no_secret_and_no_path_is_in_the_trail(self, acme, receiver):
        _endpoint, secret = services.add_webhook(actor=acme, url=f"{receiver.url}/s3cr3t", events=["*"])
        services.replace_secret(actor=acme, endpoint=_endpoint)
        text = "".join(TrailEntry.objects.values_list("body", flat=True))
        assert secret not in text
        assert "s3cr3t" not in text
        assert secret not in Endpoint.objects.values_list("old_secret_box", flat=True)[0]

    def test_an_organisation_sees_its_own_and_no_other(self, acme, hook):
        endpoint, _secret = hook
        stranger = make.organization("Other")
        with make.inside(stranger):
            happen(stranger)
            with pytest.raises(NotFound):
                queries.endpoint_for(stranger, endpoint.pk)
        assert follow(acme) == []

    def test_a_trail_that_nobody_follows_queues_nothing(self, acme, settings):
        happen(acme)
        assert not ProcrastinateJob.objects.filter(task_name="trail.followed").exists()
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, allow_private_webhooks=True)
        endpoint, _secret = services.add_webhook(actor=acme, url="https://example.com/", events=["*"])
        happen(acme)
        queued = ProcrastinateJob.objects.filter(task_name="trail.followed")
        assert queued.count() == 2  # by its own making, and by what happened
        services.remove_webhook(actor=acme, endpoint=endpoint)
        assert not TrailHead.objects.get().followed

    def test_the_application_says_only_of_its_own_trail_that_it_is_followed(self, acme):
        stranger = make.organization("Other")
        with pytest.raises(Exception, match="out of reach"), transaction.atomic():
            activity.follow(stranger.organization_id, wanted=True)


@pytest.mark.django_db(transaction=True)
def test_entries_of_two_transactions_at_once_are_all_delivered(receiver):
    """Entries get their numbers in the order of their commits: following between two misses none."""
    actor = make.organization("Acme")
    with make.inside(actor):
        services.add_webhook(actor=actor, url=receiver.url, events=["tasks.*"])
    first_wrote, go_on = threading.Event(), threading.Event()

    def slow():
        with make.inside(actor):
            happen(actor, "Slow")
            first_wrote.set()
            go_on.wait(10)
        connection.close()

    def fast():
        with make.inside(actor):
            happen(actor, "Fast")
        connection.close()

    one = threading.Thread(target=slow)
    one.start()
    first_wrote.wait(10)
    two = threading.Thread(target=fast)
    two.start()
    jobs.follow_trail(str(actor.organization_id))  # while the first has not committed
    go_on.set()
    one.join()
    two.join()
    jobs.follow_trail(str(actor.organization_id))
    with make.inside(actor):
        titles = [
            json.loads(queries.body_of(each))["data"]["body"]["title"] for each in Delivery.objects.order_by("seq")
        ]
    assert sorted(titles) == ["Fast", "Slow"]


class TestPages:
    @pytest.fixture
    def ask(self, client, acme):
        def send(method, path="", actor=acme, **data):
            return getattr(make.signed_in(client, actor), method)(make.url(acme, f"webhooks/{path}"), data)

        return send

    def test_one_is_added_shown_once_with_its_secret_and_managed(self, ask, acme, receiver):
        assert "Nobody is told yet" in ask("get").content.decode()
        made = ask("post", "add/", url=receiver.url, events=["tasks.*"], description="Chat")
        assert "whsec_" in made.content.decode()
        endpoint = Endpoint.objects.get()
        assert "whsec_" not in ask("get", f"{endpoint.pk}/").content.decode()
        ask("post", f"{endpoint.pk}/try/")
        delivery = deliver(Delivery.objects.get())
        assert "webhooks.test" in ask("get", f"{endpoint.pk}/").content.decode()
        assert "thanks" in ask("get", f"delivery/{delivery.pk}/").content.decode()
        ask("post", f"delivery/{delivery.pk}/again/")
        assert Delivery.objects.get().state == Delivery.State.WAITING
        assert "whsec_" in ask("post", f"{endpoint.pk}/secret/").content.decode()
        ask("post", f"{endpoint.pk}/pause/")
        assert "Resume from now on" in ask("get", f"{endpoint.pk}/").content.decode()
        ask("post", f"{endpoint.pk}/skip/")
        assert Endpoint.objects.get().is_active
        assert ask("post", f"{endpoint.pk}/dance/").status_code == 404
        ask("post", f"{endpoint.pk}/remove/")
        assert not Endpoint.objects.exists()

    def test_a_manager_without_the_permission_is_refused(self, ask, acme):
        assert ask("get", actor=make.member(acme, Role.ISMS_MANAGER)).status_code == 403
