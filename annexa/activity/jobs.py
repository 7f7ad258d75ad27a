"""The daily checkpoint of the trail."""

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from annexa.activity import services
from annexa.jobs import queue


@app.periodic(cron="40 2 * * *")
@app.task(name="activity.checkpoint", queueing_lock="activity.checkpoint", retry=queue.PATIENT)
def checkpoint(timestamp: int) -> None:
    """Sign the end of every trail, keep it outside the database, and mail it to whoever holds a copy."""
    made = services.write_checkpoints()
    if made and settings.CHECKPOINT_MAIL:
        lines = "\n".join(each.line() for each in made)
        body = _("Keep this mail: with it, `annexa verify --checkpoints` proves that no entry before it was changed.")
        send_mail(_("Checkpoint of the trail"), f"{body}\n\n{lines}\n", None, [settings.CHECKPOINT_MAIL])
