"""The doctor finds what is wrong, and says what to do."""

import json
import shutil
import socket
import threading
from collections import namedtuple

import psycopg
import pytest
import typer
from django.conf import settings as live
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from typer.testing import CliRunner

from annexa.activity import services as trail
from annexa.config import database as schema
from annexa.config.doctor import database, machine
from annexa.config.doctor.command import doctor
from annexa.config.doctor.finding import BAD, GOOD, NOTE
from annexa.config.environment import BadSetting
from annexa.lib.database import logins
from tests.conftest import _admin_url
from tests.factories import organizations as make

pytestmark = pytest.mark.django_db(transaction=True)
application = typer.Typer()
application.command()(doctor)
COMMANDS = {b"EHLO": b"250 ok", b"DATA": b"354 go on", b"QUIT": b"221 bye"}


@pytest.fixture(autouse=True)
def plain_mail(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_OPTIONS = (
        "annexa.config.mail_files.EmailBackend",
        {"EMAIL_FILE_PATH": "mail"},
    )
    settings.FILES, settings.CHECKPOINTS = tmp_path / "files", tmp_path / "checkpoints"


def _database():
    return {finding.subject: finding for finding in database.findings()}


def _machine(mail=""):
    return {finding.subject: finding for finding in machine.findings(mail)}


@pytest.fixture
def tampered(owner_login):
    """Run a statement as the owner, and another to mend it afterwards."""
    mend = []

    def run(sql, back):
        mend.append(back)
        with owner_login(), connection.cursor() as cursor:
            cursor.execute(sql)

    yield run
    with owner_login(), connection.cursor() as cursor:
        for sql in mend:
            cursor.execute(sql)


def test_a_sound_installation_has_nothing_bad():
    found = _database() | _machine()
    assert {name: each.says for name, each in found.items() if each.state == BAD} == {}
    assert found["Row security"].state == found["Trail"].state == found["Schema"].state == GOOD


def test_a_table_without_row_security_is_named(tampered):
    tampered("alter table tasks_task no force row level security", "alter table tasks_task force row level security")
    found = _database()["Row security"]
    assert (found.state, found.says, found.remedy) == (BAD, "It is not forced on tasks_task.", "Run `annexa migrate`.")


def test_a_disabled_history_trigger_is_named(tampered):
    tampered(
        "alter table tasks_task disable trigger keep_updated", "alter table tasks_task enable trigger keep_updated"
    )
    assert _database()["History"].says == "Triggers are missing or disabled on tasks_task."


def test_a_trail_that_can_be_written_to_is_bad(tampered):
    user = connection.settings_dict["USER"]
    tampered(f'grant update on activity_trailentry to "{user}"', f'revoke update on activity_trailentry from "{user}"')
    assert _database()["Trail"].says == "The application may write to activity_trailentry."


def test_a_migration_that_waits_is_counted(tampered):
    last = max(name for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations if app == "isms")
    tampered(
        f"delete from django_migrations where app = 'isms' and name = '{last}'",
        f"insert into django_migrations (app, name, applied) values ('isms', '{last}', now())",
    )
    found = _database()
    assert found["Schema"].says == f"1 migrations wait, first isms.{last}."
    assert "Row security" not in found


def test_a_database_of_a_newer_version_is_bad(tampered):
    tampered(
        "insert into django_migrations (app, name, applied) values ('tasks', '9999_later', now())",
        "delete from django_migrations where name = '9999_later'",
    )
    assert _database()["Schema"].says == "The database is newer than this program: tasks.9999_later."


def test_a_worker_is_heard(tampered):
    assert _database()["Worker"].state == NOTE
    tampered("insert into procrastinate_workers (last_heartbeat) values (now())", "delete from procrastinate_workers")
    assert _database()["Worker"].state == GOOD


def test_a_clock_that_differs_is_bad(monkeypatch):
    monkeypatch.setattr(
        database.timezone, "now", lambda: timezone.datetime(2020, 1, 1, tzinfo=timezone.get_default_timezone())
    )
    assert _database()["Clock"].state == BAD


@pytest.mark.parametrize(
    ("rights", "sentence"),
    [
        ("bypassrls", "has BYPASSRLS"),
        ("superuser", "is a superuser"),
        ("createrole", "may make logins"),
        ("in role annexa_owner", "could become the owner"),
    ],
)
def test_an_application_login_with_too_many_rights_is_refused(rights, sentence, owner_login):
    if not (admin := _admin_url("postgres")):
        pytest.skip("only a superuser can make such a login")
    with psycopg.connect(admin, autocommit=True) as superuser:
        superuser.execute("drop role if exists annexa_odd")
        superuser.execute(f"create role annexa_odd login {rights}")
        try:
            with owner_login(), pytest.raises(BadSetting, match=rf"annexa_odd .*{sentence}.*Annexa does not start"):
                schema._check_server("annexa_owner", "annexa_odd")
        finally:
            superuser.execute("drop role annexa_odd")


def test_an_application_login_that_owns_tables_is_refused(owner_login):
    owner = live.DATABASE_OWNER["USER"]
    with owner_login():
        connection.ensure_connection()
        [*sentences] = logins.faults(connection.connection, owner, owner)
    assert any("it must own none" in sentence for sentence in sentences)


def test_an_unknown_login_is_refused(owner_login):
    with owner_login():
        connection.ensure_connection()
        assert logins.faults(connection.connection, "annexa_owner", "nobody_here") == [
            "The server knows no login nobody_here."
        ]


def test_keys_that_others_may_read_are_bad(settings, tmp_path, monkeypatch):
    (tmp_path / "secret.key").write_text("x")
    (tmp_path / "secret.key").chmod(0o644)
    monkeypatch.setattr(machine, "KEYS", (str(tmp_path / "secret.key"),))
    found = _machine()["Keys"]
    assert (found.state, found.remedy) == (BAD, f"chmod 600 {tmp_path / 'secret.key'}")


@pytest.mark.parametrize(("free", "state"), [(10**6, BAD), (2 * 1024**3, NOTE), (10**12, GOOD)])
def test_little_room_on_the_disk_is_said(free, state, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: namedtuple("Usage", "free")(free))
    assert _machine()["Disk"].state == state


def test_checkpoints_have_an_age(monkeypatch):
    assert _machine()["Checkpoints"].state == NOTE
    make.organization("Acme")
    trail.write_checkpoints()
    assert _machine()["Checkpoints"].state == GOOD
    monkeypatch.setattr(
        machine.timezone, "now", lambda: timezone.datetime(2099, 1, 1, tzinfo=timezone.get_default_timezone())
    )
    assert _machine()["Checkpoints"].state == NOTE


@pytest.fixture
def mail_server(settings):
    """A mail server that takes everything and remembers what it was told."""
    listener, heard = socket.create_server(("127.0.0.1", 0)), []

    def talk():
        try:
            talker, _address = listener.accept()
        except OSError:  # nobody came
            return
        with talker, talker.makefile("rwb", buffering=0) as stream:
            stream.write(b"220 here\r\n")
            in_data = False
            for line in stream:
                heard.append(line.strip().upper())
                in_data = line.strip() != b"." if in_data else line.upper().startswith(b"DATA")
                if not in_data or line.upper().startswith(b"DATA"):
                    stream.write(COMMANDS.get(line[:4].upper().strip(), b"250 ok") + b"\r\n")

    threading.Thread(target=talk, daemon=True).start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = listener.getsockname()
    yield heard
    listener.close()


def test_the_mail_server_is_asked_but_no_mail_is_sent(mail_server):
    assert _machine()["Mail"].state == GOOD
    assert b"DATA" not in mail_server


def test_a_test_mail_is_sent_when_asked_for(mail_server):
    found = _machine("me@example.com")["Mail"]
    assert found.says.endswith("has taken a mail to me@example.com.")
    assert b"DATA" in mail_server


def test_a_mail_server_that_does_not_answer_is_bad(mail_server, settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        settings.EMAIL_PORT = closed.getsockname()[1]
    found = _machine()["Mail"]
    assert (found.state, found.remedy) == (BAD, "Correct ANNEXA_EMAIL_URL.")


def test_the_command_prints_json_and_ends_with_1_when_something_is_bad(tampered):
    done = CliRunner().invoke(application, ["--json"])
    assert done.exit_code == 0
    assert {each["state"] for each in json.loads(done.output)} <= {GOOD, NOTE}
    tampered("alter table tasks_task no force row level security", "alter table tasks_task force row level security")
    done = CliRunner().invoke(application, [])
    assert done.exit_code == 1
    assert "tasks_task" in done.output
