"""Notices in a chat: by a real HTTP server, once, within bounds, and never to where it must not go."""

import dataclasses
import http.server
import json
import threading

import pytest
import requests
from procrastinate.contrib.django.models import ProcrastinateJob

from annexa.activity.models import TrailEntry
from annexa.lib import clock
from annexa.lib import http as way_out
from annexa.lib.errors import NotFound, UserError
from annexa.organizations.roles import Role
from annexa.tasks import chat, jobs, notices, services
from annexa.tasks.models import Channel, Kind, Notice
from tests.factories import everything
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db
KEY = "a" * 26


class Rocket:
    """A chat server on loopback that keeps what it is told."""

    def __init__(self):
        self.told, self.status = [], 200
        ours = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                ours.told.append((self.path, body.decode()))
                self.send_response(ours.status)
                self.send_header("location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_args):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"mmost://127.0.0.1:{self.server.server_port}/{KEY}"


@pytest.fixture
def rocket(settings):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, allow_private_webhooks=True)
    made = Rocket()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def jonas(acme):
    return make.member(acme, Role.CONTRIBUTOR, "Jonas Weber")


def choose(actor, *kinds):
    hours = {"digest_hour": 8, "quiet_from": clock.now().time(), "quiet_to": clock.now().time()}
    services.choose_notices(actor=actor, mail_at_once=[], in_digest=[], chat_at_once=kinds, **hours)


def queued(name):
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=name)]


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "service"),
        [
            (everything.CHAT, "slack"),
            ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "slack"),
            (f"mmosts://chat.example.org/{KEY}", "mattermost"),
            ("ntfys://ntfy.example.org/topic", "ntfy"),
            ("tgram://123456789:abcdefg_hijklmnop/12315544/", "telegram"),
            (f"https://discord.com/api/webhooks/{'4' * 10}/{'x' * 64}", "discord"),
        ],
    )
    def test_the_service_is_told_from_the_address(self, address, service):
        assert chat.service_of(address) == service

    @pytest.mark.parametrize(
        "address",
        [
            "", "x", "https://example.org/hook", "json://127.0.0.1/", "mailto://me:x@example.org", "syslog://",
            "dbus://", "file:///etc/passwd", "windows://", "exec://x", "jsons://example.org", "apprises://example.org/x",
            f"mmost://chat.example.org/{KEY}", "ntfy://ntfy.example.org/topic", "\x00", "slack://",
        ],
    )  # fmt: skip
    def test_others_are_refused(self, address):
        with pytest.raises(UserError):
            chat.service_of(address)

    @pytest.mark.parametrize(
        "beyond", ["template=/etc/passwd", "verify=no", "attach=http://10.0.0.1/", "+X-A=b", "store=yes"]
    )
    def test_nothing_may_follow_that_reads_files_or_trusts_anybody(self, beyond):
        with pytest.raises(UserError, match="may not stand"):
            chat.service_of(f"{everything.CHAT}?{beyond}")

    def test_a_private_address_is_not_gone_to(self):
        with pytest.raises(chat.Failed, match="not an address of the public internet"):
            chat.send(f"mmosts://127.0.0.1/{KEY}", "t", "b")

    def test_other_requests_of_the_process_are_left_alone(self, rocket):
        with way_out.guarding() as said, pytest.raises(requests.RequestException):
            requests.get(f"http://127.0.0.1:{rocket.server.server_port}/", timeout=5)
        assert said
        assert requests.post(f"http://127.0.0.1:{rocket.server.server_port}/", data=b"x", timeout=5).status_code == 200


