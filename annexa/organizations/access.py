"""One command, one place: the permission, the scope, the transaction and the trail."""

import functools
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.lib.database import belonging
from annexa.lib.database import scope as row_scope
from annexa.lib.errors import NotAllowed, NotFound
from annexa.organizations.models import Membership, Organization
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import Role

P = ParamSpec("P")
R = TypeVar("R")
COMMANDS: dict[str, Permission] = {}


@dataclass(frozen=True)
class Actor:
    """Who acts, in which organisation, with which rights."""

    organization: Organization
    membership: Membership | None
    permissions: frozenset[Permission]

    @property
    def organization_id(self) -> uuid.UUID:
        return self.organization.pk

    @property
    def person_id(self) -> uuid.UUID | None:
        return self.membership.person_id if self.membership else None

    @property
    def scope_id(self) -> uuid.UUID | None:
        """The one ISMS scope the member is limited to, or None."""
        return self.membership.scope_id if self.membership else None

    @property
    def name(self) -> str:
        return str(self.person_id) if self.membership else "system"

    def can(self, permission: Permission | str) -> bool:
        return permission in self.permissions

    def only_scope(self, field: str) -> dict[str, uuid.UUID]:
        """Return the filter that keeps a member who is limited to one scope inside it; empty for all others."""
        return {field: self.scope_id} if self.scope_id else {}

    def owns(self, row: Any) -> bool:
        """Whether the row's owner is this membership."""
        return self.membership is not None and row.owner_id == self.membership.pk


def member(membership: Membership) -> Actor:
    """Return the actor for a membership; it can do nothing once expired or deactivated."""
    return Actor(membership.organization, membership, membership.permissions)


def system(organization: Organization) -> Actor:
    """Return the actor for the operator's command line and for jobs."""
    return Actor(organization, None, frozenset(Permission))


def command(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function the one way to do something: `@command(Permission.X) def verb_noun(*, actor, …)`.

    Raises NotAllowed before anything else, and NotFound when an argument is a row outside the actor's scope, or holds
    one; then runs in one transaction that sees only the actor's organisation and scope, and ends with the trail.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        name = f"{function.__module__.removeprefix('annexa.').rsplit('.services', 1)[0]}.{function.__name__}"
        COMMANDS[name] = permission

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = kwargs["actor"]
            assert isinstance(actor, Actor)
            require(actor, permission)
            with (
                row_scope.within(actor.organization_id, actor.person_id, actor.scope_id),
                activity.recording(actor.organization_id, actor.name, name),
            ):
                if actor.scope_id:
                    _keep_inside(actor.scope_id, kwargs)
                return function(*args, **kwargs)

        run.command = name  # type: ignore[attr-defined]
        return run

    return decorate


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless the actor has the permission."""
    if not actor.can(permission):
        raise NotAllowed(_("Your role does not allow this: %(permission)s.") % {"permission": permission})


def require_all_scopes(actor: Actor) -> None:
    """Raise NotAllowed for a member who is limited to one scope: what follows concerns the whole organisation."""
    if actor.scope_id:
        raise NotAllowed(_("This concerns the whole organisation; you work in one of its scopes."))


def require_owner(actor: Actor) -> None:
    """Raise NotAllowed unless the actor is an owner, who answers for every scope, or the operator."""
    require_all_scopes(actor)
    if actor.membership and actor.membership.role != Role.OWNER:
        raise NotAllowed(_("Only an owner may change how members sign in."))


def _keep_inside(scope_id: uuid.UUID, arguments: dict[str, Any]) -> None:
    """Raise NotFound when an argument is or holds a row of another scope; parents of many rows are asked for once.

    What a person looked at before (`seen`) changes nothing, and may name an owner who works elsewhere by now.
    """
    known: belonging.Known = {}
    for name, value in arguments.items():
        if name == "seen":
            continue
        if isinstance(value, Iterator):
            arguments[name] = value = list(value)  # looking at it must not use it up
        for row in _rows_in(value):
            if belonging.scope_of(row, known) not in (None, scope_id):
                raise NotFound(_("There is nothing here by this name that you may see."))


def _rows_in(value: Any) -> Iterator[models.Model]:
    if isinstance(value, models.Model):
        yield value
    elif isinstance(value, Mapping):
        yield from _rows_in(value.values())
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for each in value:
            yield from _rows_in(each)
