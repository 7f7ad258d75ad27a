"""Connect as the owner of the tables: for migrating, the operator's command line, the demo, and tests that tamper."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """Point the default connection at the owner login for the block."""
    application = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({key: settings.DATABASE_OWNER[key] for key in ("USER", "PASSWORD", "HOST", "PORT")})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(application)
