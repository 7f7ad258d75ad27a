"""What an operation asks of the member behind the token."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

from annexa.lib.errors import NotFound, UserError
from annexa.organizations import access
from annexa.organizations import queries as organizations
from annexa.organizations.access import Actor
from annexa.organizations.models import ApiToken, Scope
from annexa.organizations.permissions import Permission

F = TypeVar("F", bound=Callable[..., Any])


class Request(HttpRequest):
    """A request of a token's member; used for typing only."""

    actor: Actor
    token: ApiToken
    shown_once: bool  # the answer holds a secret and is not kept for a repetition
    guessed: str  # by what a wrong password or code is counted


def reads(permission: Permission) -> Callable[[F], F]:
    """Open an operation to those who have a permission; commands ask for their own besides."""

    def decorate(operation: F) -> F:
        @functools.wraps(operation)
        def run(request: Request, *args: Any, **kwargs: Any) -> Any:
            access.require(request.actor, permission)
            return operation(request, *args, **kwargs)

        run.reads = permission  # type: ignore[attr-defined]
        return run  # type: ignore[return-value]

    return decorate


def scope_of(request: Request, slug: str = "") -> Scope:
    """Return the ISMS scope that an operation names, or the default one; raises NotFound."""
    return organizations.scope_for(request.actor, slug)


def scope_named(request: Request, slug: str | None) -> Scope | None:
    """Return the ISMS scope that a body names, or None for all of them; raises UserError, which names the field."""
    try:
        return organizations.scope_for(request.actor, slug) if slug else None
    except NotFound as error:
        raise UserError(error.sentence, {"scope": error.sentence}) from error
