"""Between forms and commands."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, cast

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


def see_again(form: forms.Form, name: str, value: str) -> None:
    """Count a newer value of a field as seen: what is sent next is meant in spite of it. Needs a copy of the input."""
    cast(MutableMapping[str, Any], form.data)[f"seen_{name}"] = value
