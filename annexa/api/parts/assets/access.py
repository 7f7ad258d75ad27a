"""What operations on assets share: rows behind ids."""

import uuid
from typing import Any

from annexa.api.access import Request, scope_named
from annexa.api.fields import owner_of
from annexa.lib.errors import UserError


def values_of(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    """Return what a body gives, ids and slugs as the rows they name."""
    values = dict(given)
    for name in ("owner", "custodian"):
        if name in values:
            values[name] = person_of(request, values[name], name)
    if "scope" in values:
        values["scope"] = scope_named(request, values["scope"])
    return values


def person_of(request: Request, membership_id: uuid.UUID | None, name: str) -> Any:
    try:
        return owner_of(request.actor, membership_id)
    except UserError as error:
        raise UserError(error.sentence, {name: error.sentence}) from error
