"""Errors whose sentence a person may read; web, api and cli translate them once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class UserError(Exception):
    """A request that cannot be done, said in a sentence; `fields` names the inputs at fault."""

    def __init__(self, sentence: str, fields: Mapping[str, str] | None = None):
        super().__init__(sentence)
        self.sentence = str(sentence)
        self.fields = dict(fields or {})
        self.row: object = None  # which of many rows is at fault


class NotAllowed(UserError):
    """The person lacks the right; shown as 403."""


class NotFound(UserError):
    """Nothing the person may see is there; shown as 404."""


class Conflict(UserError):
    """Somebody changed the same field first; carries both values."""

    def __init__(self, sentence: str, theirs: object, yours: object, field: str = ""):
        super().__init__(sentence, {field: sentence} if field else None)
        self.field = field
        self.theirs, self.yours = theirs, yours


@contextmanager
def about(row: object) -> Iterator[None]:
    """Let an error of a change of many rows say which one is at fault."""
    try:
        yield
    except UserError as error:
        error.row = row if error.row is None else error.row
        raise
