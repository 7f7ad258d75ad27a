"""A backup brings everything back, and nothing that was changed on the way."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import uuid
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from annexa.activity import services as trail
from annexa.config import archive, backup, restore
from annexa.lib import bundle, files
from annexa.lib.bundle import Damaged
from annexa.lib.database import embedded
from annexa.lib.database.dump import DumpFailed, Server
from annexa.lib.errors import UserError
from annexa.lib.sealed import Unreadable
from tests.browser import servers
from tests.browser.servers import ANNEXA
from tests.factories import everything

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PASSPHRASE = "correct horse battery"
TABLES = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1"
ROWS = 'select count(*), md5(string_agg(t::text, chr(10) order by t::text)) from "{}" t'


@pytest.fixture
def place(settings, tmp_path):
    """An installation with everything in it, and room for its backups."""
    settings.FILES, settings.CHECKPOINTS = tmp_path / "files", tmp_path / "checkpoints"
    actor = everything.organization("Kept")
    files.save(actor.organization_id, [b"proof " * 1000])
    trail.write_checkpoints()
    return tmp_path


@pytest.fixture
def elsewhere():
    """An empty home folder."""
    home = Path(f"/tmp/annexa-restore-{os.getpid()}")  # noqa: S108  reachable by the account PostgreSQL runs under
    home.mkdir(mode=0o711)
    yield home
    shutil.rmtree(home)


def _restore(home, *arguments, more=None):
    environment = servers.settings_for(home, servers.free_port(), more)
    command = [ANNEXA, "restore", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def _contents(address):
    with psycopg.connect(**address) as owner:
        tables = [name for (name,) in owner.execute(TABLES) if name not in backup.LEFT_OUT]
        return {table: owner.execute(ROWS.format(table)).fetchone() for table in tables}


def _backup(home, *arguments, more=None):
    environment = servers.settings_for(home, servers.free_port(), more)
    command = [ANNEXA, "backup", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def _ours(settings):
    login = settings.DATABASE_OWNER
    return {"host": login["HOST"], "user": login["USER"], "dbname": connection.settings_dict["NAME"]}


def test_everything_comes_back_in_an_empty_place(place, elsewhere, settings):
    made = backup.backup(place / "b", passphrase=PASSPHRASE, keys=place / "k")
    assert (made.files, made.damaged) == (2, [])
    before = _contents(_ours(settings))
    done = _restore(elsewhere, place / "b", "--keys", place / "k", more={"ANNEXA_BACKUP_PASSPHRASE": PASSPHRASE})
    assert done.returncode == 0, done.stderr
    assert "unbroken since checkpoint" in done.stdout
    for folder in ("files", "checkpoints"):
        assert _tree(elsewhere / folder) == _tree(place / folder)
    for key in archive.KEYS:
        assert (elsewhere / key).read_bytes() == (settings.ENVIRONMENT.home / key).read_bytes()
        assert (elsewhere / key).stat().st_mode & 0o777 == 0o600
    with embedded.borrow(elsewhere) as server:
        login = {"host": str(server.sockets), "dbname": embedded.DATABASE}
        assert _contents(login | {"user": embedded.OWNER}) == before
        _check_guards(login)
    again = _restore(elsewhere, place / "b", more={"ANNEXA_BACKUP_PASSPHRASE": PASSPHRASE})
    assert again.returncode == 1
    assert "restore only into an empty one. Nothing was restored." in again.stderr
    assert "Give the passphrase with" in _backup(elsewhere, place / "c", "--encrypt").stderr
    assert _backup(elsewhere, place / "c").stdout.startswith(f"{place / 'c'}: the database and 2 files")


def test_everything_comes_back_in_a_database_of_ones_own(place, elsewhere, settings, worker_id):
    name, here = f"restored_{worker_id}", _ours(settings)
    backup.backup(place / "b", passphrase=None, keys=None)
    with psycopg.connect(**here, autocommit=True) as owner:
        owner.execute(f'drop database if exists "{name}" with (force)')
        owner.execute(f'create database "{name}"')
        try:
            more = {
                "DATABASE_URL": f"postgresql://{settings.DATABASES['default']['USER']}@/{name}?host={here['host']}",
                "DATABASE_OWNER_URL": f"postgresql://{here['user']}@/{name}?host={here['host']}",
            }
            done = _restore(elsewhere, place / "b", more=more)
            assert done.returncode == 1, done.stderr  # without its key the checkpoint is not genuine, and it says so
            assert "is not signed by this key" in done.stdout
            assert _contents(here | {"dbname": name}) == _contents(here)
        finally:
            owner.execute(f'drop database "{name}" with (force)')


def _tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _check_guards(login):
    """The application still sees nothing without an organisation, and cannot choose one inside a query."""
    with psycopg.connect(**login, user=embedded.APPLICATION, autocommit=True) as application:
        forced = "select count(*) from pg_class where relrowsecurity and relforcerowsecurity"
        columns = "select count(*) from information_schema.columns where table_schema = 'public' and column_name = %s"
        [owned] = application.execute(columns, ["organization_id"]).fetchone()
        assert application.execute(forced).fetchone()[0] >= owned > 10
        assert application.execute("select count(*) from tasks_task").fetchone() == (0,)
        assert application.execute("select count(*) from organizations_person").fetchone()[0] > 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("select set_config('annexa.organization', '', false)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("insert into activity_trailentry (organization_id) values (gen_random_uuid())")


def test_the_passphrase_is_asked_for_and_must_be_right(place):
    backup.backup(place / "b", passphrase=PASSPHRASE, keys=None)
    with pytest.raises(Unreadable, match="passphrase is wrong"):
        archive.Archive(place / "b", lambda: "wrong horse battery").check()


def test_the_keys_are_not_in_the_backup(place, settings):
    backup.backup(place / "b", passphrase=None, keys=place / "k")
    content = (place / "b").read_bytes()
    for key in archive.KEYS:
        assert (settings.ENVIRONMENT.home / key).read_bytes() not in content
    assert [path.stat().st_mode & 0o777 for path in (place / "b", place / "k")] == [0o600, 0o600]
    assert set(restore.read_keys(place / "k", lambda: "")) == set(archive.KEYS)


def test_a_backup_never_writes_over_another(place):
    (place / "b").write_text("older")
    with pytest.raises(UserError, match="is there already"):
        backup.backup(place / "b", passphrase=None, keys=None)
    assert (place / "b").read_text() == "older"


def test_a_backup_that_fails_leaves_no_file(place, monkeypatch):
    monkeypatch.setattr(Server, "_program", lambda self, name: shutil.which("false"))
    with pytest.raises(DumpFailed, match="it gave no reason"):
        backup.backup(place / "b", passphrase=None, keys=None)
    assert [path.name for path in place.iterdir() if path.is_file()] == []


def test_evidence_that_was_damaged_before_is_named_and_kept_out(place):
    [path] = (place / "files").glob("*/*/*")
    path.chmod(0o600)
    path.write_bytes(b"rotten")
    made = backup.backup(place / "b", passphrase=None, keys=None)
    assert [name.rsplit("/", 1)[1] for name in made.damaged] == [path.name]
    found = archive.Archive(place / "b", lambda: "")
    found.check()
    assert found.damaged == made.damaged
    assert [member.name for member, evidence, _ in found.files() if evidence] == []


def _forged(path, members, **header):
    values = {"format": 1, "annexa": "0.1.0", "made": "2026-01-01", "postgresql": 180000, "migrations": []} | header
    with path.open("wb") as file:
        writer = bundle.Writer(file)
        for name, content in {archive.HEADER: json.dumps(values).encode(), **members}.items():
            writer.add_bytes(name, content)
        writer.finish()
    return archive.Archive(path, lambda: "")


ORG, HASH = str(uuid.UUID(int=1)), hashlib.sha256(b"x").hexdigest()


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({}, "holds no database"),
        ({"database/000002": b"x"}, "not the part that belongs there"),
        ({"database/000001": b"x", "files/../../x": b"x"}, "is no name that belongs in a backup"),
        ({"database/000001": b"x", f"files/{ORG}/aa/{HASH}/../x": b"x"}, "is no name that belongs in a backup"),
        ({"database/000001": b"x", "secret.key": b"x"}, "is no name that belongs in a backup"),
        ({"database/000001": b"x", f"checkpoints/{ORG}.jsonl\n": b"x"}, "is no name that belongs in a backup"),
    ],
)
def test_a_forged_backup_is_refused_before_anything_is_touched(tmp_path, members, sentence):
    with pytest.raises(Damaged, match=sentence):
        _forged(tmp_path / "b", members).check()


@pytest.mark.parametrize("header", [{"migrations": 5}, {"format": "1"}, {"more": 1}])
def test_a_header_that_is_none_is_refused(tmp_path, header):
    with pytest.raises(Damaged, match="no backup of Annexa"):
        _forged(tmp_path / "b", {"database/000001": b"x"}, **header).check()


@pytest.mark.parametrize("header", [{"migrations": ["tasks.9999_later"]}, {"format": 2}])
def test_a_backup_of_a_newer_version_is_refused(tmp_path, header):
    found = _forged(tmp_path / "b", {"database/000001": b"x"}, annexa="9.0", **header).check()
    with pytest.raises(UserError, match=r"Annexa 9.0 made this backup"):
        restore.check_version(found)


def test_a_backup_that_changes_after_the_check_is_not_loaded(tmp_path):
    found = _forged(tmp_path / "b", {"database/000001": b"x"})
    found.check()
    _forged(tmp_path / "b", {"database/000001": b"y"})
    with pytest.raises(Damaged, match="changed while the backup was read"):
        list(found.dump())


def test_a_dump_that_is_none_leaves_the_database_empty(tmp_path, elsewhere):
    _forged(tmp_path / "b", {"database/000001": b"no dump"})
    done = _restore(elsewhere, tmp_path / "b")
    assert done.returncode == 1
    assert done.stderr.startswith("pg_restore failed: input file does not appear to be a valid archive")
    assert done.stderr.endswith("The database is still empty.\n")


def test_damage_is_named_on_the_command_line(place, elsewhere):
    backup.backup(place / "b", passphrase=None, keys=None)
    content = bytearray((place / "b").read_bytes())
    content[content.index(b"proof proof") + 2] ^= 1
    (place / "b").write_bytes(content)
    done = _restore(elsewhere, place / "b")
    assert done.returncode == 1
    assert "does not match its checksum. The database is still empty." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (elsewhere / "db").exists()


def test_a_keys_file_may_hold_nothing_but_keys(tmp_path):
    sink = io.BytesIO()
    writer = bundle.Writer(sink)
    writer.add_bytes("authorized_keys", b"x")
    writer.finish()
    (tmp_path / "k").write_bytes(sink.getvalue())
    with pytest.raises(Damaged, match="is no name that belongs"):
        restore.read_keys(tmp_path / "k", lambda: "")
