"""Bring a database to the schema of this version: migrate, grant, secure."""

from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection

from annexa.activity import schema as trail
from annexa.config import upgrade
from annexa.config.environment import BadSetting
from annexa.evidence import schema as evidence
from annexa.lib.database import embedded, history, logins, row_security
from annexa.lib.database.owner import as_owner
from annexa.records import schema as records
from annexa.risks import schema as risks
from annexa.treatment import schema as statements

OLDEST = 150000


def prepare(server: embedded.Embedded) -> None:
    """Make logins and database on the embedded server."""
    admin = server.url("annexa_admin", "postgres")
    logins.prepare_embedded(admin, embedded.DATABASE, embedded.OWNER, embedded.APPLICATION)
    logins.revoke_set_config(server.url("annexa_admin"), embedded.OWNER)


def migrate(verbosity: int = 0) -> None:
    """Bring the schema up to date as the owner; safe to repeat.

    Raises BadSetting on an unsuitable server, UpgradeFailed when the schema stays as it was.
    """
    application, owner = str(settings.DATABASES["default"]["USER"]), str(settings.DATABASE_OWNER["USER"])
    if application == owner:
        raise BadSetting("DATABASE_URL and DATABASE_OWNER_URL must name two different logins.")
    with as_owner():
        _check_server(owner, application)
        upgrade.upgrade(lambda: secure(owner, application), verbosity)


def secure(owner: str, application: str) -> None:
    """Add rights, row security, the trail and the guards of frozen rows; needs the owner's connection."""
    connection.ensure_connection()
    logins.grant(connection.connection, owner, application)
    row_security.secure(owner, application)
    trail.install(application)
    statements.install()
    risks.install()
    history.install(application)
    evidence.install()
    records.install(application)


def check_address(url: str) -> None:
    """Raise BadSetting with a sentence when a server of one's own does not answer."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        where = urlsplit(url).hostname or "the local socket"
        raise BadSetting(f"PostgreSQL at {where} does not answer: {str(error).strip().splitlines()[0]}") from error


def _check_server(owner: str, application: str) -> None:
    connection.ensure_connection()
    version = connection.connection.info.server_version
    if version < OLDEST:
        raise BadSetting(f"Annexa needs PostgreSQL 15 or newer; this server is {version // 10000}.")
    if faults := logins.faults(connection.connection, owner, application):
        raise BadSetting(
            f"{' '.join(faults)} Annexa does not start like this; docs/guide/settings.md names the rights."
        )
