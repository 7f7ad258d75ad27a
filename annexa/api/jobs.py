"""Answers are kept for repetitions, not for ever."""

from datetime import timedelta

from procrastinate.contrib.django import app

from annexa.activity import queries as activity
from annexa.api.models import Answered
from annexa.lib import clock
from annexa.lib.database import scope

KEPT = timedelta(days=1)


@app.periodic(cron="41 * * * *")
@app.task(name="api.forget", queueing_lock="api.forget")
def forget(timestamp: int) -> None:
    """Delete answers that nobody has asked for again within a day."""
    for organization_id in activity.organization_ids():
        with scope.within(organization_id):
            Answered.objects.filter(answered_at__lt=clock.now() - KEPT).delete()
