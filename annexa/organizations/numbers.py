"""Numbers by which people call the rows of an organisation, such as RISK-12."""

from django.db import models
from django.db.models import Max

from annexa.lib.database import scope as row_scope
from annexa.lib.database.locks import lock
from annexa.organizations.access import Actor


def next_number(actor: Actor, model: type[models.Model]) -> int:
    """Return the next number of a model's rows, counted over all scopes, and make others who ask wait."""
    lock(actor.organization)
    with row_scope.within(actor.organization_id, actor.person_id):
        last = model._default_manager.filter(organization=actor.organization).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1
