"""What earlier releases left behind is brought to this version, and a failed upgrade leaves it as it was."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings as live
from django.db import connection

from annexa.activity import queries as activity
from annexa.config import database
from annexa.config.doctor import database as doctor
from annexa.config.doctor.finding import BAD
from annexa.config.upgrade import UpgradeFailed
from annexa.lib.database import embedded, scope
from annexa.lib.database.owner import as_owner
from annexa.organizations.models import Organization
from annexa.tasks.models import Task
from tests.browser import servers
from tests.browser.servers import ANNEXA
from tests.conftest import _owner_connection

FIXTURES = Path(__file__).parents[1] / "fixtures"
RELEASES = sorted(FIXTURES.glob("release-*.sql"))
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

GOOD = """
from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("tasks", "{before}")]
    operations = [migrations.RunSQL("update tasks_task set title = 'Changed'; alter table tasks_task add half text")]
"""
BROKEN = """
from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("tasks", "9998_good")]
    operations = [migrations.RunSQL("alter table tasks_task add other text"), migrations.RunSQL("select 1 / 0")]
"""


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
def old(request, worker_id):
    """A database as a release left it; the default connection uses it."""
    name, before = f"old_annexa_{worker_id}", connection.settings_dict["NAME"]
    with _owner_connection(before, autocommit=True) as owner:
        owner.execute(f'drop database if exists "{name}" with (force)')
        owner.execute(f'create database "{name}"')
    with _owner_connection(name, autocommit=True) as owner:
        owner.execute(request.param.read_text())
    _use(name)
    yield name
    _use(before)
    with _owner_connection(before, autocommit=True) as owner:
        owner.execute(f'drop database "{name}" with (force)')


def _use(name):
    connection.close()
    connection.settings_dict["NAME"] = live.DATABASE_OWNER["NAME"] = name


def _kept():
    with as_owner():
        return Organization.objects.get(name="Kept").pk


def _everything(name):
    """Return the columns and rows of all tables."""
    with _owner_connection(name) as owner:
        columns = owner.execute(
            "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'"
            " order by 1, 2"
        ).fetchall()
        tables = sorted({table for table, _column, _type in columns})
        rows = "select md5(string_agg(t::text, '|' order by t::text)) from \"{}\" t"
        return columns, {table: owner.execute(rows.format(table)).fetchone()[0] for table in tables}


def test_there_is_a_release_to_upgrade_from():
    assert "release-0.1.0" in {path.stem for path in RELEASES}


def test_a_release_is_brought_to_this_version(old):
    database.migrate()
    found = {each.subject: each for each in doctor.findings()}
    assert {name: each.says for name, each in found.items() if each.state == BAD} == {}
    kept = _kept()
    with scope.within(kept):
        assert list(Task.objects.values_list("title", "note")) == [("Begin again", "Soon")]
        verdict = activity.verify(kept, [])
        assert (verdict.reason, verdict.entries > 5) == ("", True)


def test_upgrading_twice_changes_nothing_more(old):
    database.migrate()
    once = _everything(old)
    database.migrate()
    assert _everything(old) == once


@pytest.fixture
def broken(settings, tmp_path, monkeypatch):
    """A later version whose second migration fails after its first has changed rows and columns."""
    own = Path(apps.get_app_config("tasks").path) / "migrations"
    folder = tmp_path / "later_tasks"
    shutil.copytree(own, folder, ignore=shutil.ignore_patterns("__pycache__"))
    last = max(path.stem for path in own.glob("0*.py"))
    (folder / "9998_good.py").write_text(GOOD.format(before=last))
    (folder / "9999_broken.py").write_text(BROKEN)
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"tasks": "later_tasks"}
    yield
    for name in [name for name in sys.modules if name.startswith("later_tasks")]:
        del sys.modules[name]


def test_a_failed_upgrade_leaves_rows_and_columns_as_they_were(old, broken, settings):
    settings.MIGRATION_MODULES = {}
    database.migrate()
    before = _everything(old)
    settings.MIGRATION_MODULES = {"tasks": "later_tasks"}
    with pytest.raises(UpgradeFailed) as caught:
        database.migrate()
    assert str(caught.value) == (
        "The database could not be brought to this version: migration tasks.9999_broken failed: division by zero."
        " Nothing of yours was changed; the version before can go on with it."
    )
    assert _everything(old) == before
    settings.MIGRATION_MODULES = {}
    database.migrate()  # the version before goes on


def test_an_older_program_does_not_serve_a_newer_database():
    home = Path(f"/tmp/annexa-newer-{os.getpid()}")  # noqa: S108  reachable by the account PostgreSQL runs under
    home.mkdir(mode=0o711)
    environment = servers.settings_for(home, servers.free_port())
    subprocess.run([ANNEXA, "migrate"], env=environment, check=True, capture_output=True)
    with embedded.borrow(home) as server, psycopg.connect(server.url(embedded.OWNER), autocommit=True) as owner:
        owner.execute("insert into django_migrations (app, name, applied) values ('tasks', '9999_later', now())")
    for command in ("serve", "migrate"):
        done = subprocess.run([ANNEXA, command], env=environment, capture_output=True, text=True, timeout=120)
        sentence = "The database is newer than this program: it holds tasks.9999_later. Install that version."
        assert (done.returncode, sentence in done.stderr, "Traceback" in done.stderr) == (2, True, False)
        assert "is ready at" not in done.stdout
    shutil.rmtree(home)
