"""Bring the tables to this version, all of the way or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

ONE_AT_A_TIME = 0x616E6E657861  # an advisory lock: several machines may start together
QUEUE = "procrastinate"
CHECK_NOW = "set constraints all immediate; set constraints all deferred"


class UpgradeFailed(Exception):
    """The database is as it was; the message is a sentence that says why."""


class Migrate(migrate.Command):
    """Django's command, which remembers where it is."""

    running = ""

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        super().migration_progress_callback(action, migration, fake)
        if action == "apply_start":
            self.running = str(migration)
        elif action == "apply_success":
            self.running = ""
            with connection.cursor() as cursor:  # the next one may not alter a table with checks still to come
                cursor.execute(CHECK_NOW)


def upgrade(secure: Callable[[], None], verbosity: int) -> None:
    """Migrate and secure in one transaction, as the owner; raises UpgradeFailed.

    The queue's own tables go first, each step by itself: PostgreSQL must commit a new state of a job before it is used.
    """
    command = Migrate()
    try:
        with _alone():
            if later := newer():
                raise UpgradeFailed(
                    f"The database is newer than this program: it holds {later[0]}. Install that version."
                )
            call_command(command, QUEUE, interactive=False, verbosity=verbosity)
            with transaction.atomic():
                call_command(command, interactive=False, verbosity=verbosity)
                call_command("createcachetable", verbosity=0)
                secure()
    except UpgradeFailed:
        raise
    except Exception as error:
        where = f"migration {command.running}" if command.running else "the guards of the tables"
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise UpgradeFailed(
            f"The database could not be brought to this version: {where} failed: {reason}."
            " Nothing of yours was changed; the version before can go on with it."
        ) from error


def newer() -> list[str]:
    """Return the migrations of Annexa's own tables that the database holds and this program does not know."""
    loader = MigrationLoader(connection)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("annexa.")}
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in ours and (app, name) not in loader.disk_migrations
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Let no other machine upgrade at the same time."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
