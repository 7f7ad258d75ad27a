"""Between forms and commands."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms

from annexa.lib.errors import NotAllowed, UserError


@contextmanager
def explain(form: forms.Form) -> Iterator[None]:
    """Put a command's error on the form, at its fields; what was typed stays."""
    try:
        yield
    except NotAllowed:
        raise
    except UserError as error:
        placed = False
        for name, sentence in error.fields.items():
            if name in form.fields:
                form.add_error(name, sentence)
                placed = True
        if not placed or len(error.sentence) > max(map(len, error.fields.values())):
            form.add_error(None, error.sentence)
