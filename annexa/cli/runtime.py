"""What every verb needs: a database that answers, an organisation, and errors told in a sentence."""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, ParamSpec, TypeVar

import typer
from django.conf import settings
from django.db import ProgrammingError
from django.utils import timezone
from rich.console import Console

from annexa.lib.database import embedded, scope
from annexa.lib.database.owner import as_owner
from annexa.lib.errors import UserError
from annexa.organizations import access
from annexa.organizations.models import Organization

P = ParamSpec("P")
R = TypeVar("R")
console = Console()
FAILED, UNUSABLE = 1, 2


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """Run a command with a database; a UserError ends it with its sentence and exit code 1."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with database():
            return function(*args, **kwargs)

    return told(run)


def told(function: Callable[P, R]) -> Callable[P, R]:
    """Let a UserError end a command with its sentence and exit code 1."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except UserError as error:
            stop(error.sentence)
        except ProgrammingError:
            stop("The database is not at this version; run `annexa migrate`.", UNUSABLE)

    return run


@contextmanager
def database() -> Iterator[None]:
    """Have a database that answers: the one of the settings, or the embedded one, started if need be."""
    if not settings.ENVIRONMENT.embedded:
        yield
        return
    with embedded.borrow(settings.ENVIRONMENT.home):
        yield


def stop(sentence: str, code: int = FAILED) -> NoReturn:
    """Print a sentence to standard error and end."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(code)


@contextmanager
def organization(slug: str) -> Iterator[access.Actor]:
    """Enter an organisation as the operator, for one transaction; raises UserError."""
    found = next((each for each in directory() if each.slug == slug), None)
    if found is None:
        known = ", ".join(each.slug for each in directory()) or "none yet"
        raise UserError(f"There is no organisation {slug!r} (there are: {known}).")
    with scope.within(found.pk), timezone.override(found.time_zone):
        yield access.system(found)


def directory() -> list[Organization]:
    """Return every organisation; only the command line, which holds the whole machine, may ask."""
    with as_owner():
        return list(Organization.objects.order_by("slug"))
