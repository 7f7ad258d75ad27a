"""What operations on risks share: rows behind ids."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from annexa.api.access import Request
from annexa.api.fields import owner_of
from annexa.assets.queries import assets
from annexa.catalog import queries as catalog
from annexa.lib.errors import NotFound, UserError
from annexa.risks.models import Risk
from annexa.risks.queries import methods
from annexa.risks.queries import risks as queries
from annexa.risks.terms import Terms


def terms_of(request: Request) -> Terms | None:
    """Return the terms of the method in force, or None."""
    method = methods.in_force(request.actor)
    return method.terms if method else None


def values_of(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    """Return what a body gives, with ids and references as the rows they name."""
    values = dict(given)
    if "owner" in values:
        values["owner"] = owner_of(request.actor, values["owner"])
    if values.get("assets") is not None:
        values["assets"] = [_asset(request, wanted) for wanted in values["assets"]]
    return values


def risks_of(request: Request, ids: Sequence[uuid.UUID]) -> list[Risk]:
    """Return the risks of some ids; raises UserError unless all are there."""
    found = list(queries.visible_to(request.actor).select_related("owner__person", "scope").filter(pk__in=ids))
    if len(found) < len(set(ids)):
        sentence = _("Some of these risks are not there.")
        raise UserError(sentence, {"ids": sentence})
    return found


def controls_of(request: Request, refs: Sequence[str] | None, field: str) -> list[Any] | None:
    """Return the controls of some ids, as A.8.24; raises UserError, which names the field."""
    if refs is None:
        return None
    known = {each.ref: each for each in catalog.controls(request.actor).filter(ref__in=refs)}
    if unknown := [ref for ref in refs if ref not in known]:
        sentence = _("There is no control %(refs)s.") % {"refs": ", ".join(unknown)}
        raise UserError(sentence, {field: sentence})
    return [known[ref] for ref in dict.fromkeys(refs)]


def _asset(request: Request, wanted: str) -> Any:
    try:
        return assets.asset_for(request.actor, wanted)
    except NotFound as error:
        raise UserError(error.sentence, {"assets": f"{wanted}: {error.sentence}"}) from error
