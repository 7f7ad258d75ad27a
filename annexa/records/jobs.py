"""Write exports, delete their files after a week, and dispose of records; every one bears being repeated."""

import time
import uuid

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from annexa.activity import queries as activity
from annexa.jobs import progress, queue
from annexa.lib import clock
from annexa.lib.database import scope
from annexa.lib.whole_file import sweep
from annexa.organizations.access import system
from annexa.organizations.models import Organization
from annexa.records import queries, retention
from annexa.records.export import archive
from annexa.records.models import Disposal, Export, Tombstone
from annexa.records.services import exports
from annexa.records.services import retention as services

SECONDS = 1.0  # between two words about how far it is


class _Stopped(Exception):
    """Somebody stopped the export."""


class _Teller:
    """Say how far an export is, in short transactions beside the long one that reads; raises _Stopped."""

    def __init__(self, organization_id: uuid.UUID, progress_id: uuid.UUID):
        self.organization_id, self.progress_id, self.told = organization_id, progress_id, 0.0

    def __call__(self, done: int, total: int, table: str) -> None:
        if time.monotonic() - self.told < SECONDS:
            return
        self.told = time.monotonic()
        with scope.within(self.organization_id):
            if not progress.advance(self.progress_id, done, total, _("Table %(name)s") % {"name": table}):
                raise _Stopped


@app.task(name="records.make_export")
def make_export(organization_id: str, export_id: str) -> None:
    """Write one export; when that fails, its page says why and whoever runs the machine finds the reason."""
    key = uuid.UUID(organization_id)
    with scope.within(key):
        organization = Organization.objects.get(pk=key)
        export = Export.objects.get(pk=export_id)
        sweep(queries.export_file(export))  # of a worker that was killed
        if export.made_at or export.removed_at:
            return
        progress.start(export.progress_id)
    with translation.override(organization.language):
        try:
            made = archive.write(organization, queries.export_file(export), _Teller(key, export.progress_id))
        except _Stopped:
            return
        except Exception:
            with scope.within(key):
                progress.fail(export.progress_id, _("The export could not be written; the administrator sees why."))
            raise
        with scope.within(key):
            actor = system(organization)
            exports.keep_export(actor=actor, export=export, sha256=made.sha256, size=made.size, rows=made.rows)


@app.periodic(cron="50 3 * * *")
@app.task(name="records.remove_exports", queueing_lock="records.remove_exports", retry=queue.PATIENT)
def remove_exports(timestamp: int) -> None:
    """Delete the files whose week is over."""
    for organization_id in activity.organization_ids():
        with scope.within(organization_id):
            organization = Organization.objects.get(pk=organization_id)
            for export in Export.objects.filter(removed_at=None, expires_at__lte=clock.now()):
                exports.remove_export(actor=system(organization), export=export)


@app.task(name="records.dispose", retry=queue.PATIENT)
def dispose(organization_id: str, disposal_id: str) -> None:
    """Destroy what an approved disposal holds, record by record, so that a worker that dies loses nothing."""
    key = uuid.UUID(organization_id)
    with scope.within(key):
        disposal = Disposal.objects.select_related("organization").filter(pk=disposal_id).first()
        if disposal is None or disposal.state != Disposal.State.APPROVED:
            return
        actor, zone = system(disposal.organization), disposal.organization.time_zone
        waiting = list(
            retention.items(disposal).filter(destroyed_at=None, kept_because="").values_list("pk", flat=True)
        )
    with timezone.override(zone), translation.override(disposal.organization.language):
        for item_id in waiting:
            with scope.within(key):
                item = Tombstone.objects.select_related("disposal").get(pk=item_id)
                services.destroy_record(actor=actor, item=item)
        with scope.within(key):
            services.finish_disposal(actor=actor, disposal=Disposal.objects.get(pk=disposal_id))
