"""Lock a row before a command decides anything about it."""

from django.db import models
from django.utils.translation import gettext as _

from annexa.lib.errors import NotFound


def lock(row: models.Model) -> None:
    """Lock a row until the transaction ends and read it again in place; raises NotFound when it is gone.

    What a command then checks is what it changes. Others may still refer to the row meanwhile (no key update).
    """
    model = type(row)
    try:
        row.refresh_from_db(from_queryset=model._base_manager.select_for_update(no_key=True))
    except model.DoesNotExist as error:  # type: ignore[attr-defined]
        raise NotFound(_("This is not there any more.")) from error
