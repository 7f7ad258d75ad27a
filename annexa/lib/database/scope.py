"""The organisation a transaction works for, told to PostgreSQL so that its row security can act.

Unset means no rows. The settings live and die with the transaction; on leaving a nested scope the old ones come back.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction


@dataclass(frozen=True)
class Scope:
    """Whose rows a transaction may touch: an organisation's (perhaps of one ISMS scope), or a person's memberships."""

    organization_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    membership_scope_id: uuid.UUID | None = None


NOBODY = Scope()
_current: ContextVar[Scope] = ContextVar("annexa_scope", default=NOBODY)


def current() -> Scope:
    """Return the scope in force."""
    return _current.get()


@contextmanager
def within(
    organization_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
    membership_scope_id: uuid.UUID | None = None,
) -> Iterator[None]:
    """Run the block in a transaction that sees one organisation's rows, perhaps those of one ISMS scope only."""
    before, is_outermost = _current.get(), not connection.in_atomic_block
    wanted = Scope(organization_id, person_id, membership_scope_id)
    if wanted == before and not is_outermost:  # a command inside a request: the database knows
        with transaction.atomic():
            yield
        return
    with transaction.atomic():
        _tell(wanted)
        try:
            yield
        except BaseException:
            _current.set(before)  # the rollback brings the database's settings back by itself
            raise
        if is_outermost or connection.needs_rollback:
            _current.set(before)  # the settings end with the transaction, or go back with the savepoint
        else:
            _tell(before)


def switch(
    organization_id: uuid.UUID | None, person_id: uuid.UUID | None, membership_scope_id: uuid.UUID | None
) -> None:
    """Set the scope for the rest of the transaction and of the surrounding `within`."""
    _tell(Scope(organization_id, person_id, membership_scope_id))


def _tell(scope: Scope) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A scope needs a transaction.")
    settings = {
        "organization": scope.organization_id,
        "person": scope.person_id,
        "membership_scope": scope.membership_scope_id,
    }
    # Checked UUIDs, so plain text is safe; set_config() is taken from the application login on purpose.
    told = (f"set local annexa.{name} = '{uuid.UUID(str(key)) if key else ''}'" for name, key in settings.items())
    with connection.cursor() as cursor:
        cursor.execute("; ".join(told))
    _current.set(scope)
