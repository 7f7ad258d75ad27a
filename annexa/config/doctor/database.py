"""The database as the application login meets it: rights, guards, schema, clock, worker."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from annexa.config.doctor.finding import BAD, GOOD, NOTE, Finding
from annexa.config.upgrade import newer
from annexa.lib.database import history, logins, row_security
from annexa.lib.database.owner import as_owner

SET_CONFIG = "select has_function_privilege('pg_catalog.set_config(text,text,boolean)', 'execute')"
FORCED = "select relname from pg_class where relrowsecurity and relforcerowsecurity"
TRIGGERS = """
select tgrelid::regclass::text, count(*) from pg_trigger
where tgname in ('keep_inserted', 'keep_updated', 'keep_deleted') and tgenabled <> 'D' group by 1
"""
APPEND_ONLY = ("activity_trailentry", "activity_trailhead")
WRITES = """
select relname from pg_class where relkind = 'r' and relname = any(%s)
and has_table_privilege(oid, 'insert, update, delete, truncate')
"""
HEARTBEAT = "select extract(epoch from now() - max(last_heartbeat))::float from procrastinate_workers"
SILENT_SECONDS, DRIFT_SECONDS = 60, 5
MIGRATE = "Run `annexa migrate`."


def findings() -> Iterator[Finding]:
    """Look at everything, as the application; raises the database's own error when it does not answer."""
    version = connection.cursor().connection.info.server_version
    yield Finding("Database", GOOD, f"PostgreSQL {version // 10000}.{version % 10000} answers.")
    yield _logins()
    yield _set_config()
    schema = _schema()
    yield schema
    if schema.state != GOOD:
        return
    yield _row_security()
    yield _history()
    yield _trail()
    yield _clock()
    yield _worker()


def _logins() -> Finding:
    application, owner = str(settings.DATABASES["default"]["USER"]), str(settings.DATABASE_OWNER["USER"])
    with as_owner():
        connection.ensure_connection()
        faults = logins.faults(connection.connection, owner, application)
    if faults:
        return Finding("Logins", BAD, " ".join(faults), "See `A PostgreSQL of your own` in docs/guide/settings.md.")
    return Finding("Logins", GOOD, f"{application} serves, owns nothing and bypasses nothing.")


def _set_config() -> Finding:
    if not _rows(SET_CONFIG)[0][0]:
        return Finding("set_config", GOOD, "The application cannot change its organisation inside a query.")
    says = "The application may call set_config(), so an injected query could change its organisation."
    if settings.ENVIRONMENT.embedded:
        return Finding("set_config", BAD, says, "Start `annexa serve` again; it takes the right away.")
    return Finding("set_config", NOTE, says, "Ask a superuser to revoke it (docs/guide/settings.md).")


def _schema() -> Finding:
    executor = MigrationExecutor(connection)
    if later := newer():
        return Finding("Schema", BAD, f"The database is newer than this program: {later[0]}.", "Install that version.")
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding("Schema", BAD, f"{len(waiting)} migrations wait, first {waiting[0][0]}.", MIGRATE)
    return Finding("Schema", GOOD, f"All {len(executor.loader.applied_migrations)} migrations are applied.")


def _row_security() -> Finding:
    owned, forced = {model._meta.db_table for model in row_security.owned_models()}, {name for (name,) in _rows(FORCED)}
    if open_tables := sorted(owned - forced):
        return Finding("Row security", BAD, f"It is not forced on {', '.join(open_tables)}.", MIGRATE)
    return Finding("Row security", GOOD, f"It is forced on all {len(owned)} tables of organisations.")


def _history() -> Finding:
    whole = {name.strip('"') for name, count in _rows(TRIGGERS) if count == 3}
    if missing := sorted({model._meta.db_table for model in history.VERSIONS} - whole):
        return Finding("History", BAD, f"Triggers are missing or disabled on {', '.join(missing)}.", MIGRATE)
    return Finding("History", GOOD, f"{len(history.VERSIONS)} tables keep their versions.")


def _trail() -> Finding:
    tables = [*APPEND_ONLY, *(versions._meta.db_table for versions in history.VERSIONS.values())]
    if writable := sorted(name for (name,) in _rows(WRITES, [tables])):
        return Finding("Trail", BAD, f"The application may write to {', '.join(writable)}.", MIGRATE)
    return Finding("Trail", GOOD, "The application can only append to it.")


def _clock() -> Finding:
    moment = _rows("select clock_timestamp()")[0][0]
    drift = abs((timezone.now() - moment).total_seconds())
    if drift > DRIFT_SECONDS:
        says = f"This machine and the database differ by {drift:.0f} seconds."
        return Finding("Clock", BAD, says, "Let both machines follow a time server.")
    return Finding("Clock", GOOD, "This machine and the database agree.")


def _worker() -> Finding:
    silent = _rows(HEARTBEAT)[0][0]
    if silent is None or silent > SILENT_SECONDS:
        return Finding("Worker", NOTE, "No worker runs, so no job is done.", "Start `annexa serve` or `annexa worker`.")
    return Finding("Worker", GOOD, f"A worker was heard {silent:.0f} seconds ago.")


def _rows(sql: str, parameters: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
