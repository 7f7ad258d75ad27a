"""Read exports."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from annexa.lib.errors import NotFound
from annexa.organizations.access import Actor
from annexa.records.models import Export


def exports(actor: Actor) -> QuerySet[Export]:
    """Return the exports of the organisation, newest first; they hold all scopes, so who works in one has none."""
    found = Export.objects.none() if actor.scope_id else Export.objects.filter(organization_id=actor.organization_id)
    return found.select_related("organization", "progress", "asked_by__person").order_by("-asked_at")


def export_for(actor: Actor, export_id: uuid.UUID | str) -> Export:
    """Return one export; raises NotFound."""
    found = exports(actor).filter(pk=export_id).first()
    if found is None:
        raise NotFound("There is no such export.")
    return found


def export_file(export: Export) -> Path:
    """Return where the file of an export lies, outside everything that is served."""
    return settings.ENVIRONMENT.home / "exports" / str(export.organization_id) / f"{export.pk}.zip"
