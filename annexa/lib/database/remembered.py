"""Rows that every request reads: built once, and built again only after PostgreSQL has written one of them anew.

PostgreSQL is asked each time, by one short statement, so a change made anywhere counts at once: `xmin` names the
transaction that wrote a row and `ctid` its place. Row security answers for it too; a row that it hides has neither.
"""

import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from django.db import connection, models

T = TypeVar("T", bound=models.Model)
Rows = Sequence[models.Model]


class Remembered(Generic[T]):
    """A row with those that came with it, by key; each caller gets objects of its own."""

    def __init__(self, rows_of: Callable[[T], Rows], most: int = 1000):
        self._rows_of, self._most = rows_of, most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[bytes, str]] = OrderedDict()

    def get(self, key: Hashable, read: Callable[[], T | None]) -> T | None:
        """Return the row as it is now: the remembered one, or what `read` finds."""
        if kept := self._kept.get(key):
            row: T = pickle.loads(kept[0])  # noqa: S301  bytes of this very process
            if _stamp(self._rows_of(row)) == kept[1]:
                self._keep(key, kept)
                return row
        row_or_none = read()
        if row_or_none is None:
            return None
        # Read after the stamp was taken: what changes in between is found next time.
        stamp, again = _stamp(self._rows_of(row_or_none)), read()
        if again is not None:
            self._keep(key, (pickle.dumps(again), stamp))
        return again

    def _keep(self, key: Hashable, what: tuple[bytes, str]) -> None:
        with self._lock:
            self._kept[key] = what
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _stamp(rows: Rows) -> str:
    """Return what changes when any of the rows does."""
    parts = [f'(select xmin::text || ctid::text from "{row._meta.db_table}" where id = %s)' for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(parts)}", [row.pk for row in rows])
        return " ".join(map(str, cursor.fetchone()))
