"""Bring a filled-in sheet into an assessment: all of it or nothing."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.lib.errors import Conflict, UserError
from annexa.organizations import access
from annexa.organizations.permissions import Permission
from annexa.treatment.models import GapAssessment
from annexa.treatment.queries import gap_import
from annexa.treatment.services import gap


@access.command(Permission.GAP_EDIT)
def import_sheet(
    *, actor: access.Actor, assessment: GapAssessment, content: bytes, name: str, seen: datetime | None = None
) -> int:
    """Import a file; returns how many rows differed. `seen` is when the assessment had changed last in the preview."""
    locked = GapAssessment.objects.select_for_update().get(pk=assessment.pk)
    if seen is not None and locked.changed_at != seen:
        sentence = _("Somebody changed this assessment meanwhile. Look at the changes again.")
        raise Conflict(sentence, theirs=locked.changed_at, yours=seen)
    found = gap_import.preview(actor, locked, content, name)
    if found.troubles:
        raise UserError(_told(found.troubles))
    return gap.rate_each(
        actor=actor, assessment=locked, rows=[(change.rating, change.values) for change in found.changes]
    )


def _told(troubles: list[gap_import.Trouble]) -> str:
    head = ngettext(
        "Nothing was imported, because one cell needs another look.",
        "Nothing was imported, because %(count)s cells need another look.",
        len(troubles),
    )
    return "\n".join([head % {"count": len(troubles)}, *map(str, troubles)])
