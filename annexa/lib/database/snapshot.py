"""A connection of its own that sees one organisation as it is at a moment, while the rest of the program goes on."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection


@contextmanager
def snapshot(organization_id: uuid.UUID) -> Iterator[psycopg.Connection]:
    """Read one organisation's rows, all as of now; nothing can be written, and row security binds as always."""
    reader = connection.copy()
    reader.connect()
    try:
        raw: psycopg.Connection = reader.connection
        with raw.transaction():
            raw.execute("set transaction isolation level repeatable read, read only")
            raw.execute("set local idle_in_transaction_session_timeout = 0")
            raw.execute(f"set local annexa.organization = '{uuid.UUID(str(organization_id))}'")
            yield raw
    finally:
        reader.close()
