"""Export everything of an organisation."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from annexa.activity import services as activity
from annexa.jobs import progress, queue
from annexa.jobs.models import Progress
from annexa.lib import clock
from annexa.lib.database.locks import lock
from annexa.lib.errors import NotFound, UserError
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.records import queries
from annexa.records.models import Export

KIND = "records.export"
KEPT_DAYS = 7


@access.command(Permission.RECORDS_EXPORT)
def ask_for_export(*, actor: access.Actor) -> Export:
    """Have a job write everything of the organisation to one file; one at a time."""
    access.require_all_scopes(actor)
    lock(actor.organization)  # two at once: one waits, then finds the other's
    under_way = (Progress.State.WAITING, Progress.State.RUNNING)
    if Export.objects.filter(organization=actor.organization, progress__state__in=under_way).exists():
        raise UserError(_("An export is being made already; it is on the page in a moment."))
    row = progress.ask(actor.organization_id, kind=KIND, title=_("Complete export"), by=actor.name)
    export = Export.objects.create(organization=actor.organization, progress=row, asked_by=actor.membership)
    activity.note(export, asked=True)
    queue.defer("records.make_export", organization_id=actor.organization_id, export_id=export.pk)
    return export


@access.command(Permission.RECORDS_EXPORT)
def keep_export(*, actor: access.Actor, export: Export, sha256: str, size: int, rows: int) -> None:
    """Note that the file of an export is complete; it is kept for a week, unless somebody stopped it meanwhile."""
    lock(export)
    if export.removed_at is not None:
        queries.export_file(export).unlink(missing_ok=True)
        return
    now = clock.now()
    export.made_at, export.expires_at = now, now + timedelta(days=KEPT_DAYS)
    export.sha256, export.size, export.rows = sha256, size, rows
    export.save(update_fields=["made_at", "expires_at", "sha256", "size", "rows"])
    activity.note(export, made=True, sha256=sha256, rows=rows)
    sentence = _("%(rows)s rows, %(size)s MB.") % {"rows": f"{rows:,}", "size": f"{size / 1024**2:,.1f}"}
    progress.finish(export.progress_id, sentence, f"{KIND}:{export.pk}")


@access.command(Permission.RECORDS_EXPORT)
def fetch_export(*, actor: access.Actor, export: Export) -> Path:
    """Return the file of an export, and note in the trail that it was taken; raises NotFound when it is gone."""
    access.require_all_scopes(actor)
    path = queries.export_file(export)
    if not (export.is_there and path.is_file()):
        raise NotFound(_("This file is not there any more; ask for a new export."))
    activity.note(export, downloaded=True, sha256=export.sha256)
    return path


@access.command(Permission.RECORDS_EXPORT)
def note_export(*, actor: access.Actor, sha256: str, rows: int) -> None:
    """Note in the trail that the operator wrote an export to a file of their own."""
    activity.note(actor.organization, exported=True, sha256=sha256, rows=rows)


@access.command(Permission.RECORDS_EXPORT)
def remove_export(*, actor: access.Actor, export: Export) -> None:
    """Delete the file of an export, or stop one that is not made yet; once more, it changes nothing."""
    access.require_all_scopes(actor)
    lock(export)
    if export.progress.is_open:
        progress.fail(export.progress_id, _("Stopped."))
    queries.export_file(export).unlink(missing_ok=True)
    if export.removed_at is None:
        activity.change(export, removed_at=clock.now())