class TestTelling:
    def test_what_is_chosen_goes_to_the_chat_once(self, acme, jonas, rocket):
        services.add_channel(actor=jonas, address=rocket.address, name="Mine")
        choose(jonas, Kind.TASK_GIVEN)
        services.create_task(actor=acme, title="Write <the> policy", owner=jonas.membership)
        (arguments,) = queued("tasks.chat_notice")
        jobs.chat_notice(**arguments)
        jobs.chat_notice(**arguments)
        (told,) = rocket.told
        assert told[0] == f"/hooks/{KEY}"
        said = json.loads(told[1])["text"]
        assert "A task for you: Write <the> policy" in said
        assert f"/o/{acme.organization.slug}/inbox/{Notice.objects.get().pk}/" in said
        assert Channel.objects.get().last_sent_at is not None

    def test_what_was_read_meanwhile_and_other_kinds_stay_away(self, acme, jonas, rocket):
        services.add_channel(actor=jonas, address=rocket.address)
        choose(jonas, Kind.TASK_GIVEN)
        services.create_task(actor=acme, title="Read", owner=jonas.membership)
        services.read_notices(actor=jonas)
        jobs.chat_notice(**queued("tasks.chat_notice")[0])
        choose(jonas, Kind.REVIEW_ASKED)
        services.create_task(actor=acme, title="Not chosen", owner=jonas.membership)
        assert len(queued("tasks.chat_notice")) == 1
        assert rocket.told == []

    def test_the_usual_kinds_come_with_the_first_chat(self, jonas, rocket):
        services.add_channel(actor=jonas, address=rocket.address)
        assert notices.choice_of(jonas.membership).chat_at_once == sorted(notices.AT_ONCE)

    @pytest.mark.parametrize("status", [302, 404, 500])
    def test_one_that_does_not_answer_well_is_asked_again_and_switched_off_in_the_end(
        self, acme, jonas, rocket, status
    ):
        rocket.status = status
        services.add_channel(actor=jonas, address=rocket.address)
        choose(jonas, Kind.TASK_GIVEN)
        services.create_task(actor=acme, title="Write", owner=jonas.membership)
        (arguments,) = queued("tasks.chat_notice")
        with pytest.raises(chat.Failed):
            jobs.chat_notice(**arguments)
        channel = Channel.objects.get()
        assert (channel.failures, channel.state) == (1, "active")
        assert str(status) in channel.last_error
        assert len(rocket.told) == 1  # a redirect is not followed
        Channel.objects.update(failures=jobs.MOST_FAILURES - 1)
        jobs.chat_notice(**arguments)
        assert Channel.objects.get().state == "off"

    def test_trying_tells_what_came_of_it_and_switches_on_again(self, jonas, rocket):
        channel = services.add_channel(actor=jonas, address=rocket.address)
        Channel.objects.update(state="off", failures=20, last_error="x")
        services.try_channel(actor=jonas, channel=channel)
        jobs.try_channel(**queued("tasks.try_channel")[0])
        channel.refresh_from_db()
        assert (channel.state, channel.failures, channel.last_error) == ("active", 0, "")
        assert "Annexa can tell you here" in rocket.told[0][1]


class TestKeeping:
    def test_the_secret_is_in_no_row_no_trail_and_no_log(self, acme, jonas, rocket, caplog):
        rocket.status = 500
        channel = services.add_channel(actor=jonas, address=rocket.address)
        services.try_channel(actor=jonas, channel=channel)
        jobs.try_channel(**queued("tasks.try_channel")[0])
        assert KEY not in str(list(Channel.objects.values()))
        assert KEY not in str(list(TrailEntry.objects.values()))
        assert KEY not in str(list(ProcrastinateJob.objects.values()))
        assert KEY not in caplog.text

    def test_a_chat_is_its_members_alone(self, acme, jonas, rocket):
        channel = services.add_channel(actor=jonas, address=rocket.address)
        with pytest.raises(NotFound):
            notices.channel_for(acme, channel.pk)
        for command in (services.try_channel, services.remove_channel):
            with pytest.raises(UserError):
                command(actor=acme, channel=channel)

    def test_there_are_a_few_at_most(self, jonas, rocket):
        for _number in range(5):
            services.add_channel(actor=jonas, address=rocket.address)
        with pytest.raises(UserError, match="at most 5"):
            services.add_channel(actor=jonas, address=rocket.address)
